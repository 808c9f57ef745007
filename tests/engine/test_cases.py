"""The decisions kept as data: each must get the verdict that AWS documents."""

import json
import re
from typing import Any

import pytest
from support.decision_cases import DECISIONS, changed_case, policies

from whomay.engine.cases import CaseError, run_case


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


@pytest.mark.parametrize(
    ("layer", "statement", "action", "verdict"),
    [
        ("rcp", {"Effect": "Deny", "Action": "*"}, "s3:GetObject", "ExplicitDeny"),
        ("rcp", {"Effect": "Deny", "Action": "*"}, "sns:Publish", "Allowed"),
        ("endpoint", {"Effect": "Allow", "Action": "s3:Get*"}, "s3:GetObject", "Allowed"),
        ("endpoint", {"Effect": "Allow", "Action": "s3:Get*"}, "s3:PutObject", "ImplicitDeny"),
    ],
)
def test_what_is_above_the_resource_and_on_the_way_binds_every_caller(
    layer: str, statement: dict[str, str], action: str, verdict: str
) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    documents = {
        "identity": {"Version": "2012-10-17", "Statement": everything},
        layer: {
            "Version": "2012-10-17",
            "Statement": {**statement, "Principal": "*", "Resource": "*"},
        },
    }
    request = {
        "principal": "arn:aws:iam::111122223333:user/alice",
        "action": action,
        "resource": "arn:aws:s3:::b/a" if action.startswith("s3:") else "arn:aws:sns:::t",
    }
    assert run_case({"policies": documents, "request": request}).verdict == verdict


READS = policies(Effect="Allow", Condition={"StringEquals": {"aws:PrincipalType": "User"}})
BY_DAY = {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}
SECURE = {"Bool": {"aws:SecureTransport": "true"}}


def decided(identity: list[dict[str, Any]], context: dict[str, Any], *, complete: bool) -> str:
    case = json.loads(changed_case(policies__identity=identity, request__context=context))
    return run_case({**case, "complete": complete, "expected": None}).verdict


@pytest.mark.parametrize("complete", [True, False])
def test_no_request_lacks_the_keys_that_say_who_calls(complete: bool) -> None:
    assert decided(READS, {}, complete=complete) == "Allowed"
    assert decided(READS, {"aws:PrincipalType": None}, complete=complete) == "ImplicitDeny"


@pytest.mark.parametrize(
    ("condition", "complete", "verdict"),
    [
        (BY_DAY, True, "ImplicitDeny"),
        (BY_DAY, False, "Unknown"),
        (SECURE, True, "ImplicitDeny"),
        (SECURE, False, "Allowed"),
    ],
)
def test_a_context_that_is_not_complete_lacks_nothing_that_aws_sends(
    condition: dict[str, Any], complete: bool, verdict: str
) -> None:
    allow = policies(Effect="Allow", Condition=condition)
    assert decided(allow, {}, complete=complete) == verdict


def test_a_case_says_where_the_value_of_a_key_is_given() -> None:
    allow = policies(Effect="Allow", Condition=BY_DAY)
    case = json.loads(changed_case(policies__identity=allow, request__context={}))
    outcome = run_case({**case, "complete": False})
    assert outcome.reason.endswith("nobody gave: put aws:CurrentTime into the request's context")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"complete": "no"}, "complete is 'no'; allowed: true or false"),
        (
            {"complete": False, "context": {"s3:prefix": "in/"}},
            "request.context names s3:prefix: no request for s3:GetObject carries it",
        ),
    ],
)
def test_a_case_that_says_what_no_request_has_is_refused(
    changed: dict[str, Any], said: str
) -> None:
    case = json.loads(changed_case(request__context=changed.pop("context", {})))
    with pytest.raises(CaseError, match=re.escape(said)):
        run_case({**case, **changed})


def test_a_policy_that_was_not_given_is_unknown_with_its_reason() -> None:
    case = json.loads(changed_case(policies__boundary=[{"not_given": "the reader may not"}]))
    case["expected"] = "Unknown"
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    case["policies"]["identity"] = [{"Version": "2012-10-17", "Statement": allowed}]
    found = run_case(case)
    assert found.as_expected
    assert "boundary: the reader may not" in found.reason
