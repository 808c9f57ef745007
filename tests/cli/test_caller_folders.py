"""A working folder that was removed, and a caller without a home: one line, exit code 2."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.assemblies import document, role, write_assembly
from support.commands import LONG, WHOMAY, environment

# As in a container whose user is a number that nobody has given a name.
NOBODY = """
import pwd, sys
def unknown(number):
    raise KeyError(number)
pwd.getpwuid = unknown
from whomay.cli import main
main(sys.argv[1:], prog_name="whomay")
"""


@pytest.mark.parametrize("words", ["lab stop", "lab deploy", "check {app} --format sarif"])
def test_a_working_folder_that_was_removed_is_one_line(tmp_path: Path, words: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    wide = role(Policies=[{"PolicyName": "P", "PolicyDocument": document("iam:*")}])
    app = write_assembly(tmp_path / "cdk.out", {"S": {"Resources": {"Role": wide}}})
    command = [WHOMAY, *words.format(app=app).split()]
    done = subprocess.run(
        ["bash", "-c", f'rmdir "$PWD"; {shlex.join(command)}'],
        cwd=gone,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )

    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "Error: the folder that this runs in was removed: change to one that is there\n",
    )


@pytest.mark.parametrize(
    "words",
    [
        ["profiles"],
        ["doctor"],
        ["profiles", "--config", "~nobody-of-that-name/config"],
    ],
)
def test_a_home_that_is_not_known_is_one_line(tmp_path: Path, words: list[str]) -> None:
    variables = {k: v for k, v in os.environ.items() if k not in ("HOME", "XDG_CACHE_HOME")}
    variables = {k: v for k, v in variables.items() if not k.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-c", NOBODY, *words],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )

    says = "the home folder, ~, is not known: set HOME, or name the file in full"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: {says}\n")
