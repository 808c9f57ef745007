"""The server's life, from outside: processes, ports, files."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.commands import is_open

from whomay.lab import lifecycle, process, state
from whomay.lab.errors import LabError, LabHeldError
from whomay.lab.state import Lab

pytestmark = pytest.mark.lab


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "lab"
    lifecycle.stop(tmp_path / "lab")


def test_a_started_server_answers_on_loopback_from_a_private_folder(folder: Path) -> None:
    lab = lifecycle.start(folder)

    assert lifecycle.status(folder) == lab
    assert is_open(lab.endpoint)
    assert is_open(lab.plain)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o077 for file in folder.iterdir() if file.is_file()} == {0}


def test_a_stopped_server_leaves_no_process_port_or_description(folder: Path) -> None:
    lab = lifecycle.start(folder)

    assert lifecycle.stop(folder) is True
    assert process.start_time(lab.pid) is None
    assert not is_open(lab.endpoint)
    assert not is_open(lab.plain)
    assert sorted(file.name for file in folder.iterdir()) == ["server.lock", "server.log"]
    assert lifecycle.status(folder) is None
    assert lifecycle.stop(folder) is False


def test_a_second_start_names_the_server_that_runs(folder: Path) -> None:
    lab = lifecycle.start(folder)

    with pytest.raises(LabHeldError, match=rf"server, process {lab.pid}, since \d{{4}}-") as error:
        lifecycle.start(folder)
    assert error.value.exit_code == 75
    assert lifecycle.status(folder) == lab


def test_of_two_starts_at_once_one_wins(folder: Path) -> None:
    barrier = threading.Barrier(2)

    def attempt() -> Lab | LabHeldError:
        barrier.wait()
        try:
            return lifecycle.start(folder)
        except LabHeldError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        results = [future.result() for future in [pool.submit(attempt) for _ in range(2)]]
    assert sorted(type(result).__name__ for result in results) == ["Lab", "LabHeldError"]
    assert lifecycle.status(folder) in results


def test_taken_ports_and_other_labs_are_no_obstacle(folder: Path, tmp_path: Path) -> None:
    """Each server listens on free ports: 4566, which MiniStack takes by itself, is none of them."""
    with socket.socket() as taken:
        if taken.connect_ex(("127.0.0.1", 4566)):
            taken.bind(("127.0.0.1", 4566))
            taken.listen()
        first, second = lifecycle.start(folder), lifecycle.start(tmp_path / "other")
        ports = [urlsplit(url).port for lab in (first, second) for url in (lab.endpoint, lab.plain)]
        assert lifecycle.stop(tmp_path / "other") is True

    assert len({*ports, 4566}) == 5
    assert is_open(first.endpoint)


def test_a_killed_server_is_noticed_and_the_next_start_works(folder: Path) -> None:
    lab = lifecycle.start(folder)
    os.kill(lab.pid, signal.SIGKILL)
    reason = None
    while reason is None:
        reason = lifecycle.why_gone(folder, lab)

    assert "was ended by signal 9 (SIGKILL)" in reason
    assert lifecycle.status(folder) is None
    assert not state.description_file(folder).exists()
    assert lifecycle.start(folder).nonce != lab.nonce


def test_a_description_whose_pid_belongs_to_another_process_is_stale(folder: Path) -> None:
    lab = lifecycle.start(folder)
    lifecycle.stop(folder)
    state.write(folder, replace(lab, pid=os.getpid()))

    assert lifecycle.stop(folder) is False
    assert not state.description_file(folder).exists()


def test_a_server_that_hangs_is_ended_by_stop(folder: Path) -> None:
    lab = lifecycle.start(folder)
    os.kill(lab.pid, signal.SIGSTOP)

    assert lifecycle.stop(folder) is True
    assert process.start_time(lab.pid) is None


def test_a_server_that_does_not_answer_in_time_is_ended(folder: Path) -> None:
    with pytest.raises(LabError, match=r"did not answer within 0.01 s") as error:
        lifecycle.start(folder, timeout=0.01)
    assert error.value.exit_code == 2
    assert lifecycle.status(folder) is None
    assert lifecycle.start(folder)


def test_a_server_goes_with_its_parent_when_asked(folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from whomay.lab import lifecycle;"
        "lifecycle.start(Path(sys.argv[1]), exit_with_parent=True)"
    )
    subprocess.run([sys.executable, "-c", script, folder], check=True, timeout=30)
    lab = state.read(folder)

    while lab and process.runs(lab.pid, lab.started):
        pass
    assert not state.description_file(folder).exists()


@pytest.mark.parametrize("found", ["1.5.32", "1.5.330"])
def test_another_version_of_ministack_is_refused_in_one_line(tmp_path: Path, found: str) -> None:
    metadata = tmp_path / "elsewhere" / f"ministack-{found}.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Metadata-Version: 2.1\nName: ministack\nVersion: {found}\n")
    answer = subprocess.run(
        [sys.executable, "-m", "whomay.lab.server", "--state", tmp_path / "lab"],
        env={**os.environ, "PYTHONPATH": str(metadata.parent.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == (
        f"whomay lab: the lab is written for ministack 1.5.33 exactly, found {found}: "
        "pip install 'whomay[lab]'\n"
    )
    assert not Path(tmp_path / "lab").exists()
