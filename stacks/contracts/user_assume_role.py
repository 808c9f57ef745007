"""Project 2: the user assumes one role, the role puts files under one prefix, and that is all."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.contracts.session_manager import session_manager
from whomay.cdk import AccessContract, PrivateBucket, Trust, UserAssumeRoleProject


def state(
    stack: Stack,
    project: UserAssumeRoleProject,
    shared: PrivateBucket,
    *,
    external_id: str,
    mfa: bool,
) -> None:
    """State the contract of the stack."""
    user, role, instance_role = project.user, project.role, project.instance_role
    incoming = shared.arn_for_objects("incoming/*")
    contract = AccessContract.of(stack)

    asked = {"sts:ExternalId": external_id} | (
        {"aws:MultiFactorAuthPresent": "true"} if mfa else {}
    )
    contract.must_allow(user, "sts:AssumeRole", role.role_arn, given=asked)
    contract.must_not_allow(user, "sts:AssumeRole", role.role_arn, given={"sts:ExternalId": None})
    contract.may_only(
        user, [iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[role.role_arn])]
    )
    contract.cannot_reach(user, ["iam:*", "s3:Get*", "s3:Delete*"])

    contract.must_allow(role, "s3:PutObject", incoming)
    contract.must_not_allow(role, "s3:*", "*", given={"aws:SecureTransport": False})
    write = ["s3:PutObject", "s3:AbortMultipartUpload"]
    contract.may_only(role, [iam.PolicyStatement(actions=write, resources=[incoming])])
    contract.assumable_only_by(
        role,
        Trust.user(user, external_id=external_id, mfa=mfa),
        Trust.service("lambda.amazonaws.com"),
        Trust.service("ssm.amazonaws.com"),
    )

    secret = project.user.access_key_secret
    read_key = (
        [
            iam.PolicyStatement(
                actions=["secretsmanager:GetSecretValue"], resources=[secret.secret_arn]
            )
        ]
        if secret
        else []
    )
    contract.may_only(instance_role, [*read_key, session_manager()])
    contract.assumable_only_by(instance_role, Trust.service("ec2.amazonaws.com"))
