"""A server that ends or hangs ends the run, instead of being waited for."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from whomay.lab import lifecycle, watch
from whomay.lab.children import Children
from whomay.lab.errors import LabError, ServerGoneError
from whomay.lab.state import Lab

WAIT = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    yield lifecycle.start(tmp_path / "lab", exit_with_parent=True)
    lifecycle.stop(tmp_path / "lab")


def wait_in(lab: Lab, signalled: signal.Signals) -> str:
    """Wait for a child for a minute, with the server signalled; return the error's text."""
    folder = lab.ca.parent
    with Children() as children, pytest.raises(ServerGoneError) as error:
        wait_while_signalled(lab, folder, children, signalled)
    assert error.value.exit_code == 1
    return str(error.value)


def wait_while_signalled(
    lab: Lab, folder: Path, children: Children, signalled: signal.Signals
) -> None:
    with watch.watched(lab, folder, children):
        os.kill(lab.pid, signalled)
        children.run(WAIT, env={})
        raise LabError("the child was ended")


def test_a_server_that_is_killed_ends_the_run_at_once(lab: Lab) -> None:
    begun = time.monotonic()

    said = wait_in(lab, signal.SIGKILL)

    assert time.monotonic() - begun < 30
    assert "the lab's server was ended by signal 9 (SIGKILL)" in said
    assert said.endswith("Start it again: whomay lab start")


def test_a_server_that_hangs_ends_the_run(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SILENCE", 1.5)

    said = wait_in(lab, signal.SIGSTOP)

    assert "the lab's server has not answered for" in said


def test_an_error_of_a_run_whose_server_lives_stays_what_it_is(lab: Lab) -> None:
    with Children() as children, pytest.raises(LabError, match=r"^something else$"):
        fail_beside(lab, children)


def fail_beside(lab: Lab, children: Children) -> None:
    with watch.watched(lab, lab.ca.parent, children):
        raise LabError("something else")
