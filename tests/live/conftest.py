"""Fixtures of the tests on what a real account needs: the lab answers them."""

from collections.abc import Iterator

import pytest
from support.aws import Caller, make_user, root, statement
from support.deploying import unique
from support.running_lab import lab

from whomay.lab.state import Lab

__all__ = ["lab"]


@pytest.fixture
def admin(lab: Lab) -> Caller:
    return make_user(lab, unique("doctor"), statement("*", "*"))


@pytest.fixture
def other(lab: Lab) -> Iterator[Caller]:
    """The administrator of an account of its own, which has none at the end."""
    name = unique("doctor")
    who = make_user(lab, name, statement("*", "*"), account=2)
    yield who
    iam = root(lab, 2).client("iam")
    iam.delete_access_key(UserName=name, AccessKeyId=who.access_key)
    iam.delete_user_policy(UserName=name, PolicyName="own")
    iam.delete_user(UserName=name)
