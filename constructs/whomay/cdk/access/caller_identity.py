"""The question who one is, which needs no permission but a way to STS."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from aws_cdk import aws_iam as iam


@dataclass(frozen=True)
class CallerIdentity:
    """Ask STS who one is. Every principal may; an endpoint's policy must admit it all the same."""

    wildcard_reason: ClassVar[str] = (
        "GetCallerIdentity has no resource type in IAM, so only * can be named"
    )

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return the one statement."""
        return [iam.PolicyStatement(actions=["sts:GetCallerIdentity"], resources=["*"])]
