"""The programs that a shell on the lab finds first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from whomay.lab import programs
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
