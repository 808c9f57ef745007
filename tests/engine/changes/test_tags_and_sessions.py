"""What a diff says of tags that change, and of one session of a role that a policy names."""

from dataclasses import replace
from typing import Any

import pytest

from whomay.engine import Request, Snapshot, Verdict, check, decide, diff
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.snapshot import Principal, PrincipalKind, Resource
from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy, Source

A = "111122223333"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:q"
SESSION = f"arn:aws:sts::{A}:assumed-role/r/one"
NO_TAG: tuple[tuple[str, str], ...] = ()
ADMIN, OTHER = (("admin", "yes"),), (("admin", "no"),)


def document(*statements: dict[str, Any]) -> Policy:
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)}, Source("S/P"))


def statement(effect: str, action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": "*", **more}


def principal(kind: PrincipalKind, *policies: Policy, path: str = "") -> Principal:
    arn = f"arn:aws:iam::{A}:{kind}/{path}r"
    return Principal(arn, kind, A, "S/R", policies)


ALL_BUT_UNTAGGED = document(
    statement("Allow", "*"),
    statement("Deny", "*", Condition={"StringNotEquals": {"aws:PrincipalTag/admin": "yes"}}),
)


@pytest.mark.parametrize("kind", PrincipalKind)
@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (NO_TAG, ADMIN, ["wider"]),
        (OTHER, ADMIN, ["wider"]),
        (ADMIN, NO_TAG, ["narrower"]),
        (ADMIN, OTHER, ["narrower"]),
        (NO_TAG, OTHER, []),
    ],
)
def test_a_tag_that_decides_is_a_change(
    kind: PrincipalKind, before: Any, after: Any, change: list[str]
) -> None:
    who = principal(kind, ALL_BUT_UNTAGGED)
    old, new = (Snapshot((replace(who, tags=tags),)) for tags in (before, after))
    assert [one.change for one in diff(old, new)] == change


def test_a_variable_of_a_tag_is_filled_in_on_either_side() -> None:
    own = document(
        statement("Allow", "s3:GetObject", Resource="arn:aws:s3:::${aws:PrincipalTag/admin}/*")
    )
    who = principal(PrincipalKind.USER, own)
    found = diff(Snapshot((replace(who, tags=OTHER),)), Snapshot((replace(who, tags=ADMIN),)))
    assert [(one.change.value, one.witness and one.witness.resource) for one in found] == [
        ("narrower", "arn:aws:s3:::no/x"),
        ("wider", "arn:aws:s3:::yes/x"),
    ]


def queue(*statements: dict[str, Any]) -> Resource:
    policy = document(*statements) if statements else None
    return Resource(QUEUE, "AWS::SQS::Queue", A, "eu-west-1", "S/Q", policy)


def naming(effect: str) -> dict[str, Any]:
    return statement(effect, "sqs:SendMessage", Principal={"AWS": SESSION})


@pytest.mark.parametrize("path", ["", "people/"])
def test_a_policy_that_names_one_session_is_a_change_for_its_role(path: str) -> None:
    who = principal(PrincipalKind.ROLE, path=path)
    [found] = diff(Snapshot((who,), (queue(),)), Snapshot((who,), (queue(naming("Allow")),)))
    assert (found.principal, found.change.value) == ("S/R", "wider")
    assert found.witness is not None
    assert found.witness.principal == SESSION
    [back] = diff(Snapshot((who,), (queue(naming("Allow")),)), Snapshot((who,), (queue(),)))
    assert (back.principal, back.change.value) == ("S/R", "narrower")


def test_a_deny_of_one_session_is_narrower_and_breaks_what_must_be_allowed() -> None:
    who = principal(PrincipalKind.ROLE, document(statement("Allow", "sqs:SendMessage")))
    old, new = Snapshot((who,), (queue(),)), Snapshot((who,), (queue(naming("Deny")),))
    assert [(one.principal, one.change.value) for one in diff(old, new)] == [("S/R", "narrower")]
    stated = Stated(
        StatementKind.MUST_ALLOW, "app.py:1", "S", "S/R", ("sqs:SendMessage",), (QUEUE,)
    )
    assert [check([stated], each).results[0].finding.outcome.value for each in (old, new)] == [
        "kept",
        "broken",
    ]


def test_a_session_has_the_arn_of_its_role_with_the_path() -> None:
    under = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/people/*"}}
    allowed = document(statement("Allow", "sqs:SendMessage", Condition=under))
    snapshot = Snapshot((principal(PrincipalKind.ROLE, allowed, path="people/"),))
    assert decide(Request(SESSION, "sqs:SendMessage", QUEUE), snapshot).verdict is Verdict.ALLOWED


def test_a_trust_that_lets_no_tags_be_chosen_any_more_is_not_wider() -> None:
    own = document({**statement("Allow", "s3:GetObject"), "Resource": PER_TEAM})
    role = replace(principal(PrincipalKind.ROLE, own), tags=(("team", "blue"),))
    everything, nothing = (
        document({"Effect": "Allow", "Principal": {"AWS": A}, "Action": action})
        for action in ("sts:*", "sts:AssumeRole")
    )
    old, new = (Snapshot((replace(role, trust=each),)) for each in (everything, nothing))
    assert {one.change.value for one in diff(old, new)} == {"narrower"}
    assert {one.change.value for one in diff(new, old)} == {"wider"}


PER_TEAM = "arn:aws:s3:::data/${aws:PrincipalTag/team}/*"
