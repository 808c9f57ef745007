"""Buckets by a pattern."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import is_pattern, narrows
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.arn import parse_arn
from whomay.iam.facts.actions import LIST_OF_BUCKETS

_OWNERS = frozenset(("aws:resourceaccount", "aws:resourceorgid", "s3:resourceaccount"))


def any_bucket(app: App) -> Iterator[Finding]:
    """Yield every Allow on buckets whose names are a pattern, without a condition on the owner."""
    for placed in app.allowing(PolicyType.IDENTITY):
        actions = {action.lower() for action in placed.statement.actions or ()}
        if narrows(placed.statement, _OWNERS) or actions == {LIST_OF_BUCKETS}:
            continue
        for resource in placed.statement.resources or ():
            arn = parse_arn(resource)
            bucket = arn.resource.partition("/")[0] if arn and arn.service == "s3" else ""
            if arn and not arn.account and is_pattern(bucket) and ":" not in bucket:
                message = f"{resource} covers buckets of other accounts as well"
                yield RULE.finding(placed, resource, message)


RULE = Rule(
    id="any-bucket",
    severity=Severity.WARNING,
    title="an Allow on buckets by a pattern of their names, such as `arn:aws:s3:::my-*`",
    why=(
        "All accounts share one space of bucket names, and an ARN of S3 holds no account: anybody "
        "can make a bucket that the pattern covers, and be sent the data."
    ),
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    fix="Name the buckets, or add StringEquals on aws:ResourceAccount with the own account id.",
    bad=identity(
        """
        Effect: Allow
        Action: s3:PutObject
        Resource: arn:aws:s3:::reports-*/*
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: s3:PutObject
        Resource: arn:aws:s3:::reports-*/*
        Condition:
          StringEquals: {"aws:ResourceAccount": "111122223333"}
        """
    ),
    find=any_bucket,
)
