"""A wildcard where IAM reads none."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import is_pattern
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.conditions import read_operator
from whomay.iam.value_kinds import ValueKind


def guard_literal_wildcard(app: App) -> Iterator[Finding]:
    """Yield every value with a wildcard under an operator that takes it literally."""
    for placed in app.statements:
        for condition in placed.statement.conditions:
            written = read_operator(condition.operator)
            exact = written and written.operator.kind is ValueKind.TEXT
            if not written or not exact or written.operator.patterns:
                continue
            for value in filter(is_pattern, condition.values):
                message = (
                    f"{condition.operator} compares {condition.key} with {value} letter by letter, "
                    "wildcards included"
                )
                yield RULE.finding(placed, f"{condition.key}={value}", message)


RULE = Rule(
    id="guard-literal-wildcard",
    severity=Severity.ERROR,
    title="a value with `*` or `?` under `StringEquals` or `StringNotEquals`",
    why=(
        "These operators have no wildcards. Such an Allow never applies, and such a Deny never "
        "denies, or always does."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    fix="Write the exact values, or use StringLike; write `${*}` for a star that is meant as one.",
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:root"}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/people/*"}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:root"}
        Action: sts:AssumeRole
        Condition:
          StringLike: {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/people/*"}
        """
    ),
    find=guard_literal_wildcard,
)
