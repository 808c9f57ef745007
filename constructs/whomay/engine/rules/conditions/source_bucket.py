"""A service that comes for a bucket of any owner."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import binds, conditions_on, is_pattern
from whomay.engine.rules.reading.placed_statement import PlacedStatement, PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.arn import parse_arn
from whomay.iam.patterns.symbols import is_symbolic

_ARN = frozenset(("aws:sourcearn",))
_OWNER = frozenset(("aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"))


def source_bucket(app: App) -> Iterator[Finding]:
    """Yield every condition on a bucket's ARN alone, of a bucket that the app does not make."""
    for placed in app.allowing(PolicyType.TRUST, PolicyType.RESOURCE):
        if any(kind == "Service" for kind, _ in placed.statement.principals or ()):
            yield from _buckets(placed)


def _buckets(placed: PlacedStatement) -> Iterator[Finding]:
    if any(binds(each) for each in conditions_on(placed.statement, _OWNER)):
        return
    for condition in conditions_on(placed.statement, _ARN):
        for value in condition.values:
            arn = parse_arn(value)
            literal = not is_symbolic(value) and not is_pattern(value)
            if arn and arn.service == "s3" and not arn.account and literal:
                message = f"{condition.key} {value} names no account: whoever owns the bucket"
                yield RULE.finding(placed, value, message)


RULE = Rule(
    id="source-bucket",
    severity=Severity.WARNING,
    title="a service whose only source is the ARN of a bucket, which holds no account",
    why=(
        "When the bucket is deleted, anybody can make one of its name, and the service then comes "
        "for the new owner."
    ),
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html",
    fix="Add StringEquals on aws:SourceAccount with the id of the bucket's owner.",
    bad=trust(
        """
        Effect: Allow
        Principal: {Service: s3.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          ArnLike: {"aws:SourceArn": "arn:aws:s3:::reports-2026"}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {Service: s3.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          ArnLike: {"aws:SourceArn": "arn:aws:s3:::reports-2026"}
          StringEquals: {"aws:SourceAccount": "111122223333"}
        """
    ),
    find=source_bucket,
)
