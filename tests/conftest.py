"""What holds for every test. A room's own fixtures are in its conftest, so that none imports another's."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The virtual environment's programs come first, as in make, before a room's conftest starts the
# CDK: the machine's own Node may be one that the CDK warns of, or none.
os.environ["PATH"] = os.pathsep.join(
    [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
)

# How long an example takes says how busy the machine is. The rest stays as Hypothesis has it here.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")

STARTS_A_LAB = re.compile(r"whomay(\.lab\.server| demo| lab start)\b")
running: list[pytest.Item] = []


def pytest_configure() -> None:
    """See every command that a test runs."""
    sys.addaudithook(refuse_a_lab_without_its_marker)


def refuse_a_lab_without_its_marker(event: str, arguments: tuple[object, ...]) -> None:
    """Let no test start a lab unmarked: `-m "not lab"` is what runs in seconds."""
    if event != "subprocess.Popen" or not running or running[0].get_closest_marker("lab"):
        return
    words = arguments[1]
    command = " ".join(os.fsdecode(word) for word in words) if isinstance(words, list) else ""
    if STARTS_A_LAB.search(command):
        raise RuntimeError("this test starts a lab: mark it with pytest.mark.lab")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    running[:] = [item]
    try:
        return (yield)
    finally:
        running.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark what asks a running lab, and put first what runs for minutes.

    One worker would be left with it at the end.
    """
    for item in items:
        if {"lab", "deployed_lab"} & {*item.fixturenames}:
            item.add_marker("lab")
    items.sort(key=lambda item: not runs_for_minutes(item))


def runs_for_minutes(item: pytest.Function) -> bool:
    """Whether a test deploys everything, or is given a time of its own."""
    everything = {"checkout", "deployed_lab"} & {*item.fixturenames}
    return bool(everything) or item.get_closest_marker("timeout") is not None


@pytest.fixture(scope="session", autouse=True)
def _signals_as_in_a_terminal() -> None:
    """Children of a job in the background, or under nohup, would ignore what tests send them."""
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
