"""CloudFormation resource types that MiniStack lacks, or provisions otherwise than AWS does, and their names."""

from whomay.lab.server.cloudformation import (
    acting,
    cloudtrail,
    conditions,
    ec2,
    iam,
    iam_groups,
    instance,
    names,
    resource_policies,
    s3,
    secretsmanager,
    sns,
    stackset,
)


def install() -> None:
    """Register every type with MiniStack's CloudFormation."""
    for types in (
        *(names, iam, iam_groups, ec2, instance, s3, secretsmanager, sns, cloudtrail, stackset),
        *(conditions, resource_policies, acting),
    ):
        types.register()
