"""Project 1: the instance's role copies files to one bucket, and does nothing else."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.contracts.session_manager import session_manager
from whomay.cdk import AccessContract, Ec2RoleProject, PrivateBucket, Trust


def state(stack: Stack, project: Ec2RoleProject, shared: PrivateBucket) -> None:
    """State the contract of the stack."""
    objects = shared.arn_for_objects("*")
    contract = AccessContract.of(stack)
    contract.must_allow(project.role, ["s3:GetObject", "s3:PutObject"], objects)
    contract.must_allow(project.role, "s3:ListBucket", shared.bucket_arn)
    contract.must_not_allow(project.role, "s3:Delete*", "*")
    contract.must_not_allow(project.role, "s3:*", "*", given={"aws:SecureTransport": False})
    contract.may_only(
        project.role,
        [
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
                resources=[objects],
            ),
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[shared.bucket_arn]),
            session_manager(),
        ],
    )
    contract.assumable_only_by(project.role, Trust.service("ec2.amazonaws.com"))
    contract.cannot_reach(project.role, "iam:*")
