"""What holds for every test. A room's own fixtures are in its conftest, so that none imports another's."""

import signal

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is. The rest stays as Hypothesis has it here.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Put first what runs for minutes, or one worker would be left with it at the end."""
    items.sort(key=lambda item: not {"checkout", "deployed_lab"} & {*item.fixturenames})


@pytest.fixture(scope="session", autouse=True)
def _signals_as_in_a_terminal() -> None:
    """Children of a job in the background, or under nohup, would ignore what tests send them."""
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
