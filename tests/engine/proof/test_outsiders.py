"""Callers outside the assembly: of each account a user, and each other kind where a policy reads it."""

from typing import Any

import pytest
from support.small_world import A, B, document

from whomay.engine import check, diff, who_may
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.patterns.symbols import generated

BUCKET = "arn:aws:s3:::data"
ROLE = f"arn:aws:iam::{A}:role/r"
LAMBDA = {"Service": "lambda.amazonaws.com"}
SESSIONS = {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}


def bucket(principal: Any, condition: dict[str, Any]) -> Snapshot:
    allowed = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject"}
    policy = document({**allowed, "Resource": f"{BUCKET}/*", "Condition": condition})
    return Snapshot((), (Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "S/B", policy),))


def named(snapshot: Snapshot) -> list[str]:
    return [one.name for one in who_may("s3:GetObject", f"{BUCKET}/x", snapshot)]


@pytest.mark.parametrize(
    ("condition", "whom"),
    [
        ({}, ["others of account 444455556666 whose own policies allow it"]),
        (SESSIONS, ["sessions of roles of account 444455556666 whose own policies allow it"]),
        (
            {"StringEquals": {"aws:PrincipalType": "User"}},
            ["users of account 444455556666 whose own policies allow it"],
        ),
        (
            {"StringEquals": {"aws:PrincipalType": "FederatedUser"}},
            ["federated users of account 444455556666 whose own policies allow it"],
        ),
        (
            {"StringEquals": {"aws:PrincipalType": "Account"}},
            ["the root user of account 444455556666"],
        ),
        (
            {"StringNotEquals": {"aws:PrincipalType": "Account"}},
            ["others of account 444455556666 whose own policies allow it"],
        ),
        (
            {"StringNotEquals": {"aws:PrincipalType": "User"}},
            [
                "sessions of roles of account 444455556666 whose own policies allow it",
                "federated users of account 444455556666 whose own policies allow it",
                "the root user of account 444455556666",
            ],
        ),
        (
            {"Null": {"aws:username": "true"}},
            [
                "sessions of roles of account 444455556666 whose own policies allow it",
                "federated users of account 444455556666 whose own policies allow it",
                "the root user of account 444455556666",
            ],
        ),
        (
            {"StringLike": {"aws:userid": "AROAEXAMPLE:*"}},
            ["sessions of roles of account 444455556666 whose own policies allow it"],
        ),
        (
            {"StringEquals": {"aws:userid": "AIDAEXAMPLE"}},
            ["users of account 444455556666 whose own policies allow it"],
        ),
        ({"StringEquals": {"aws:userid": B}}, ["the root user of account 444455556666"]),
        ({"StringEquals": {"aws:userid": f"{B}:fred"}}, [f"arn:aws:sts::{B}:federated-user/fred"]),
        ({"Null": {"aws:userid": "true"}}, []),
    ],
)
def test_who_names_the_kind_of_caller_where_it_matters(
    condition: dict[str, Any], whom: list[str]
) -> None:
    assert named(bucket({"AWS": B}, condition)) == whom


def test_who_names_the_sessions_of_every_account() -> None:
    assert named(bucket("*", SESSIONS)) == [
        "sessions of roles of account 111122223333, who need no policy of their own",
        "sessions of roles of any account whose own policies allow it",
    ]


def test_who_makes_up_no_name_of_a_service() -> None:
    assert named(bucket("*", {})) == [
        "others of account 111122223333, who need no policy of their own",
        "others of any account whose own policies allow it",
        "any service of AWS",
        "any identity provider",
        "anybody, without credentials",
    ]


def role(*statements: dict[str, Any]) -> Snapshot:
    trust = document(*({"Effect": "Allow", "Action": "sts:AssumeRole", **s} for s in statements))
    return Snapshot((Principal(ROLE, PrincipalKind.ROLE, A, "S/R", trust=trust),))


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        (SESSIONS, "broken"),
        ({"Null": {"aws:username": "true"}}, "broken"),
        ({"StringNotEquals": {"aws:PrincipalType": "User"}}, "broken"),
        ({"StringLike": {"aws:userid": "*:fred"}}, "broken"),
        ({"StringEquals": {"aws:userid": "*:fred"}}, "kept"),  # no id and no name holds a star
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}}, "broken"),
        # Neither the root user nor a federated user can: id_credentials_sts-comparison.html
        ({"StringEquals": {"aws:PrincipalType": "Account"}}, "kept"),
        ({"StringEquals": {"aws:PrincipalType": "FederatedUser"}}, "kept"),
    ],
)
def test_each_kind_of_caller_of_an_account_may_become_a_role(
    condition: dict[str, Any], outcome: str
) -> None:
    account = {"Principal": {"AWS": B}, "Condition": condition}
    listed = document({"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:*"})
    stated = Stated(StatementKind.ASSUMABLE_ONLY_BY, "app.py:1", "S", "S/R", policy=listed)
    [result] = check([stated], role({"Principal": LAMBDA}, account)).results
    assert result.finding.outcome.value == outcome


