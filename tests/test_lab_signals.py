"""Signals wait for the end of the steps that they must not cut in two."""

import os
import signal
from collections.abc import Iterator

import pytest

from whomay.lab.signals import uncut


@pytest.fixture
def hang_up() -> Iterator[list[int]]:
    """Note every SIGHUP, so that none ends the tests."""
    came: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _frame: came.append(number))
    yield came
    signal.signal(signal.SIGHUP, before)


def interrupted_within(done: list[str]) -> None:
    with uncut():
        os.kill(os.getpid(), signal.SIGINT)
        done.append("within")
    done.append("after")


def test_an_interruption_waits_for_the_end_of_the_block() -> None:
    done: list[str] = []

    with pytest.raises(KeyboardInterrupt):
        interrupted_within(done)
    assert done == ["within"]


def test_a_handler_is_called_once_the_block_has_ended(hang_up: list[int]) -> None:
    with uncut():
        os.kill(os.getpid(), signal.SIGHUP)
        assert hang_up == []

    assert hang_up == [signal.SIGHUP]


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with uncut():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_handlers_are_as_before_after_the_block(hang_up: list[int]) -> None:  # noqa: ARG001 - sets one
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with uncut():
        pass

    assert [
        signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ] == before
