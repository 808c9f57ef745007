"""The decisions kept as data: each must get the verdict that AWS documents."""

import json
from typing import Any

import pytest
from support.decision_cases import DECISIONS, changed_case, policies

from whomay.engine.cases import run_case


@pytest.mark.parametrize("case", DECISIONS, ids=[case["id"] for case in DECISIONS])
def test_each_decision_is_what_aws_documents(case: dict[str, Any]) -> None:
    outcome = run_case(case)
    assert outcome.verdict == case["expected"], outcome.reason


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (
            policies(Condition={"StringEquals": {"aws:TagKeys": "a"}}, Principal="*"),
            "StringEquals compares one value and aws:TagKeys has several: put ForAnyValue:",
        ),
        (
            policies(Principal={"CanonicalUser": "79a5"}),
            "a CanonicalUser does not tell the number of its account",
        ),
        (
            policies(NotPrincipal={"AWS": "arn:aws:iam::111122223333:user/alice"}),
            "NotPrincipal has to name the account too",
        ),
    ],
)
def test_what_is_not_known_says_why(policy: list[dict[str, Any]], reason: str) -> None:
    tags = {"aws:TagKeys": ["a", "b"]}
    allow = policies(Effect="Allow")
    line = changed_case(policies__identity=allow, policies__resource=policy, request__context=tags)
    outcome = run_case(json.loads(line))
    assert outcome.verdict == "Unknown"
    assert reason in outcome.reason
