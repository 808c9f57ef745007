"""A closed world is proved by the statements that it has word for word, and by requests for the rest."""

from dataclasses import replace
from typing import Any

import pytest
from support.small_world import ALICE, BUCKET, A, document

from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.outside import Outside
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import LayerView, SnapshotView
from whomay.engine.proof.inclusion import beyond
from whomay.engine.proof.prove import covered
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.callers import caller
from whomay.iam.policy import Policy

READ, WRITE = "s3:GetObject", "s3:PutObject"
GUARD: dict[str, Any] = {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}
EVERYTHING = Pattern()


def may(*actions: str, on: str | list[str] = f"{BUCKET}/*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def left(own: Policy, listed: Policy, *resources: Resource, **more: Any) -> Pattern | None:
    alice = Principal(ALICE, PrincipalKind.USER, A, "alice", (own,), **more)
    index = Index(Snapshot((alice,), resources), Outside.DELEGATES)
    bound = LayerView(Layer((listed,)), index)
    return beyond(SnapshotView(index), bound, caller(ALICE), EVERYTHING)


def holds(own: Policy, listed: Policy) -> bool | None:
    alice = Principal(ALICE, PrincipalKind.USER, A, "alice", (own,))
    index = Index(Snapshot((alice,)), Outside.DELEGATES)
    return covered(SnapshotView(index), LayerView(Layer((listed,)), index), [caller(ALICE)]).holds


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        (may(READ), may(WRITE, READ)),
        (may(READ), may("*", on="*")),
        (may(READ, **GUARD), may(READ)),
        (may(READ), may("S3:getobject", on=[f"{BUCKET}/*", BUCKET])),
        (
            may(READ, on=f"{BUCKET}/${{aws:username}}/*"),
            may(READ, on=f"{BUCKET}/${{aws:username}}/*"),
        ),
        (
            {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"},
            {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"},
        ),
        (
            {"Effect": "Allow", "Action": READ, "NotResource": [BUCKET, f"{BUCKET}/*"]},
            {"Effect": "Allow", "Action": READ, "NotResource": [BUCKET]},
        ),
    ],
)
def test_a_statement_that_is_listed_leaves_nothing_to_ask(own: Any, listed: Any) -> None:
    assert left(document(own), document(listed)) is None
    assert holds(document(own), document(listed)) is True


@pytest.mark.parametrize(
    ("own", "listed", "actions"),
    [
        (may(READ, WRITE), may(READ), ("s3:PutObject",)),
        (may(READ), may(READ, **GUARD), ("s3:GetObject",)),
        (may("s3:*"), may("s3:?*"), ("s3:*",)),
        (may(READ, on="*"), may(READ), ("s3:GetObject",)),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, may("s3:*"), ("*",)),
        (
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"},
            ("*",),
        ),
    ],
)
def test_what_is_not_listed_is_asked_alone(own: Any, listed: Any, actions: tuple[str]) -> None:
    found = left(document(own), document(listed))
    assert found is not None
    assert found.actions == actions


def test_a_variable_that_an_old_version_reads_as_a_text_is_asked() -> None:
    own = may(READ, on=f"{BUCKET}/${{aws:username}}/*")
    old = replace(document(own), version="2008-10-17")
    assert left(document(own), old) is not None
    assert holds(document(own), old) is False


def test_what_a_resource_lets_in_by_itself_is_asked_on_the_resource() -> None:
    own = document(may(READ))
    to_alice = {**may(WRITE), "Principal": {"AWS": ALICE}}
    to_account = {**may(WRITE), "Principal": {"AWS": f"arn:aws:iam::{A}:root"}}
    bucket = Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "S/Bucket")
    named, open_to_all = (replace(bucket, policy=document(each)) for each in (to_alice, to_account))
    assert left(own, own, named) == Pattern((WRITE,), (BUCKET, f"{BUCKET}/*"))
    assert left(own, own, open_to_all) is None


def test_a_list_that_denies_is_asked_about_everything() -> None:
    denied = document(may("*", on="*"), {**may(WRITE), "Effect": "Deny"})
    assert left(document(may(READ)), denied) == EVERYTHING
    assert holds(document(may(WRITE)), denied) is False


def test_a_policy_that_is_not_known_is_asked_about_everything() -> None:
    known = document(may(READ))
    assert left(known, Policy((), unknown="a macro")) == EVERYTHING
    assert left(Policy(known.statements, unknown="a macro"), known) == EVERYTHING
