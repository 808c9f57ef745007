"""Who is trusted, and under which conditions: whole statements of the trust policy."""

import re
from typing import Any

import pytest
from aws_cdk import Aws, Duration, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match
from support.reading import assume

from whomay.cdk import AssumableRole, BucketAccess, PrivateBucket, Trust
from whomay.cdk.jsii.rendered import rendered

OWN_ROOT = "arn:<AWS::Partition>:iam::<AWS::AccountId>:root"
OTHER = "111122223333"


def trust_policy(stack: Stack, *trusted: iam.IPrincipal) -> list[dict[str, Any]]:
    role = assumable(stack, *trusted)
    found: list[dict[str, Any]] = rendered(stack, role.assume_role_policy)["Statement"]
    return found


def assumable(stack: Stack, *trusted: iam.IPrincipal) -> AssumableRole:
    access = [BucketAccess.read(PrivateBucket(stack, "Bucket"))]
    return AssumableRole(stack, "Role", trusted=[*trusted], access=access)


def other(**condition: dict[str, Any]) -> dict[str, Any]:
    return assume({"AWS": f"arn:<AWS::Partition>:iam::{OTHER}:root"}, condition)


@pytest.mark.parametrize("service", ["ec2.amazonaws.com", "lambda.amazonaws.com"])
def test_a_service_that_sends_no_account_is_trusted_plainly(stack: Stack, service: str) -> None:
    assert trust_policy(stack, Trust.service(service)) == [assume({"Service": service})]


@pytest.mark.parametrize("service", ["ssm.amazonaws.com", "scheduler.amazonaws.com"])
def test_a_service_that_sends_the_account_is_held_to_it(stack: Stack, service: str) -> None:
    condition = {"StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"}}
    assert trust_policy(stack, Trust.service(service)) == [assume({"Service": service}, condition)]


def test_each_principal_keeps_its_own_conditions(stack: Stack) -> None:
    user = iam.User(stack, "User")
    found = trust_policy(
        stack,
        Trust.user(user, mfa=Duration.hours(1), external_id="course-2026"),
        Trust.service("lambda.amazonaws.com"),
    )
    assert found == [
        assume(
            {"AWS": "<User00B015A1.Arn>"},
            {
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"},
                "StringEquals": {"sts:ExternalId": "course-2026"},
            },
        ),
        assume({"Service": "lambda.amazonaws.com"}),
    ]


def test_an_account_is_narrowed_by_an_external_id(stack: Stack) -> None:
    assert trust_policy(stack, Trust.account(OTHER, external_id="abc-123")) == [
        other(StringEquals={"sts:ExternalId": "abc-123"})
    ]


