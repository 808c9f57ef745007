"""Whose a bucket is that the assembly does not have: its ARN does not tell, and policies ask."""

from dataclasses import replace
from typing import Any

import pytest
from support.one_user import ALICE, A, document

from whomay.engine import Request, Snapshot, Verdict, check, decide, diff
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.snapshot import Levels, Principal, PrincipalKind

B = "444455556666"
FOREIGN = "arn:aws:s3:::foreign/x"
ROLES = "arn:aws:iam::*:role/*"
DELEGATED = "sts:GetDelegatedAccessToken"
MUST_NOT, MUST = StatementKind.MUST_NOT_ALLOW, StatementKind.MUST_ALLOW


def allow(action: str = "s3:*", resource: str = "arn:aws:s3:::*", **condition: Any) -> Any:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | (
        {"Condition": condition} if condition else {}
    )


def alice(*statements: Any) -> Snapshot:
    written = (document([*statements]),)
    tags = (("home", B),)
    return Snapshot((Principal(ALICE, PrincipalKind.USER, A, "S/Alice", written, tags=tags),))


def elsewhere() -> Any:
    """Deny all that is not in the own account: a data perimeter."""
    apart = {"StringNotEquals": {"aws:ResourceAccount": A}}
    return {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": apart}


def outcome(snapshot: Snapshot, kind: StatementKind, action: str, resource: str) -> str:
    stated = Stated(kind, "app.py:1", "S", "S/Alice", (action,), (resource,))
    [result] = check([stated], snapshot).results
    return result.finding.outcome.value


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ({"StringNotEquals": {"aws:ResourceAccount": A}}, "broken"),
        ({"StringNotLike": {"s3:ResourceAccount": "1111*"}}, "broken"),
        ({"StringEquals": {"aws:ResourceAccount": B}}, "broken"),
        ({"StringEquals": {"aws:ResourceAccount": "not an account"}}, "kept"),
        ({"StringLike": {"aws:ResourceAccount": "4444*"}}, "broken"),
        ({"StringLike": {"aws:ResourceAccount": "44445555"}}, "kept"),
        ({"NumericGreaterThan": {"aws:ResourceAccount": B}}, "broken"),
        ({"ForAnyValue:StringEquals": {"aws:ResourceAccount": B}}, "broken"),
        ({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalTag/home}"}}, "broken"),
    ],
)
def test_a_bucket_elsewhere_may_be_anybodys(condition: Any, kept: str) -> None:
    snapshot = alice(allow(**condition))
    assert outcome(snapshot, MUST_NOT, "s3:GetObject", "*") == kept
    assert outcome(snapshot, MUST_NOT, "s3:GetObject", FOREIGN) == kept


def test_a_pattern_finds_an_account_where_the_policies_name_every_digit() -> None:
    named = ["012345678901", "222200000000"]
    denied = {"StringEquals": {"aws:ResourceAccount": named}}
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": denied}
    snapshot = alice(allow(StringLike={"aws:ResourceAccount": "2222*"}), deny)
    assert outcome(snapshot, MUST_NOT, "s3:GetObject", FOREIGN) == "broken"


def test_a_bucket_with_an_account_in_its_name_may_be_that_accounts() -> None:
    snapshot = alice(allow(resource="arn:aws:s3:::data-${aws:ResourceAccount}/*"))
    assert outcome(snapshot, MUST_NOT, "s3:GetObject", f"arn:aws:s3:::data-{B}/x") == "broken"
    assert outcome(snapshot, MUST_NOT, "s3:GetObject", "arn:aws:s3:::data-example/x") == "kept"


