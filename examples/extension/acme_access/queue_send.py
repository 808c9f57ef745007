"""An access: messages to one queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs


@dataclass(frozen=True)
class QueueSend:
    """Send messages to one queue."""

    queue: sqs.IQueue

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement on this queue's ARN."""
        return [iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.queue.queue_arn])]
