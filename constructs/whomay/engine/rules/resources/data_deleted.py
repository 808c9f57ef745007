"""Data that goes with its stack."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources


def data_deleted(app: App) -> Iterator[Finding]:
    """Yield every bucket that CloudFormation deletes with its stack, those of logs aside."""
    logs = set(_log_buckets(app))
    for item in app.items.of("AWS::S3::Bucket"):
        policy = item.template.section("Resources")[item.logical_id].get("DeletionPolicy")
        if policy in ("Delete", None) and item.get("Ref") not in logs:
            written = "" if policy else ", by default"
            message = (
                f"the bucket is deleted when its stack is, or this resource leaves it{written}"
            )
            yield RULE.finding(item, "", message)


def _log_buckets(app: App) -> Iterator[str]:
    """Return the names of buckets that others deliver their access logs to."""
    for item in app.items.of("AWS::S3::Bucket"):
        logging = item.plain("LoggingConfiguration")
        if isinstance(logging, dict):
            yield str(logging.get("DestinationBucketName"))


RULE = Rule(
    id="data-deleted",
    severity=Severity.WARNING,
    title="a data bucket that is deleted with its stack",
    why=(
        "Without DeletionPolicy: Retain a bucket ends with its stack, or when its logical id "
        "changes. While it holds objects the deletion fails, and a function that empties it first "
        "makes the loss complete."
    ),
    page="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html",
    fix="Retain it: RemovalPolicy.RETAIN in CDK, DeletionPolicy: Retain in a template.",
    bad=resources(
        """
        Reports:
          Type: AWS::S3::Bucket
          DeletionPolicy: Delete
        """
    ),
    good=resources(
        """
        Reports:
          Type: AWS::S3::Bucket
          DeletionPolicy: Retain
        """
    ),
    find=data_deleted,
)
