"""What happens to an open shell: the lab is killed under it, the disk is full, another lab runs beside."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.commands import LONG, environment

from whomay.lab import lifecycle, shell, state
from whomay.lab.errors import LabError
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace

pytestmark = pytest.mark.lab


def started(folder: Path) -> tuple[Lab, Workspace]:
    """Start a lab by a process of its own, as a person does: nobody waits for the server's end."""
    place = Workspace.at(folder)
    start = "import sys, pathlib; from whomay.lab import lifecycle; lifecycle.start(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", start, str(folder)], check=True, timeout=LONG)
    place.renew()
    found = state.read(folder)
    assert found is not None
    return found, place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "lab"
    lifecycle.stop(tmp_path / "lab")


def test_a_shell_outlives_its_lab_and_says_so_in_one_line(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lab, workspace = started(place)
    kill = f"kill -9 {lab.pid}; sleep 0.5; aws sts get-caller-identity; cdk list; whomay lab status --state {place}"

    code = shell.as_admin(lab, workspace).run(lab, workspace, ["sh", "-c", kill])

    assert code == 2
    assert capfd.readouterr().err.splitlines() == [
        "aws: the lab of this shell has ended. Leave the shell with: exit",
        "cdk: the lab of this shell has ended. Leave the shell with: exit",
        "whomay lab status: no lab is running here. Start one: whomay lab start",
    ]


def test_without_the_variable_a_shell_is_that_of_the_user(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    lab, workspace = started(place)
    own = tmp_path / "own"
    own.write_text('#!/bin/sh\necho "$0 $1"\n')
    own.chmod(0o700)
    monkeypatch.delenv("SHELL", raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda _: SimpleNamespace(pw_shell=str(own)))

    assert shell.as_admin(lab, workspace).run(lab, workspace, []) == 0
    assert capfd.readouterr().out == f"{own} -i\n"


def test_a_full_disk_is_one_line(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, workspace = started(place)
    tiny = tmp_path / "tiny"
    tiny.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(tiny)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this system lets nobody mount a small disk")
    try:
        (tiny / "full").write_bytes(b"x" * 4096)
        monkeypatch.setattr("tempfile.tempdir", str(tiny))
        with pytest.raises(LabError, match=f"{tiny} has no room for a shell: No space left on"):
            shell.as_admin(lab, workspace).run(lab, workspace, ["true"])
        assert [each.name for each in tiny.iterdir()] == ["full"]
    finally:
        subprocess.run(["umount", str(tiny)], check=True)


def test_two_students_have_labs_of_their_own(place: Path, tmp_path: Path) -> None:
    first, _ = started(place)
    second, _ = started(tmp_path / "second")
    try:
        assert len({first.endpoint, first.plain, second.endpoint, second.plain}) == 4
        asking = ["aws", "sts", "get-caller-identity", "--endpoint-url", second.endpoint]
        keys = {
            "AWS_ACCESS_KEY_ID": first.accounts[0],
            "AWS_SECRET_ACCESS_KEY": first.root_secret,
            "AWS_CA_BUNDLE": str(second.ca),
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        done = subprocess.run(
            asking, env=environment(**keys), capture_output=True, text=True, check=False
        )
        assert "SignatureDoesNotMatch" in done.stderr
        for folder in (place, tmp_path / "second"):
            assert folder.stat().st_mode & 0o077 == 0
            assert json.loads((folder / "server.json").read_text())["root_secret"]
    finally:
        lifecycle.stop(tmp_path / "second")