@pytest.mark.parametrize("organization", ["o-a1b2c3d4e5", "${aws:PrincipalOrgID}"])
def test_a_bucket_elsewhere_may_be_outside_the_organization(organization: str) -> None:
    within = {"StringEquals": {"aws:ResourceOrgID": organization}}
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": within}
    above = Levels(A, scps=((document([allow("*", "*")]),), (document([deny, allow("*", "*")]),)))
    snapshot = replace(alice(allow()), organization="o-a1b2c3d4e5", levels=(above,))
    assert outcome(snapshot, MUST_NOT, "s3:GetObject", FOREIGN) == "broken"


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"s3:DataAccessPointAccount": B}},
        {"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:*:{B}:accesspoint/lake-*"}},
    ],
)
def test_a_condition_on_the_access_point_is_tried_with_one(condition: Any) -> None:
    snapshot = alice(allow(resource="*", **condition))
    assert outcome(snapshot, MUST_NOT, "s3:GetObject", "*") == "broken"
    assert outcome(snapshot, MUST_NOT, "s3:GetObject", FOREIGN) == "kept"


def test_a_request_without_a_resource_may_be_about_another_account() -> None:
    snapshot = alice(allow(DELEGATED, "*", StringEquals={"aws:ResourceAccount": B}))
    assert outcome(snapshot, MUST_NOT, DELEGATED, "*") == "broken"


def test_a_perimeter_around_the_own_account_that_goes_is_wider() -> None:
    within: Any = {"StringEquals": {"aws:ResourceAccount": A}}
    guarded, open_ = alice(allow(), elsewhere()), alice(allow())
    [found] = diff(guarded, open_)
    assert found.change.value == "wider"
    assert found.witness is not None
    assert found.witness.chosen == {"aws:resourceaccount": "999999999999"}
    assert [each.change.value for each in diff(alice(allow(**within)), open_)] == ["wider"]
    assert [each.change.value for each in diff(open_, guarded)] == ["narrower"]


@pytest.mark.parametrize(
    ("action", "resource", "given", "verdict"),
    [
        ("s3:GetObject", FOREIGN, {}, Verdict.UNKNOWN),
        ("s3:GetObject", FOREIGN, {"aws:ResourceAccount": A}, Verdict.ALLOWED),
        ("s3:GetObject", FOREIGN, {"aws:ResourceAccount": B}, Verdict.EXPLICIT_DENY),
        ("s3:ListAllMyBuckets", "*", {}, Verdict.ALLOWED),
        ("s3:CreateJob", "*", {}, Verdict.ALLOWED),
    ],
)
def test_one_request_on_a_bucket_elsewhere_hangs_on_its_owner(
    action: str, resource: str, given: dict[str, str], verdict: Verdict
) -> None:
    snapshot = alice(allow(resource="*"), elsewhere())
    decision = decide(Request(ALICE, action, resource, given), snapshot)
    assert decision.verdict is verdict
    if verdict is Verdict.UNKNOWN:
        assert "--given aws:ResourceAccount=" in decision.reason


def test_an_owner_that_is_given_is_another_account() -> None:
    asked = Request(ALICE, "s3:GetObject", FOREIGN, {"aws:ResourceAccount": B})
    assert decide(asked, alice(allow())).verdict is Verdict.IMPLICIT_DENY  # no policy there grants


def test_an_access_point_of_another_account_is_told_apart_from_a_bucket() -> None:
    all_but = {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::*/in/*"}
    assert outcome(alice(all_but), MUST, "s3:ListBucket", "arn:aws:s3:::b") == "kept"
    assert outcome(alice(all_but), MUST, "s3:ListBucket", "*") == "broken"


def test_a_role_in_an_account_that_nothing_restricts_is_told_apart() -> None:
    def restricted(*accounts: str) -> Snapshot:
        deny = document([{"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Resource": "*"}])
        levels = tuple(Levels(each, rcps=(deny,)) for each in accounts)
        of_alice = alice(allow("sts:AssumeRole", "*"))
        return Snapshot(of_alice.principals, levels=levels)

    assert outcome(restricted(A, B), MUST_NOT, "sts:AssumeRole", ROLES) == "broken"
    assert outcome(restricted(A), MUST_NOT, "sts:AssumeRole", f"arn:aws:iam::{A}:role/*") == "kept"
