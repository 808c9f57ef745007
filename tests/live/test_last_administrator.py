"""An account keeps somebody who can give access: who counts as such, on the lab's AWS."""

import uuid
from collections.abc import Iterator

import pytest
from support.aws import make_user, policy, root, statement, trust
from support.lab_user import on_lab
from support.running_lab import lab_of_its_own

from whomay.lab.state import Lab

__all__ = ["lab_of_its_own"]

LAST = "this is the last administrator of the account"
EVERYTHING = policy(statement("*", "*"))


@pytest.fixture
def name(lab: Lab) -> Iterator[str]:
    """Give a name of a user, and take away all users and roles whose names begin with it."""
    name = f"user-{uuid.uuid4().hex[:8]}"
    yield name
    iam = root(lab, 2).client("iam")
    for one in iam.list_roles()["Roles"]:
        if one["RoleName"].startswith(name):
            iam.delete_role_policy(RoleName=one["RoleName"], PolicyName="all")
            iam.delete_role(RoleName=one["RoleName"])
    for one in iam.list_users()["Users"]:
        if one["UserName"].startswith(name):
            for key in iam.list_access_keys(UserName=one["UserName"])["AccessKeyMetadata"]:
                iam.delete_access_key(UserName=one["UserName"], AccessKeyId=key["AccessKeyId"])
            for each in iam.list_user_policies(UserName=one["UserName"])["PolicyNames"]:
                iam.delete_user_policy(UserName=one["UserName"], PolicyName=each)
            iam.delete_user(UserName=one["UserName"])


def said(lab: Lab, name: str) -> str:
    """Return what the command says to the root user: its error, or that it would go on."""
    result = on_lab(root(lab, 2), "leave", name, "--dry-run")
    return result.stderr if result.returncode else "would go on"


def test_the_last_administrator_stays(lab: Lab, name: str) -> None:
    make_user(lab, name, statement("*", "*"), account=2)
    assert LAST in said(lab, name)
    iam = root(lab, 2).client("iam")
    iam.create_user(UserName=f"{name}-2")
    iam.put_user_policy(UserName=f"{name}-2", PolicyName="all", PolicyDocument=EVERYTHING)
    assert LAST in said(lab, name)  # the other one cannot sign in
    iam.create_access_key(UserName=f"{name}-2")
    assert said(lab, name) == "would go on"


def make_admin_role(lab: Lab, name: str, trusted: dict[str, str]) -> None:
    iam = root(lab, 2).client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(trusted))
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=EVERYTHING)


def test_a_role_counts_when_another_user_who_signs_in_may_take_it(lab: Lab, name: str) -> None:
    make_user(lab, name, statement("*", "*"), account=2)
    make_admin_role(lab, f"{name}-admin", {"AWS": f"arn:aws:iam::{lab.accounts[2]}:root"})
    assert LAST in said(lab, name)  # nobody else may take it

    iam = root(lab, 2).client("iam")
    iam.create_user(UserName=f"{name}-2")
    allowed = policy(statement("sts:AssumeRole", "*"))
    iam.put_user_policy(UserName=f"{name}-2", PolicyName="own", PolicyDocument=allowed)
    assert LAST in said(lab, name)  # who may take it cannot sign in
    iam.create_access_key(UserName=f"{name}-2")
    assert said(lab, name) == "would go on"


def test_a_role_that_another_account_may_take_counts(lab: Lab, name: str) -> None:
    make_user(lab, name, statement("*", "*"), account=2)
    make_admin_role(lab, f"{name}-service", {"Service": "ec2.amazonaws.com"})
    assert LAST in said(lab, name)
    make_admin_role(lab, f"{name}-admin", {"AWS": lab.accounts[0]})
    assert said(lab, name) == "would go on"
