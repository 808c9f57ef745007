"""A rule: nobody purges queues."""

from collections.abc import Iterator

from whomay.engine import Rule
from whomay.engine.rules import App, Finding, PolicyType, Severity, identity


def queue_purge(app: App) -> Iterator[Finding]:
    """Yield every Allow that names sqs:PurgeQueue."""
    for placed in app.allowing(PolicyType.IDENTITY):
        for action in placed.statement.actions or ():
            if action.lower() == "sqs:purgequeue":
                yield RULE.finding(placed, action, "all messages of a queue can be thrown away")


RULE = Rule(
    id="acme-queue-purge",
    severity=Severity.ERROR,
    title="an Allow that names sqs:PurgeQueue",
    why="A purge cannot be taken back, and orders are in our queues.",
    page="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html",
    fix="Allow sqs:DeleteMessage.",
    bad=identity(
        """
        Effect: Allow
        Action: sqs:PurgeQueue
        Resource: "*"
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: sqs:DeleteMessage
        Resource: "*"
        """
    ),
    find=queue_purge,
)
