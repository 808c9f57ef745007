"""The access of an instance that Session Manager reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from aws_cdk import aws_iam as iam


@dataclass(frozen=True)
class SessionManagerAccess:
    """Be reached by Session Manager: what the agent on an instance calls, and nothing else.

    The actions of the Systems Manager User Guide's page "Verify or add instance permissions for
    Session Manager". IAM knows no resource type for the message channels, so the resource is `*`.
    """

    wildcard_reason: ClassVar[str] = (
        "Session Manager's message channels have no resource type in IAM, so only * can be named"
    )

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement: the agent's heartbeat and its message channels."""
        return [
            iam.PolicyStatement(
                actions=[
                    "ssm:UpdateInstanceInformation",
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                ],
                resources=["*"],
            )
        ]