@pytest.mark.parametrize(
    ("principal", "condition", "outcome"),
    [
        ({"Service": "ec2.amazonaws.com"}, {"StringEquals": {"sts:ExternalId": "7"}}, "kept"),
        ({"AWS": B}, {"StringEquals": {"sts:ExternalId": "7"}}, "broken"),
        ({"Service": "ec2.amazonaws.com"}, {"StringEquals": {"aws:SourceOrgID": "o-1"}}, "broken"),
        ({"AWS": B}, {"StringEquals": {"aws:SourceOrgID": "o-1"}}, "kept"),
        ({"AWS": f"arn:aws:iam::{B}:user/u"}, {"Null": {"aws:SourceIdentity": "false"}}, "kept"),
        ({"AWS": B}, {"StringEquals": {"aws:SourceIdentity": "ada"}}, "broken"),
        ({"AWS": B}, {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:*:*:*:*"}}, "kept"),
    ],
)
def test_a_caller_becomes_a_role_with_no_key_that_others_send(
    principal: dict[str, Any], condition: dict[str, Any], outcome: str
) -> None:
    listed = document({"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:*"})
    stated = Stated(StatementKind.ASSUMABLE_ONLY_BY, "app.py:1", "S", "S/R", policy=listed)
    system = role({"Principal": LAMBDA}, {"Principal": principal, "Condition": condition})
    [result] = check([stated], system).results
    assert result.finding.outcome.value == outcome


GOOGLE = {"Federated": "accounts.google.com"}


@pytest.mark.parametrize(
    ("principal", "action", "outcome"),
    [
        ({"AWS": B}, "sts:AssumeRole", "broken"),
        ({"AWS": B}, "sts:AssumeRoleWithWebIdentity", "kept"),
        ({"AWS": B}, "sts:AssumeRoleWithSAML", "kept"),
        ({"AWS": f"arn:aws:sts::{B}:federated-user/fred"}, "sts:*", "kept"),
        (GOOGLE, "sts:AssumeRole", "kept"),
        (GOOGLE, "sts:AssumeRoleWithWebIdentity", "broken"),
        ({"Service": "ec2.amazonaws.com"}, "sts:AssumeRoleWithSAML", "kept"),
    ],
)
def test_nobody_becomes_a_role_by_an_action_that_he_cannot_call(
    principal: dict[str, Any], action: str, outcome: str
) -> None:
    let_in = {"Principal": principal, "Action": action}
    listed = document({"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:*"})
    stated = Stated(StatementKind.ASSUMABLE_ONLY_BY, "app.py:1", "S", "S/R", policy=listed)
    [result] = check([stated], role({"Principal": LAMBDA}, let_in)).results
    assert result.finding.outcome.value == outcome


def test_a_denial_of_all_but_an_account_lets_in_its_root_user_alone() -> None:
    everybody = {"Effect": "Allow", "Principal": "*"}
    others = {"Effect": "Deny", "NotPrincipal": {"AWS": B}}
    about = {"Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    policy = document({**everybody, **about}, {**others, **about})
    known = Snapshot((), (Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "S/B", policy),))
    assert "the root user of account 444455556666" in named(known)
    assert not any(each.startswith(f"others of account {B}") for each in named(known))


def test_ids_that_a_policy_does_not_name_are_of_users_as_well() -> None:
    found = named(bucket({"AWS": B}, {"StringNotLike": {"aws:userid": ["*:night", A]}}))
    assert found == [f"others of account {B} whose own policies allow it"]


def test_a_trust_that_lets_in_sessions_alone_is_wider() -> None:
    old, new = (
        role({"Principal": LAMBDA}, *more)
        for more in ((), ({"Principal": {"AWS": B}, "Condition": SESSIONS},))
    )
    [found] = diff(old, new)
    assert (found.principal, found.change.value) == ("S/R", "wider")
    assert found.witness is not None
    assert found.witness.principal == f"arn:aws:iam::{B}:role/somebody"


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "AROADBQP57FF2AEXAMPLE"},
        {"AWS": f"{generated('S.Role.RoleId')}:night"},
        {"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"},
    ],
)
def test_an_id_alone_may_be_that_of_anybody(principal: dict[str, str]) -> None:
    found = who_may("s3:GetObject", f"{BUCKET}/x", bucket(principal, {}))

    assert found
    assert not any(one.sure for one in found)
    one = Snapshot(
        (Principal(ROLE, PrincipalKind.ROLE, A, "S/R"),), bucket(principal, {}).resources
    )
    assert "S/R" in named(one)
    assert (
        "does not tell the number of its account" in who_may("s3:*", BUCKET + "/x", one)[0].reason
    )
