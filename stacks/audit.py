"""The audit trail, alerts on what should be rare, and what others outside can reach."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_accessanalyzer as accessanalyzer
from aws_cdk import aws_s3 as s3
from constructs import Construct

from whomay.cdk import AlertForwarder, Audit, AuditTrail, SecurityAlerts, TrailQueries


def add_audit(scope: Construct, audit: Audit, *, buckets: Sequence[s3.IBucket]) -> None:
    """Add the stacks of an audit; each part is where its events are."""
    AuditStack(scope, "Audit", buckets=buckets, athena=audit.athena)
    home = Environment(region="us-east-1")
    AlertsStack(scope, "AuditAlerts", notify=audit.notify, env=home)
    for region in audit.regions:
        forwarder = Stack(scope, f"AuditForward-{region}", env=Environment(region=region))
        AlertForwarder(forwarder, "Forwarder")
    if audit.access_analyzer:
        AccessAnalyzerStack(scope, "AuditAccessAnalyzer")


class AuditStack(Stack):
    """The trail of all Regions, with the object calls on the buckets of the projects."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        buckets: Sequence[s3.IBucket],
        athena: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, **kwargs)
        audit = AuditTrail(self, "Audit", buckets=buckets)
        CfnOutput(self, "TrailBucketName", value=audit.bucket.bucket_name)
        if athena:
            queries = TrailQueries(self, "Queries", trail=audit)
            CfnOutput(self, "TrailWorkgroup", value=queries.name)


class AlertsStack(Stack):
    """Alerts by mail; it is in us-east-1, where the events of IAM arrive."""

    def __init__(self, scope: Construct, id: str, *, notify: Sequence[str], **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)
        alerts = SecurityAlerts(self, "Alerts", notify=notify)
        CfnOutput(self, "TopicArn", value=alerts.topic.topic_arn)


class AccessAnalyzerStack(Stack):
    """The analyzer that lists what can be reached from outside of the account, in its Region."""

    def __init__(self, scope: Construct, id: str, **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)
        accessanalyzer.CfnAnalyzer(self, "ExternalAccess", type="ACCOUNT")
