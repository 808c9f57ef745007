"""The programs that a shell on the lab finds first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from whomay.lab import environment, programs
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace

ENDPOINT = "https://127.0.0.1:9"


def installed(folder: Path, pid: int) -> Path:
    """Install the programs of a lab with this process in a folder whose path has spaces."""
    place = Workspace.at(folder / "a lab")
    lab = Lab(pid, "", ENDPOINT, "", "", folder, "root", "nonce", (), "us-east-1")
    programs.install(folder, lab, place)
    return folder


def run(program: Path, *words: str) -> tuple[int, str, str]:
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_aws_asks_nobody_once_the_lab_has_ended(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    found = run(installed(tmp_path, ended.pid) / "aws", "sts", "get-caller-identity")

    assert found == (2, "", "aws: the lab of this shell has ended. Leave the shell with: exit\n")


def test_the_aws_cli_of_the_machine_gets_the_labs_endpoint_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "another aws"
    other.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    other.chmod(0o700)
    monkeypatch.setenv(programs.OTHER_CLI, str(other))

    _, shown, _ = run(installed(tmp_path, os.getpid()) / "aws", "sqs", "list-queues")

    assert shown.splitlines() == ["--endpoint-url", ENDPOINT, "sqs", "list-queues"]


def of_the_machine(version: str) -> str | None:
    """Return an aws CLI of the machine whose version begins so, None where it has none."""
    for folder in os.environ["PATH"].split(os.pathsep):
        program = shutil.which("aws", path=folder)
        if program and f"aws-cli/{version}." in run(Path(program), "--version")[1]:
            return program
    return None


def acting(lab: Lab, place: Workspace) -> dict[str, str]:
    """Install the programs of a running lab; return the environment of an administrator."""
    programs.install(place.programs, lab, place)
    return environment.with_keys(lab, place, lab.accounts[0], lab.root_secret)


ASKING = ("sts", "get-caller-identity", "--query", "Arn", "--output", "text")
ELSEWHERE = ("--endpoint-url", "https://sts.us-east-1.amazonaws.com")


@pytest.mark.lab
@pytest.mark.parametrize("version", [1, 2])
def test_the_aws_of_a_lab_asks_the_lab_and_nobody_else(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    place = Workspace.at(tmp_path / "a lab é")
    place.renew()
    if version == 2:
        other = of_the_machine("2")
        if other is None:
            pytest.skip("this machine has no aws CLI of version 2")
        monkeypatch.setenv(programs.OTHER_CLI, other)
    env = acting(lab, place)

    def aws(*words: str) -> subprocess.CompletedProcess[str]:
        argv = [str(place.programs / "aws"), *words]
        return subprocess.run(argv, env=env, capture_output=True, text=True, check=False)

    assert aws(*ASKING).stdout == "arn:aws:iam::111111111111:root\n"
    if version == 1:  # a name of its own, as S3 Control has, would be asked of a resolver
        listed = aws("s3control", "list-access-points", "--account-id", "111111111111")
        assert "Could not connect" not in listed.stderr
        assert (listed.returncode, listed.stdout) == (0, '{\n    "AccessPointList": []\n}\n')
    assert f'Failed to connect to proxy URL: "{lab.plain}"' in aws(*ELSEWHERE, *ASKING).stderr
