"""Stacks are synthesized once per session; tests read the templates and never change them."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from hypothesis import settings

from stacks.ec2_role import Ec2RoleStack
from stacks.user_assume_role import UserAssumeRoleStack
from whomay.lab import lifecycle
from whomay.lab.state import Lab

pytest_plugins = ["running_lab"]

# How long an example takes says how busy the machine is. The rest stays as Hypothesis has it here.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]
CONTEXT: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]


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


@pytest.fixture(scope="session")
def ec2_role() -> Template:
    return Template.from_stack(Ec2RoleStack(App(context=CONTEXT), "Ec2Role"))


@pytest.fixture(scope="session")
def user_assume_role() -> Template:
    return Template.from_stack(UserAssumeRoleStack(App(context=CONTEXT), "UserAssumeRole"))


@pytest.fixture(scope="session")
def user_assume_role_with_mfa() -> Template:
    app = App(context=CONTEXT)
    return Template.from_stack(UserAssumeRoleStack(app, "UserAssumeRole", mfa=True))


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(context=CONTEXT, outdir=str(tmp_path / "cdk.out"))


@pytest.fixture
def stack(app: App) -> Stack:
    return Stack(app, "Stack")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab's engine, for tests that ask it; no AWS setting of the caller's reaches them."""
    folder = tmp_path_factory.mktemp("lab")
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        environment.setenv("AWS_CONFIG_FILE", os.devnull)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield lifecycle.start(folder)
        lifecycle.stop(folder)
