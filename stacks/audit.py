"""The audit trail, and who hears of what should be rare."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_accessanalyzer as accessanalyzer
from aws_cdk import aws_s3 as s3
from constructs import Construct

from whomay.cdk import AlertForwarder, AuditTrail, SecurityAlerts


class AuditStack(Stack):
    """The trail of all Regions, with the object calls on the buckets of the projects."""

    def __init__(
        self, scope: Construct, id: str, *, buckets: Sequence[s3.IBucket], **kwargs: Any
    ) -> None:
        super().__init__(scope, id, **kwargs)
        audit = AuditTrail(self, "Audit", buckets=buckets)
        CfnOutput(self, "TrailBucketName", value=audit.bucket.bucket_name)


class AlertsStack(Stack):
    """Alerts by mail; it stands in us-east-1, where the events of IAM arrive."""

    def __init__(self, scope: Construct, id: str, *, notify: Sequence[str], **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)
        alerts = SecurityAlerts(self, "Alerts", notify=notify)
        CfnOutput(self, "TopicArn", value=alerts.topic.topic_arn)


class AlertForwarderStack(Stack):
    """What another Region sees of sign-ins and of the root user, sent on to us-east-1."""

    def __init__(self, scope: Construct, id: str, **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)
        AlertForwarder(self, "Forwarder")


class AccessAnalyzerStack(Stack):
    """The analyzer that lists what others outside of the account can reach, in its Region."""

    def __init__(self, scope: Construct, id: str, **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)
        accessanalyzer.CfnAnalyzer(self, "ExternalAccess", type="ACCOUNT")
