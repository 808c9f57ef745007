"""A spoke: people of the hub become its roles with MFA, a third party one of its own, nobody else."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from whomay.cdk import AccessContract, Accounts, AssumableRole, PrivateBucket, SpokeRole


def state(
    stack: Stack, roles: Mapping[str, SpokeRole], shared: PrivateBucket, accounts: Accounts
) -> None:
    """State the contract of the roles for people of the hub."""
    objects, bucket = shared.arn_for_objects("*"), shared.bucket_arn
    partition, hub, organization = accounts.hub.partition, accounts.hub.id, accounts.organization
    listing = iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket])
    condition: dict[str, Any] = {
        "ArnLike": {"aws:PrincipalArn": f"arn:{partition}:iam::{hub}:user/people/*"},
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
    }
    if organization:
        condition["StringEquals"] = {"aws:PrincipalOrgID": organization.id}
    people = iam.AccountPrincipal(hub).with_conditions(condition)
    actions = {
        "Reader": ["s3:GetObject"],
        "Writer": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
    }
    contract = AccessContract.of(stack)
    for name, role in roles.items():
        allowed = iam.PolicyStatement(actions=actions[name], resources=[objects])
        contract.may_only(role, [allowed, listing])
        contract.must_allow(role, "s3:GetObject", objects)
        contract.assumable_only_by(role, people)


def state_third_party(
    stack: Stack, role: AssumableRole, shared: PrivateBucket, *, account: str, external_id: str
) -> None:
    """State the contract of a third party's role."""
    listing = iam.PolicyStatement(actions=["s3:ListBucket"], resources=[shared.bucket_arn])
    named = {"StringEquals": {"sts:ExternalId": external_id}}
    contract = AccessContract.of(stack)
    contract.may_only(role, [listing])
    contract.assumable_only_by(role, iam.AccountPrincipal(account).with_conditions(named))
