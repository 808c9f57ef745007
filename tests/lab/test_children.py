"""Children and all that they start end with the run."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from whomay.lab import process
from whomay.lab.children import Children, StoppedError
from whomay.lab.errors import LabError, UnknownAnswerError

# starts a process of its own, says which, and waits
PARENT = """
import subprocess, sys, time
sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
child = subprocess.Popen(sleep, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(60)
"""
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + PARENT
ENVIRONMENT = {"PATH": os.defpath}


def written(file: Path) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if file.exists() and file.read_text():
            return int(file.read_text())
        time.sleep(0.02)
    raise AssertionError("the child did not start")


def is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if process.start_time(pid) is None:
            return True
        time.sleep(0.02)
    return False


def test_a_child_sees_its_environment_alone_and_its_words_come_back() -> None:
    code = "import os, sys; print(os.environ['SAID'], input()); sys.exit('no')"
    with Children() as children:
        done = children.run([sys.executable, "-c", code], env={"SAID": "a"}, stdin="b")

    assert (done.code, done.out, done.err) == (1, "a b\n", "no\n")


def test_a_child_that_does_not_end_in_time_is_killed_with_what_it_started(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", DEAF, str(tmp_path / "pid")]
    with Children() as children, pytest.raises(UnknownAnswerError, match="did not end within 2"):
        children.run(argv, env=ENVIRONMENT, timeout=2)

    assert is_gone(written(tmp_path / "pid"))


@pytest.mark.parametrize("program", [PARENT, DEAF])
def test_closing_ends_the_children_of_every_thread(tmp_path: Path, program: str) -> None:
    argv = [sys.executable, "-c", program, str(tmp_path / "pid")]
    codes = []
    with Children() as children:
        thread = threading.Thread(
            target=lambda: codes.append(children.run(argv, env=ENVIRONMENT).code)
        )
        thread.start()
        grandchild = written(tmp_path / "pid")
        children.close(grace=0.5)
        thread.join(10)

    assert codes == [-signal.SIGKILL if program == DEAF else -signal.SIGTERM]
    assert is_gone(grandchild)


def test_after_closing_no_child_is_started() -> None:
    with Children() as children:
        children.close()
        with pytest.raises(StoppedError):
            children.run([sys.executable, "-c", ""], env=ENVIRONMENT)


def test_what_a_child_has_left_running_ends_with_it(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", PARENT.replace("time.sleep(60)\n", ""), str(tmp_path / "pid")]
    with Children() as children:
        assert children.run(argv, env=ENVIRONMENT, timeout=50).code == 0

    assert is_gone(written(tmp_path / "pid"))


def test_a_program_that_is_not_there_is_named() -> None:
    with Children() as children, pytest.raises(LabError, match="cannot start /nonexistent/aws"):
        children.run(["/nonexistent/aws"], env={})
