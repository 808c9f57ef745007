"""What the commands print without a terminal, without width, without colour, without a reader."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.commands import LONG, WHOMAY, environment
from support.projects import synthesized

ESCAPE = re.compile(r"\x1b")


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesized(tmp_path_factory.mktemp("output") / "cdk.out")


def command(name: str, assembly: Path) -> list[str]:
    """The command, on a lock that was wider in one line than the assembly."""
    lock = assembly.parent / "before.lock"
    lock.write_text((ROOT / "access.lock").read_text())
    return [
        WHOMAY,
        *{
            "check": ["check", str(assembly)],
            "diff": ["diff", str(lock), str(assembly)],
            "report": ["report", "--assembly", str(assembly), "--format", "markdown"],
            "who": [
                "who",
                "s3:PutObject",
                "UserAssumeRole/Shared/incoming/a",
                "--assembly",
                str(assembly),
            ],
        }[name],
    ]


NAMES = ("check", "diff", "report", "who")


def in_a_terminal(argv: list[str], **variables: str) -> str:
    main, secondary = pty.openpty()
    # A terminal at standard error as well would be shown how long a busy machine takes.
    process = subprocess.Popen(
        argv, stdout=secondary, stderr=subprocess.PIPE, env=environment(TERM="xterm", **variables)
    )
    os.close(secondary)
    shown = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert process.communicate(timeout=LONG)[1] == b""
    return shown.decode()


@pytest.mark.parametrize("name", NAMES)
def test_words_are_the_same_without_colour_terminal_or_width(name: str, assembly: Path) -> None:
    argv = command(name, assembly)
    piped = subprocess.run(
        argv, env=environment(), capture_output=True, text=True, check=False, timeout=LONG
    )
    assert (piped.returncode, piped.stderr) == (0, "")
    assert piped.stdout
    assert not ESCAPE.search(piped.stdout)

    narrow = in_a_terminal(argv, NO_COLOR="1", COLUMNS="40")
    assert not ESCAPE.search(narrow)
    assert narrow.split() == piped.stdout.split()


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_that_leaves_is_no_error(name: str, assembly: Path) -> None:
    process = subprocess.Popen(
        command(name, assembly), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    process.wait(LONG)
    assert said == b""