def test_an_account_is_narrowed_by_its_organization(stack: Stack) -> None:
    trust = Trust.account(OTHER, organization_id="o-a1b2c3d4e5")
    assert trust_policy(stack, trust) == [
        other(StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"})
    ]


def test_an_account_is_narrowed_to_some_principals_with_mfa(stack: Stack) -> None:
    arn = f"arn:aws:iam::{OTHER}:user/people/*"
    assert trust_policy(stack, Trust.account(OTHER, principal_arns=[arn], mfa=True)) == [
        other(
            ArnLike={"aws:PrincipalArn": [arn]},
            Bool={"aws:MultiFactorAuthPresent": "true"},
        )
    ]


def test_the_own_account_may_be_left_the_choice(stack: Stack) -> None:
    found = trust_policy(stack, Trust.account(Aws.ACCOUNT_ID, delegate=True))
    assert found == [assume({"AWS": OWN_ROOT})]


def test_another_account_may_not_be_left_the_choice(stack: Stack) -> None:
    with pytest.raises(ValueError, match=r"^delegate: got 'account 111122223333'"):
        assumable(stack, Trust.account(OTHER, delegate=True))


def test_the_stacks_literal_account_is_its_own(app: Any) -> None:
    stack = Stack(app, "Literal", env=Environment(account=OTHER, region="eu-west-1"))
    assert trust_policy(stack, Trust.account(OTHER, delegate=True))[0]["Effect"] == "Allow"


def test_a_session_is_held_to_its_names(stack: Stack) -> None:
    arn = "arn:aws:iam::111122223333:role/Deploy"
    found = trust_policy(
        stack,
        Trust.user(iam.User(stack, "User"), session_names=["${aws:username}"]),
        Trust.role(arn, session_names=["nightly", "release"]),
        Trust.account(OTHER, external_id="course-2026", session_names=["audit"]),
    )
    assert [each["Condition"]["StringEquals"]["sts:RoleSessionName"] for each in found] == [
        "${aws:username}",
        ["nightly", "release"],
        "audit",
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "session_names: got []; allowed is at least one of a session's name"),
        ("nightly", "session_names: got str 'nightly'; allowed is a list of a session's name"),
        (["n"], "session_names: got 'n'; allowed is 2 to 64 characters"),
        (["night*"], "session_names: got 'night*'; allowed is names of A-Z a-z 0-9"),
        ([None], "session_names: got NoneType None; allowed is names"),
        (["${aws:username}"], "only a user has a name: write the session's out"),
    ],
)
def test_a_session_name_that_sts_would_refuse_is_refused(names: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Trust.role("arn:aws:iam::111122223333:role/Deploy", session_names=names)


def test_a_role_is_trusted_by_its_arn(stack: Stack) -> None:
    arn = f"arn:aws:iam::{OTHER}:role/deploy/Pipeline"
    assert trust_policy(stack, Trust.role(arn)) == [assume({"AWS": arn})]


def test_further_conditions_are_joined_to_the_principals_own(stack: Stack) -> None:
    trust = Trust.service(
        "ssm.amazonaws.com", conditions={"ArnLike": {"aws:SourceArn": "arn:aws:ssm:*:*:*"}}
    )
    assert trust_policy(stack, trust) == [
        assume(
            {"Service": "ssm.amazonaws.com"},
            {
                "StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"},
                "ArnLike": {"aws:SourceArn": "arn:aws:ssm:*:*:*"},
            },
        )
    ]


def test_a_boolean_in_a_condition_is_written_as_iam_writes_it(stack: Stack) -> None:
    trust = Trust.role(
        f"arn:aws:iam::{OTHER}:role/R", conditions={"Bool": {"aws:SecureTransport": True}}
    )
    [statement] = trust_policy(stack, trust)
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "true"}}


def test_a_trust_fits_wherever_cdk_takes_a_principal(stack: Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=Trust.service("lambda.amazonaws.com"))
    assert rendered(stack, role.assume_role_policy)["Statement"] == [
        assume({"Service": "lambda.amazonaws.com"})
    ]


@pytest.mark.parametrize(
    "principal",
    [
        iam.StarPrincipal(),
        iam.AnyPrincipal(),
        iam.AccountPrincipal(OTHER),
        iam.AccountPrincipal("*"),
        iam.AccountRootPrincipal(),
        iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:role/*"),
        iam.ServicePrincipal("ec22.amazonaws.com"),
        iam.FederatedPrincipal("accounts.example.com", {}, "sts:AssumeRole"),
        iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:user/U").with_conditions(
            {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}
        ),
        iam.CompositePrincipal(
            iam.ServicePrincipal("lambda.amazonaws.com"),
            iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:user/U"),
        ).with_conditions({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    ],
)
def test_a_principal_made_by_cdk_is_held_to_the_same_rules(
    stack: Stack, principal: iam.IPrincipal
) -> None:
    with pytest.raises(ValueError, match=r"got .*allowed is"):
        assumable(stack, principal)


def test_a_session_as_principal_is_warned_of(stack: Stack) -> None:
    assumable(stack, iam.ArnPrincipal(f"arn:aws:sts::{OTHER}:assumed-role/R/s"))
    warning = Match.string_like_regexp("is one session of a role")
    assert Annotations.from_stack(stack).find_warning("*", warning)


def test_a_service_of_another_region_is_warned_of(app: Any) -> None:
    stack = Stack(app, "Regional", env=Environment(account=OTHER, region="us-east-1"))
    assumable(stack, Trust.service("logs.eu-west-1.amazonaws.com"))
    warning = Match.string_like_regexp("is the service in eu-west-1")
    assert Annotations.from_stack(stack).find_warning("*", warning)
