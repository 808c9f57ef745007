"""An app, a stack, and the project's own stacks synthesized; tests never change these."""

from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from stacks.ec2_role import Ec2RoleStack
from stacks.user_assume_role import UserAssumeRoleStack
from support.checkout import CONTEXT


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
