"""A guard that every value passes."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import BINDING_KEYS, is_anything, narrows
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.conditions import read_operator
from whomay.iam.policy import Condition
from whomay.iam.value_kinds import ValueKind


def guard_wildcard(app: App) -> Iterator[Finding]:
    """Yield every condition of a trust or resource policy with a value that all pass."""
    for placed in app.allowing(PolicyType.TRUST, PolicyType.RESOURCE):
        for condition in placed.statement.conditions:
            key = condition.key.lower()
            if key not in BINDING_KEYS or not _likes(condition):
                continue
            others = BINDING_KEYS - {key}
            for value in condition.values:
                if is_anything(key, value) and not narrows(placed.statement, others):
                    message = f"{condition.operator} on {condition.key} passes every value: {value}"
                    yield RULE.finding(placed, f"{condition.key}={value}", message)


def _likes(condition: Condition) -> bool:
    written = read_operator(condition.operator)
    if written is None or written.operator.negated:
        return False
    return written.operator.patterns or written.operator.kind is ValueKind.ADDRESS


RULE = Rule(
    id="guard-wildcard",
    severity=Severity.ERROR,
    title="a guard of a trust or resource policy with a pattern that every caller matches",
    why=(
        "A pattern such as `*`, or a source ARN with a wildcard for its account, looks like a guard "
        "and keeps nobody out: every account has such a principal or resource."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    fix=(
        "Write the value, or a pattern that holds the account id; beside the ARN of a bucket, which "
        "holds none, add aws:SourceAccount."
    ),
    bad=trust(
        """
        Effect: Allow
        Principal: {Service: ssm.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          ArnLike: {"aws:SourceArn": "arn:aws:ssm:*:*:*"}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {Service: ssm.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          ArnLike: {"aws:SourceArn": "arn:aws:ssm:*:111122223333:*"}
        """
    ),
    find=guard_wildcard,
)
