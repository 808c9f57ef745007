"""What the caller's environment holds does not reach the lab's children."""

from pathlib import Path

import pytest
from support.foreign_environment import FOREIGN

from whomay.lab import environment
from whomay.lab.accounts import as_admin
from whomay.lab.errors import LabError
from whomay.lab.session import LabSession


def test_foreign_settings_are_harmless(beside: LabSession, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)

    argv = ("aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text")
    answer = beside.must("admin", argv, as_admin(beside))

    assert answer == "arn:aws:iam::111111111111:user/admin\n"


def test_a_child_gets_what_is_listed_and_nothing_else(
    beside: LabSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*FOREIGN, "LD_PRELOAD", "EDITOR"):
        monkeypatch.setenv(name, "foreign")

    given = environment.scrubbed(beside.lab, beside.workspace)

    assert not [name for name, value in given.items() if value == "foreign"]
    assert Path(given["HOME"]).is_relative_to(beside.workspace.root)
    assert Path(given["TMPDIR"]).is_relative_to(beside.workspace.root)


def test_a_child_without_credentials_finds_none(beside: LabSession) -> None:
    bare = environment.scrubbed(beside.lab, beside.workspace)

    done = beside.run("nobody", ("aws", "sts", "get-caller-identity", "--region", "x-1"), bare)

    assert "Unable to locate credentials" in done.err


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(LabError, match="the program `no-such-program` is not on the path: run it"):
        environment.program("no-such-program", "run it")
