"""Who needs no policy of its own any more has gained: it was the account's word, and is not now."""

from typing import Any

import pytest
from support.small_world import A, B, document

from whomay.engine import Change, diff, who_may
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot

ROLE = f"arn:aws:iam::{A}:role/admin"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:q"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/k"
ACCOUNT = {"AWS": f"arn:aws:iam::{A}:root"}
BOB = {"AWS": f"arn:aws:iam::{A}:user/bob"}
OF_ACCOUNT = {"Condition": {"StringEquals": {"aws:PrincipalAccount": A}}}
OF_CALLERS = {"Condition": {"StringEquals": {"kms:CallerAccount": A}}}
THROUGH_S3 = {
    "Condition": {
        "StringEquals": {"kms:CallerAccount": A, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}
    }
}


def allow(action: str, principal: Any, **more: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return found if action == "sts:AssumeRole" else {**found, "Resource": "*"}


def trusting(*statements: dict[str, Any]) -> Snapshot:
    own = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    return Snapshot(
        (Principal(ROLE, PrincipalKind.ROLE, A, "S/R", (own,), trust=document(*statements)),)
    )


def holding(arn: str, *statements: dict[str, Any]) -> Snapshot:
    return Snapshot((), (Resource(arn, "X", A, "eu-west-1", "S/X", document(*statements)),))


ASSUME = "sts:AssumeRole"
DELEGATED = allow(ASSUME, ACCOUNT)
USE_KEY = allow("kms:*", ACCOUNT)
WAYS: dict[str, tuple[Snapshot, Snapshot]] = {
    "a role trusts somebody by name": (
        trusting(DELEGATED),
        trusting(DELEGATED, allow(ASSUME, BOB)),
    ),
    "a role trusts everybody of its account": (
        trusting(DELEGATED),
        trusting(allow(ASSUME, "*", **OF_ACCOUNT)),
    ),
    "a queue lets in everybody of its account": (
        holding(QUEUE, allow("sqs:SendMessage", ACCOUNT)),
        holding(QUEUE, allow("sqs:SendMessage", "*", **OF_ACCOUNT)),
    ),
    "a key need not be used through S3": (
        holding(KEY, USE_KEY, allow("kms:Decrypt", {"AWS": "*"}, **THROUGH_S3)),
        holding(KEY, USE_KEY, allow("kms:Decrypt", {"AWS": "*"}, **OF_CALLERS)),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_wider_and_the_way_back_is_not(way: str) -> None:
    before, after = WAYS[way]
    found = diff(before, after)
    assert [one.change for one in found] == [Change.WIDER]
    assert "lets in more" in found[0].text
    assert Change.WIDER not in [one.change for one in diff(after, before)]


def test_callers_of_another_account_need_its_word_too() -> None:
    other = {"AWS": f"arn:aws:iam::{B}:root"}
    named = {"AWS": [f"arn:aws:iam::{B}:user/eve", f"arn:aws:iam::{B}:root"]}
    send = "sqs:SendMessage"
    before, after = holding(QUEUE, allow(send, other)), holding(QUEUE, allow(send, named))
    assert diff(before, after) == []


def test_who_says_of_whom_a_policy_is_needed() -> None:
    statements = allow("sqs:*", ACCOUNT), allow("sqs:SendMessage", "*", **OF_ACCOUNT)
    queue = holding(QUEUE, *statements)
    names = {
        action: [one.name for one in who_may(action, QUEUE, queue)]
        for action in ("sqs:SendMessage", "sqs:DeleteQueue")
    }
    assert names == {
        "sqs:SendMessage": [f"others of account {A}, who need no policy of their own"],
        "sqs:DeleteQueue": [f"others of account {A} whose own policies allow it"],
    }


def test_a_key_names_accounts_by_the_caller_too() -> None:
    both = {"Condition": {"StringEquals": {"kms:CallerAccount": [A, B]}}}
    before = holding(KEY, allow("kms:Decrypt", "*", **OF_CALLERS))
    after = holding(KEY, allow("kms:Decrypt", "*", **both))
    assert [one.change for one in diff(before, after)] == [Change.WIDER]
    assert [one.name for one in who_may("kms:Decrypt", KEY, after)] == [
        f"others of account {A}, who need no policy of their own",
        f"others of account {B} whose own policies allow it",
    ]
