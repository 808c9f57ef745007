"""The least that would allow a denied request: one change a reason, and together they allow it."""

from typing import Any

import pytest
from support.decision_cases import DECISIONS

from whomay.engine.cases import decide_case
from whomay.engine.decisions.least_change import least_changes

USER = "arn:aws:iam::111122223333:user/alice"
OBJECT = "arn:aws:s3:::reports/a.csv"


def statement(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **more}


def changes(
    resource: str = OBJECT, action: str = "s3:GetObject", who: str = USER, **policies: Any
) -> list[tuple[str, str, list[str]]]:
    documents = {
        name: [{"Version": "2012-10-17", "Statement": one}] for name, one in policies.items()
    }
    request = {"principal": who, "action": action, "resource": resource}
    decision = decide_case({"policies": documents, "request": request})
    return [
        (one.kind.value, one.layer.value, [condition.key for condition in one.conditions])
        for one in least_changes(decision.request, decision.layers)
    ]


DENY = statement(Effect="Deny")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_a_missing_allow_is_added_where_it_is_missing() -> None:
    other = statement(Action="s3:PutObject")
    assert changes(identity=other) == [("allow", "identity", [])]
    assert changes(identity=statement(), boundary=other) == [("allow", "boundary", [])]
    assert changes(identity=statement(), session=other, scp=other) == [
        ("allow", "scp", []),
        ("allow", "session", []),
    ]
    endpoint = statement(Principal="*", Action="s3:PutObject")
    assert changes(identity=statement(), endpoint=endpoint) == [("allow", "endpoint", [])]


def test_a_deny_has_to_leave_the_request_out_before_an_allow_counts() -> None:
    assert changes(identity=[DENY]) == [("except", "identity", []), ("allow", "identity", [])]
    assert changes(identity=statement(), rcp=statement(Effect="Deny", Principal="*")) == [
        ("except", "rcp", [])
    ]
    assert changes(identity=[statement(), DENY, DENY], boundary=statement()) == [
        ("except", "identity", []),
        ("except", "identity", []),
    ]


def test_where_a_condition_alone_is_unmet_the_call_changes_and_no_policy() -> None:
    assert changes(identity=statement(Condition=MFA)) == [
        ("meet", "identity", ["aws:MultiFactorAuthPresent"])
    ]
    role = "arn:aws:iam::111122223333:role/Reader"
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": USER},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "course"}},
    }
    assert changes(role, "sts:AssumeRole", trust=trust) == [("meet", "trust", ["sts:ExternalId"])]


def test_the_other_side_of_two_accounts_allows_as_well() -> None:
    key = "arn:aws:kms:eu-west-1:999988887777:key/k"
    assert changes(key, "kms:Decrypt", identity=statement(Action="kms:*")) == [
        ("allow", "resource", [])
    ]
    assert changes(key, "kms:Decrypt") == [("allow", "resource", []), ("allow", "identity", [])]


def test_what_no_policy_allows_has_no_change() -> None:
    root = "arn:aws:iam::111122223333:root"
    assert changes("arn:aws:iam::111122223333:role/Reader", "sts:AssumeRole", root) == []


def test_an_allowed_request_needs_none_and_an_unknown_one_has_none() -> None:
    assert changes(identity=statement()) == []
    unknown = {"not_given": "nobody told"}
    request = {"principal": USER, "action": "s3:GetObject", "resource": OBJECT}
    decision = decide_case({"policies": {"identity": [unknown]}, "request": request})
    assert least_changes(decision.request, decision.layers) == ()


@pytest.mark.parametrize("verdict", ["ExplicitDeny", "ImplicitDeny"])
def test_every_denied_case_is_allowed_by_its_changes_or_by_none_at_all(verdict: str) -> None:
    denied = [decide_case(case) for case in DECISIONS if case["expected"] == verdict]
    without = [one for one in denied if not least_changes(one.request, one.layers)]
    assert len(denied) > 50
    assert {one.layer.value for one in without} <= {"none"}
