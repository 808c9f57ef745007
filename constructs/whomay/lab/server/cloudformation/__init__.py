"""CloudFormation resource types that MiniStack lacks, or provisions otherwise than AWS does."""

from whomay.lab.server.cloudformation import cloudtrail, ec2, iam, s3, secretsmanager


def install() -> None:
    """Register every type with MiniStack's CloudFormation."""
    for service in (iam, ec2, s3, secretsmanager, cloudtrail):
        service.register()
