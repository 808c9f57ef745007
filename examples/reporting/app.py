"""A team's own project, built from the same parts: an access, a project and an app of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from whomay.cdk import (
    AssumableRole,
    BucketAccess,
    Ec2RoleProject,
    PrivateBucket,
    Trust,
    acknowledge,
    one_message,
    synth,
)


@dataclass(frozen=True)
class QueueSend:
    """Send messages to one queue: an access is any object with `statements()`."""

    queue: sqs.Queue

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement on this queue's ARN."""
        return [iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.queue.queue_arn])]


class ReportingProject(Ec2RoleProject):
    """The EC2 role project, and a role that auditors of another account assume to read."""

    def __init__(
        self, scope: Construct, id: str, *, reports: s3.Bucket, jobs: sqs.Queue, auditors: str
    ) -> None:
        daily = BucketAccess.write(reports, prefix="daily/")
        super().__init__(scope, id, access=[daily, QueueSend(jobs)])
        self.audit_role = AssumableRole(
            self,
            "AuditRole",
            access=[BucketAccess.read(reports), BucketAccess.list(reports)],
            trusted=[Trust.account(auditors, external_id="reporting-audit")],
        )


with one_message():
    app = App()
    stack = Stack(app, "Reporting")
    reports = PrivateBucket(stack, "Reports")
    jobs = sqs.Queue(stack, "Jobs", enforce_ssl=True)
    acknowledge(
        jobs,
        "AwsSolutions::AwsSolutions-SQS3",
        reason="A job that fails is made again the next day, so nothing is kept of it",
    )
    ReportingProject(stack, "Project", auditors="222222222222", jobs=jobs, reports=reports)
    synth(app)
