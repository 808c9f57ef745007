"""The statement on a customer key of KMS that an encrypted resource needs."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam


def key_statement(key_arn: str, service: str, actions: Sequence[str]) -> iam.PolicyStatement:
    """Return the statement that lets one service use a customer key on the caller's behalf."""
    via = f"{service}.{Aws.REGION}.{Aws.URL_SUFFIX}"
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key_arn],
        conditions={"StringEquals": {"kms:ViaService": via}},
    )
