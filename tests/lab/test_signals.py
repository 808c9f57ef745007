"""Signals wait for the end of the steps that they must not cut in two."""

import os
import signal
import subprocess
import sys
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


SLOW_TO_END = """
import time, click
from whomay.cli.lab_command import LabCommand

@click.command(cls=LabCommand)
def command():
    try:
        print("working", flush=True)
        time.sleep(600)
    finally:
        told = False
        while True:
            try:
                if not told:
                    told = True
                    print("ending", flush=True)
                time.sleep(600)
            except BaseException:
                pass

command()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_signal_does_not_wait_for_what_the_first_has_begun(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_TO_END], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "working\n"
            process.send_signal(number)
            assert process.stdout.readline() == "ending\n"
            process.send_signal(number)
            assert process.wait(60) == 128 + number
        finally:
            process.kill()
