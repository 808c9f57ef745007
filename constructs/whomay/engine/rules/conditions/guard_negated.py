"""A guard that says whom it does not mean."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import requires
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.conditions import read_operator


def guard_negated(app: App) -> Iterator[Finding]:
    """Yield every negated condition of an Allow in a trust or resource policy."""
    for placed in app.allowing(PolicyType.TRUST, PolicyType.RESOURCE):
        for condition in placed.statement.conditions:
            written = read_operator(condition.operator)
            if (
                written
                and written.operator.negated
                and not requires(placed.statement, condition.key)
            ):
                message = f"{condition.operator} on {condition.key} lets in everyone else"
                if written.when_absent:
                    message += ", and every request without the key"
                yield RULE.finding(placed, condition.key, message)


RULE = Rule(
    id="guard-negated",
    severity=Severity.ERROR,
    title="an Allow of a trust or resource policy whose guard is negated, such as `StringNotEquals`",
    why=(
        "A negated condition of an Allow names who stays out and lets in all others, those of "
        "tomorrow included. It also holds when the key is absent."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    fix="Name who may come in, by a positive operator; keep negated operators for Deny statements.",
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:root"}
        Action: sts:AssumeRole
        Condition:
          ArnNotLike: {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/guests/*"}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:root"}
        Action: sts:AssumeRole
        Condition:
          ArnLike: {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/people/*"}
        """
    ),
    find=guard_negated,
)
