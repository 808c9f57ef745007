"""A proof asks no request that nobody can send."""

from typing import Any

import pytest
from support.one_user import ALICE, A, document

from whomay.engine import Snapshot, check
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.snapshot import Principal, PrincipalKind


def outcome(statement: dict[str, Any], action: str, resource: str) -> str:
    policy = document([{"Effect": "Allow", "Action": "*", **statement}])
    snapshot = Snapshot((Principal(ALICE, PrincipalKind.USER, A, "S/Alice", (policy,)),))
    asked = Stated(StatementKind.MUST_NOT_ALLOW, "app.py:1", "S", "S/Alice", (action,), (resource,))
    [result] = check([asked], snapshot).results
    return result.finding.outcome.value


@pytest.mark.parametrize(
    ("spared", "resource", "expected"),
    [
        ("arn:aws:sqs:*:*:*", "*", "kept"),
        ("arn:aws:sqs:eu-west-1:*:*", "*", "broken"),
        ("arn:aws:sqs:*:*:*", "arn:aws-cn:sqs:*:*:*", "broken"),  # who names it wants to know
    ],
)
def test_the_resources_of_a_question_are_in_the_partition_of_the_caller(
    spared: str, resource: str, expected: str
) -> None:
    assert outcome({"NotResource": spared}, "sqs:SendMessage", resource) == expected


@pytest.mark.parametrize("key", ["aws:CurrentTime", "aws:EpochTime", "aws:RequestedRegion"])
def test_keys_that_aws_always_sends_are_never_absent(key: str) -> None:
    absent = {"Resource": "*", "Condition": {"Null": {key: "true"}}}
    there = {"Resource": "*", "Condition": {"Null": {key: "false"}}}
    assert outcome(absent, "s3:GetObject", "arn:aws:s3:::books/*") == "kept"
    assert outcome(there, "s3:GetObject", "arn:aws:s3:::books/*") == "broken"
