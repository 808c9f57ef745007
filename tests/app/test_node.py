"""A machine whose Node is missing, too old or none: one line, before any work."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.commands import LONG, environment

CODE = "from whomay.cli import main; main(prog_name='whomay')"
REMEDY = "run `make` in the checkout, which brings its own, or install Node 20 or newer"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs with this Python and nothing else, as beside a foreign Python."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python").symlink_to(os.path.realpath(sys.executable))
    return programs


def run(machine: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command on that machine, in an empty folder of its own."""
    packages = os.pathsep.join([sysconfig.get_path("purelib"), str(ROOT / "constructs")])
    state = ("--app", str(ROOT), "--state", str(machine.parent / "state"))
    done = subprocess.run(
        [machine / "python", "-c", CODE, *arguments, *state],
        env=environment(PATH=str(machine), PYTHONPATH=packages, PYTHONDONTWRITEBYTECODE="1"),
        cwd=machine.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )
    return done.returncode, done.stdout, done.stderr


def put(machine: Path, text: str) -> None:
    (machine / "node").write_text(f"#!/bin/sh\n{text}\n")
    (machine / "node").chmod(0o755)


@pytest.mark.parametrize("command", [("demo",), ("lab", "deploy")])
@pytest.mark.parametrize(
    ("node", "says"),
    [
        (None, "the program `node` is not on the path"),
        ("echo v16.20.2", "{bin}/node is Node 16.20.2, and CDK needs 20 or newer"),
        ("echo hello", "{bin}/node does not tell a version as Node does"),
        ("exit 1", "{bin}/node does not tell a version as Node does"),
    ],
)
def test_without_a_good_node_nothing_is_begun(
    machine: Path, command: tuple[str, ...], node: str | None, says: str
) -> None:
    if node:
        put(machine, node)
    name = " ".join(("whomay", *command))
    line = f"{name}: {says.format(bin=machine)}: {REMEDY}\n"
    assert run(machine, *command) == (2, "", line)
    assert sorted(each.name for each in machine.parent.iterdir()) == ["bin"]


def test_with_one_the_command_goes_on(machine: Path) -> None:
    (machine / "node").symlink_to(Path(sys.executable).with_name("node").resolve())
    line = "whomay lab deploy: no lab is running here. Start one: whomay lab start\n"
    assert run(machine, "lab", "deploy") == (2, "", line)
