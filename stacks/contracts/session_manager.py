"""What an instance needs for a login by Session Manager."""

from aws_cdk import aws_iam as iam


def session_manager() -> iam.PolicyStatement:
    """Return the actions; none of them names a resource that could be narrowed."""
    actions = [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]
    return iam.PolicyStatement(actions=actions, resources=["*"])
