"""`whomay lock`: it writes the file, and tells a stale one from one that cannot be read."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.checkout import ROOT

from whomay.cli import main

LOCK = (ROOT / "access.lock").read_text()


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """An assembly of one user, as small as the format allows."""
    out = tmp_path / "cdk.out"
    out.mkdir()
    user = {"Type": "AWS::IAM::User", "Metadata": {"aws:cdk:path": "S/U/Resource"}}
    (out / "S.template.json").write_text(
        f'{{"Resources": {{"U": {str(user).replace(chr(39), chr(34))}}}}}'
    )
    (out / "manifest.json").write_text(
        '{"version": "48.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", '
        '"environment": "aws://unknown-account/unknown-region", '
        '"properties": {"templateFile": "S.template.json"}}}}'
    )
    return out


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return done.exit_code, done.output


def test_the_command_writes_the_lock_and_then_finds_it_current(
    assembly: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "access.lock"
    options = ("lock", "--assembly", assembly, "--file", lock)
    code, output = run(*options, "--check")
    assert (code, "is missing" in output) == (1, True)
    assert run(*options) == (0, f"{lock} is written\n")
    assert run(*options, "--check") == (0, f"{lock} is current\n")
    lock.write_text(lock.read_text().replace("may: []", "may: [ ]"))
    code, output = run(*options, "--check")
    assert (code, "is stale" in output) == (1, True)


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o644)])
def test_a_new_lock_is_as_open_as_the_umask_lets_it(
    assembly: Path, tmp_path: Path, mask: int, mode: int
) -> None:
    before = os.umask(mask)
    try:
        assert run("lock", "--assembly", assembly, "--file", tmp_path / "access.lock")[0] == 0
    finally:
        after = os.umask(before)
    assert (after, (tmp_path / "access.lock").stat().st_mode & 0o777) == (mask, mode)


def test_a_check_tells_a_lock_that_cannot_be_read_from_a_stale_one(
    assembly: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "access.lock"
    arguments = ["lock", "--assembly", str(assembly), "-f", str(lock)]
    for spoiled in (b"<<<<<<< HEAD\n" + LOCK.encode(), LOCK.encode("utf-16")):
        lock.write_bytes(spoiled)
        assert CliRunner().invoke(main, [*arguments, "--check"]).exit_code == 2
        assert CliRunner().invoke(main, arguments).exit_code == 0
        assert CliRunner().invoke(main, [*arguments, "--check"]).exit_code == 0


def test_a_lock_that_cannot_be_written_stays_as_it_was(assembly: Path, tmp_path: Path) -> None:
    code, output = run("lock", "--assembly", assembly, "--file", tmp_path / "no" / "access.lock")
    assert code == 2
    assert "cannot be written" in output
    assert not (tmp_path / "no").exists()


def test_an_assembly_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    code, output = run("lock", "--assembly", tmp_path / "missing", "--file", tmp_path / "lock")
    assert (code, len(output.splitlines())) == (2, 1)
    assert not (tmp_path / "lock").exists()
