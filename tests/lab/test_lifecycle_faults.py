"""Faults of the machine and of the caller while a server starts: told in words, and survived."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.aws import refusal, root, with_wrong_secret

from whomay.lab import lifecycle, only_run, process
from whomay.lab.errors import LabError, LabHeldError

pytestmark = pytest.mark.lab

REPORT_ERROR = """
import sys
from pathlib import Path
from whomay.lab import lifecycle
from whomay.lab.errors import LabError
try:
    lifecycle.start(Path(sys.argv[1]))
except LabError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def servers_of(folder: Path) -> list[int]:
    """Return the pids of servers whose command line names the folder."""
    command = ["pgrep", "-f", f"whomay.lab.server --state {folder}"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match=r"file/lab cannot be used: Not a directory"):
        lifecycle.start(tmp_path / "file" / "lab")


def test_a_path_with_spaces_and_letters_of_all_kinds_works(tmp_path: Path) -> None:
    folder = tmp_path / "ein Ordner — für 研究"
    lab = lifecycle.start(folder)
    assert lab.ca.is_relative_to(folder)
    assert lifecycle.stop(folder) is True


def test_a_start_that_is_interrupted_leaves_no_server(tmp_path: Path) -> None:
    """The server takes its time, so that the signal comes while it is waited for."""
    folder = tmp_path / "lab"
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, time\nif 'whomay.lab.server' in sys.orig_argv: time.sleep(600)\n"
    )
    starting = subprocess.Popen(
        [sys.executable, "-c", REPORT_ERROR, folder],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    while not servers_of(folder):
        assert starting.poll() is None
        time.sleep(0.01)
    starting.send_signal(signal.SIGINT)
    _, error = starting.communicate(timeout=60)
    assert starting.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in error
    assert servers_of(folder) == []
    assert lifecycle.start(folder)
    assert lifecycle.stop(folder) is True


def test_the_settings_of_the_caller_do_not_reach_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = {
        "AUTH": "false",
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_PROFILE": "nope",
        "GATEWAY_PORT": "4566",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "MINISTACK_ACCOUNT_ID": "999999999999",
        "SERVICES": "sqs",
        "USE_SSL": "1",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    lab = lifecycle.start(tmp_path / "lab")
    for name in foreign:
        monkeypatch.delenv(name)
    assert root(lab).client("iam").list_users()["Users"] == []
    assert refusal(with_wrong_secret(root(lab)).client("iam").list_users)[0] == (
        "SignatureDoesNotMatch"
    )
    assert (tmp_path / "lab" / "server.log").read_text() == ""
    assert lifecycle.stop(tmp_path / "lab") is True


def test_a_machine_that_does_not_reach_itself_is_told_at_once(tmp_path: Path) -> None:
    command = ["unshare", "-n", sys.executable, "-c", REPORT_ERROR, str(tmp_path / "lab")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr:
        pytest.skip("this system lets nobody make a network of its own")
    assert done.stdout.startswith("this machine cannot reach 127.0.0.1: Network is unreachable")
    assert not (tmp_path / "lab").exists()


def test_ten_starts_at_once_leave_one_server(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    command = [sys.executable, "-c", REPORT_ERROR, str(folder)]
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(10)]
    told = [start.communicate(timeout=120)[0] for start in starts]
    assert sorted(start.returncode for start in starts) == [0, *[75] * 9]
    assert all("is in use by" in text for text in told if text)
    assert len(servers_of(folder)) == 1
    assert lifecycle.stop(folder) is True
    assert servers_of(folder) == []


def test_a_server_that_fails_while_starting_shows_its_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that kills itself when Python starts."""
    (tmp_path / "usercustomize.py").write_text("")
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if 'whomay.lab.server' in sys.orig_argv:\n"
        "    print('about to end', flush=True); os.kill(os.getpid(), 9)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(LabError) as error:
        lifecycle.start(tmp_path / "lab")
    assert str(error.value) == (
        "the lab's server was ended by signal 9 (SIGKILL) before it answered; the end of its log:\n"
        "  about to end"
    )


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "lab.lock"
    with only_run.held(path, "a demo by process 12"):
        with pytest.raises(LabHeldError, match=r"in use by a demo by process 12 since 20") as error:
            only_run.acquire(path, "another")
        assert error.value.exit_code == 75
    os.close(only_run.acquire(path, "another"))


def test_the_start_time_tells_a_process_from_the_next_of_its_number() -> None:
    own = process.start_time(os.getpid())
    assert own
    assert process.runs(os.getpid(), own)
    assert not process.runs(os.getpid(), f"{own}0")
    child = subprocess.Popen([sys.executable, "-c", ""])
    while process.start_time(child.pid) is not None:  # ended, and not yet waited for
        time.sleep(0.01)
    child.wait()
    assert process.start_time(child.pid) is None
