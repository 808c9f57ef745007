"""AWS's evaluation decided again: the same verdict and statement, or both sides of a difference."""

from dataclasses import replace
from typing import Any

import pytest

from whomay.engine import Verdict
from whomay.live.authorization import (
    Authorization,
    Check,
    EvaluatedPolicy,
    Evaluation,
    MatchedStatement,
)
from whomay.live.errors import LiveError
from whomay.live.evaluated_case import Difference, case_of, decision_of, differences, uris
from whomay.live.failed_half import failed_half, half_by_aws

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/people/Reader"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
OWN = "urn:inline/1"
OU = "arn:aws:organizations::999988887777:ou/o-a/ou-b"
TOP = "arn:aws:organizations::999988887777:root/o-a/r-a"
CONTEXT = {
    "aws:PrincipalArn": ROLE,
    "aws:PrincipalType": "AssumedRole",
    "aws:userid": "AROAEXAMPLE:anne",
    "aws:SecureTransport": True,
    "aws:MultiFactorAuthPresent": "false",
}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [*statements]}


def statement(action: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": "*", **more}


def policy(kind: str, *statements: dict[str, Any], uri: str = "", to: Any = ()) -> EvaluatedPolicy:
    return EvaluatedPolicy(uri or f"urn:{kind}", kind, tuple(to), document(*statements))


IDENTITY = policy("IDENTITY_BASED_POLICY", statement("*"), uri=OWN)


def told(
    effect: str, *policies: EvaluatedPolicy, action: str = "s3:GetObject", **more: Any
) -> tuple[Authorization, Evaluation]:
    resource = more.pop("resource", "arn:aws:s3:::reports/a.csv")
    evaluation = Evaluation(action, resource, more.pop("context", CONTEXT), effect, **more)
    return Authorization("0123456789abcdef", (evaluation,), policies), evaluation


BOUNDARY = policy("PERMISSIONS_BOUNDARY", statement("s3:Put*", Sid="Writes"))


def test_an_evaluation_becomes_a_case_of_whom_what_and_by_which_policies() -> None:
    case = case_of(*told("IMPLICIT_DENY", IDENTITY, BOUNDARY), "one")
    assert case == {
        "id": "one",
        "policies": {
            "identity": [document(statement("*"))],
            "boundary": [document(statement("s3:Put*", Sid="Writes"))],
        },
        "request": {
            "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/anne",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::reports/a.csv",
            "context": CONTEXT,
        },
        "expected": "ImplicitDeny",
    }


HALVES = {
    "identity": (policy("IDENTITY_BASED_POLICY", statement("s3:Put*")),),
    "boundary": (IDENTITY, BOUNDARY),
    "session": (IDENTITY, policy("SESSION_POLICY", statement("s3:Put*"))),
    "scp": (
        IDENTITY,
        policy("SERVICE_CONTROL_POLICY", statement("*"), uri="a", to=(TOP,)),
        policy("SERVICE_CONTROL_POLICY", statement("ec2:*"), uri="b", to=(OU,)),
    ),
    "endpoint": (
        IDENTITY,
        policy("VPC_ENDPOINT_POLICY", statement("s3:Put*", Principal="*")),
    ),
    "MFA": (
        policy(
            "IDENTITY_BASED_POLICY",
            statement("s3:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        ),
    ),
}


@pytest.mark.parametrize("half", HALVES)
def test_the_half_of_an_implicit_denial_is_named(half: str) -> None:
    authorization, evaluation = told("IMPLICIT_DENY", *HALVES[half])
    assert failed_half(decision_of(authorization, evaluation)) == half
    assert differences(authorization, evaluation) == ()


DENIES = statement("s3:*", "Deny", Sid="Never")
FOR_ALL = statement("s3:*", "Deny", Sid="Never", Principal="*")


@pytest.mark.parametrize(
    ("half", "denying"),
    [
        ("rcp", policy("RESOURCE_CONTROL_POLICY", FOR_ALL)),
        ("resource", policy("RESOURCE_BASED_POLICY", FOR_ALL)),
        ("scp", policy("SERVICE_CONTROL_POLICY", statement("*"), DENIES, to=(OU,))),
        (
            "MFA",
            policy(
                "IDENTITY_BASED_POLICY",
                DENIES | {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
            ),
        ),
    ],
)
def test_the_half_and_the_statement_of_a_deny_are_named(
    half: str, denying: EvaluatedPolicy
) -> None:
    matched = (MatchedStatement(denying.uri, "Never", "DENY"),)
    authorization, evaluation = told("EXPLICIT_DENY", IDENTITY, denying, matched=matched)
    decision = decision_of(authorization, evaluation)
    assert failed_half(decision) == half
    assert [uris(authorization, one) for one in decision.statements] == [(denying.uri,)]
    assert differences(authorization, evaluation) == ()


def test_the_policy_of_a_key_and_the_trust_of_a_role_are_halves_of_their_own() -> None:
    only_root = policy(
        "RESOURCE_BASED_POLICY", statement("kms:*", Principal={"AWS": "444455556666"})
    )
    of_key = told("IMPLICIT_DENY", IDENTITY, only_root, action="kms:Decrypt", resource=KEY)
    assert failed_half(decision_of(*of_key)) == "key"
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}
    for half, condition in (("trust", "aws:SourceIdentity"), ("external id", "sts:ExternalId")):
        document = {**trust, "Condition": {"StringEquals": {condition: "course"}}}
        of_role = told(
            "IMPLICIT_DENY",
            IDENTITY,
            policy("RESOURCE_BASED_POLICY", document),
            action="sts:AssumeRole",
            resource=ROLE,
        )
        assert failed_half(decision_of(*of_role)) == half


def test_the_half_that_aws_names_itself_is_taken() -> None:
    checks = (Check("PRINCIPAL", "ALLOW"), Check("SERVICE_CONTROL_POLICY", "IMPLICIT_DENY", OU))
    _, evaluation = told("IMPLICIT_DENY", IDENTITY, checks=checks)
    assert half_by_aws(evaluation) == "scp"
    assert half_by_aws(replace(evaluation, checks=())) == ""


def test_another_verdict_another_statement_and_another_context_are_told_side_by_side() -> None:
    authorization, evaluation = told("IMPLICIT_DENY", IDENTITY)
    [only] = differences(authorization, evaluation)
    assert (only.what, only.aws) == ("verdict", "ImplicitDeny")
    assert only.ours == "Allowed: allowed by identity: statement 0 of identity"

    one = policy("IDENTITY_BASED_POLICY", DENIES, uri="urn:1")
    other = policy("IDENTITY_BASED_POLICY", statement("s3:Put*", "Deny", Sid="Other"), uri="urn:2")
    matched = (MatchedStatement("urn:2", "Other", "DENY"),)
    assert differences(*told("EXPLICIT_DENY", one, other, matched=matched)) == (
        Difference("statements", "urn:2 Other", "urn:1 Never"),
    )

    denied = told("IMPLICIT_DENY", policy("IDENTITY_BASED_POLICY", statement("ec2:*")))
    plain = {**CONTEXT, "aws:SecureTransport": "false"}
    ours = decision_of(*told("IMPLICIT_DENY", IDENTITY, context=plain))
    assert differences(*denied, ours) == (
        Difference("verdict of the snapshot", "ImplicitDeny", f"Allowed: {ours.reason}"),
        Difference("aws:securetransport", "true", "false"),
    )


def test_a_statement_without_a_sid_is_the_same_whatever_aws_calls_it() -> None:
    unnamed = policy("IDENTITY_BASED_POLICY", statement("s3:*", "Deny"), uri="urn:1")
    matched = (MatchedStatement("urn:1", "0", "DENY"),)
    assert differences(*told("EXPLICIT_DENY", unnamed, matched=matched)) == ()


@pytest.mark.parametrize(
    ("policies", "more", "says"),
    [
        (
            (IDENTITY, EvaluatedPolicy("urn:p", "PERMISSIONS_BOUNDARY", unknown="not given: why")),
            {},
            "boundary: not given: why",
        ),
        (
            (IDENTITY, EvaluatedPolicy("urn:p", "SESSION_POLICY", document={"Statement": 1})),
            {},
            "urn:p cannot be read",
        ),
        (
            (EvaluatedPolicy("urn:p", "NEW", document=document()),),
            {},
            "a kind that is not known: NEW",
        ),
        (
            (IDENTITY,),
            {"checks": (Check("SERVICE_CONTROL_POLICY", "EXPLICIT_DENY", OU),)},
            f"AWS's check SERVICE_CONTROL_POLICY of {OU} came to EXPLICIT_DENY and lists no policy",
        ),
        (
            (IDENTITY,),
            {"checks": (Check("PERMISSIONS_BOUNDARY", "IMPLICIT_DENY"),)},
            "AWS's check PERMISSIONS_BOUNDARY came to IMPLICIT_DENY and lists no policy",
        ),
    ],
)
def test_a_policy_that_aws_did_not_give_is_unknown_and_named(
    policies: tuple[EvaluatedPolicy, ...], more: dict[str, Any], says: str
) -> None:
    decision = decision_of(*told("IMPLICIT_DENY", *policies, **more))
    assert decision.verdict is Verdict.UNKNOWN
    assert says in decision.reason


def test_a_deny_that_is_known_decides_whatever_else_was_not_given() -> None:
    missing = EvaluatedPolicy("urn:p", "SESSION_POLICY", unknown="not given")
    denies = policy("IDENTITY_BASED_POLICY", DENIES)
    assert decision_of(*told("EXPLICIT_DENY", denies, missing)).verdict is Verdict.EXPLICIT_DENY


@pytest.mark.parametrize(
    ("context", "who"),
    [
        ({"aws:PrincipalArn": ROLE, "aws:userid": "AROA"}, ROLE),
        ({"aws:principalservicename": "ec2.amazonaws.com"}, "ec2.amazonaws.com"),
        ({"aws:PrincipalType": "Anonymous"}, "anonymous"),
        (
            {"aws:PrincipalArn": f"arn:aws-cn:iam::{ACCOUNT}:user/a/b", "aws:userid": "AIDA"},
            f"arn:aws-cn:iam::{ACCOUNT}:user/a/b",
        ),
    ],
)
def test_the_caller_is_read_from_the_context(context: dict[str, str], who: str) -> None:
    case = case_of(*told("IMPLICIT_DENY", context=context))
    assert case["request"]["principal"] == who


@pytest.mark.parametrize(
    ("effect", "context", "says"),
    [
        ("PERHAPS", CONTEXT, "AWS's verdict is 'PERHAPS'"),
        ("IMPLICIT_DENY", {}, "tells no caller"),
        ("IMPLICIT_DENY", {**CONTEXT, "aws:Nested": {"a": 1}}, "cannot be decided again"),
    ],
)
def test_what_cannot_be_decided_again_is_no_verdict(
    effect: str, context: dict[str, Any], says: str
) -> None:
    with pytest.raises(LiveError, match=says) as error:
        decision_of(*told(effect, IDENTITY, context=context))
    assert error.value.exit_code == 3
