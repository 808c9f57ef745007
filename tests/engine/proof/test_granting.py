"""What no policy can grant is told at once; what some policy might grant is looked at."""

from typing import Any

import pytest
from support.random_systems import ALICE, HUB, QUEUE, SECRET, WRITER, A, B

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.index import Index
from whomay.engine.proof.granting import grants_nothing
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot, Unseen
from whomay.iam.callers import caller
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.symbols import unknown
from whomay.iam.policy import Policy

SEND = AskedAbout(("sqs:SendMessage",), (QUEUE,))


def document(**statement: Any) -> Policy:
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    kept = {key: value for key, value in whole.items() if value is not None}
    return parse_policy({"Version": "2012-10-17", "Statement": [kept]})


def alone(*identity: Policy, on_queue: Policy | None = None, **more: Any) -> Index:
    role = Principal(WRITER, PrincipalKind.ROLE, A, "Writer", identity=identity)
    queue = Resource(QUEUE, "AWS::SQS::Queue", A, "eu-west-1", "Jobs", policy=on_queue)
    return Index(Snapshot((role,), (queue,), **more))


NEVER = (
    (),
    (document(Action="s3:*"),),
    (document(Effect="Deny"),),
    (document(Action="sqs:SendMessage", Resource=f"{QUEUE}s"),),
    (document(Action=["sqs:Receive*", "sqs:DeleteMessage"]),),
)
PERHAPS = (
    (document(),),
    (document(Action=None, NotAction="iam:*"),),
    (document(Action="sqs:Send*", Resource=None, NotResource=f"{QUEUE}s"),),
    (document(Action="SQS:sendmessage", Resource="arn:aws:sqs:*:*:j?bs"),),
    (document(Action="sqs:*", Resource="arn:aws:sqs:eu-west-1:*:${aws:username}"),),
    (document(Action="sqs:*", Resource=unknown("which queue")),),
    (document(Action=unknown("which action")),),
    (Policy((), unknown="a policy that was refused"),),
)


@pytest.mark.parametrize("identity", NEVER)
def test_a_principal_without_a_statement_about_it_is_granted_nothing(
    identity: tuple[Policy, ...],
) -> None:
    assert grants_nothing(alone(*identity), caller(WRITER), SEND)


@pytest.mark.parametrize("identity", PERHAPS)
def test_a_statement_that_may_speak_of_it_is_looked_at(identity: tuple[Policy, ...]) -> None:
    assert not grants_nothing(alone(*identity), caller(WRITER), SEND)


@pytest.mark.parametrize("whom", [{"AWS": WRITER}, "*", {"AWS": unknown("whom")}])
def test_a_policy_of_the_resource_that_may_name_the_principal_is_looked_at(whom: Any) -> None:
    index = alone(on_queue=document(Principal=whom))
    assert not grants_nothing(index, caller(WRITER), SEND)
    assert grants_nothing(index, caller(WRITER), AskedAbout(("sqs:SendMessage",), (f"{QUEUE}2",)))
    assert grants_nothing(index, caller(WRITER), AskedAbout(("secretsmanager:*",), ("*",)))


def test_a_policy_of_the_resource_that_names_others_is_none_of_its() -> None:
    index = alone(on_queue=document(Principal={"AWS": [ALICE, HUB]}))
    assert grants_nothing(index, caller(WRITER), SEND)


def test_whoever_is_not_in_the_snapshot_is_looked_at() -> None:
    assert not grants_nothing(alone(), caller(ALICE), SEND)


@pytest.mark.parametrize(
    ("unseen", "nothing"),
    [
        (Unseen("S", "a stack", actions=("sqs:*",)), False),
        (Unseen("S", "a stack", account=A, actions=("*",), may_deny=True), False),
        (Unseen("S", "a stack", attaches=(WRITER,)), False),
        (Unseen("S", "a stack", actions=("s3:*",)), True),
        (Unseen(B, "an account", account=B, actions=("*",), may_deny=True), True),
        (Unseen("S", "a stack", attaches=(HUB,)), True),
    ],
)
def test_what_is_not_seen_counts_where_it_may_grant_it(unseen: Unseen, nothing: bool) -> None:
    assert grants_nothing(alone(unseen=(unseen,)), caller(WRITER), SEND) is nothing


def test_a_secret_of_another_account_is_not_told_by_the_queue() -> None:
    index = alone(document(Action="secretsmanager:*"))
    asked = AskedAbout(("secretsmanager:GetSecretValue",), (SECRET,))
    assert not grants_nothing(index, caller(WRITER), asked)
