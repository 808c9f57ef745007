"""The access to all of S3."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam

from whomay.cdk.arguments import checks


@dataclass(frozen=True)
class S3FullAccess:
    """Full access to S3, the course's first step. The reason is recorded with the role.

    Raises ValueError unless the reason is a sentence of ten words or more.
    """

    reason: str

    def __post_init__(self) -> None:
        """Refuse an empty reason."""
        checks.reason("reason", self.reason)

    @property
    def wildcard_reason(self) -> str:
        """The reason, recorded as the acknowledgement of both wildcards."""
        return self.reason

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return the one statement of AWS's managed policy AmazonS3FullAccess, for S3 alone."""
        return [iam.PolicyStatement(actions=["s3:*"], resources=["*"])]
