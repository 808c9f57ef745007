"""A bucket policy about another bucket."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PlacedStatement, PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.templates.bucket_acl import ACL
from whomay.iam.patterns.overlap import arns_overlap
from whomay.iam.patterns.symbols import unknown_reasons

_BUCKET_POLICY = "AWS::S3::BucketPolicy"


def other_bucket(app: App) -> Iterator[Finding]:
    """Yield every resource of a bucket policy that is neither its bucket nor an object of it."""
    for placed in app.statements:
        if placed.policy_type is PolicyType.RESOURCE and placed.item.kind == _BUCKET_POLICY:
            yield from _others(placed)


def _others(placed: PlacedStatement) -> Iterator[Finding]:
    item = placed.item
    bucket = f"arn:*:s3:::{item.text('Bucket')}"
    if unknown_reasons(bucket) or placed.statement.source.policy.startswith(ACL):
        return
    for resource in placed.statement.resources or ():
        if unknown_reasons(resource):
            continue
        if not arns_overlap(resource, bucket) and not arns_overlap(resource, f"{bucket}/*"):
            message = f"{resource} is not the policy's own bucket, {item.text('Bucket')}"
            yield RULE.finding(placed, resource, message)


RULE = Rule(
    id="other-bucket",
    severity=Severity.ERROR,
    title="a bucket policy that names another bucket",
    why='Amazon S3 refuses the whole policy, with "Policy has invalid resource".',
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html",
    fix="Name the bucket that the policy is attached to, or objects of it.",
    bad=resources(
        """
        Policy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: reports-2026
            PolicyDocument:
              Version: "2012-10-17"
              Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: s3:*
                  Resource: "arn:aws:s3:::reports-2025/*"
                  Condition: {Bool: {"aws:SecureTransport": "false"}}
        """
    ),
    good=resources(
        """
        Policy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: reports-2026
            PolicyDocument:
              Version: "2012-10-17"
              Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: s3:*
                  Resource: "arn:aws:s3:::reports-2026/*"
                  Condition: {Bool: {"aws:SecureTransport": "false"}}
        """
    ),
    find=other_bucket,
)
