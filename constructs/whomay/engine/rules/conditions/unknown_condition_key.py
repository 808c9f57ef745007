"""A condition on a key that AWS does not have."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.facts import condition_keys
from whomay.iam.patterns.symbols import is_symbolic


def unknown_condition_key(app: App) -> Iterator[Finding]:
    """Yield every condition key that is not in the catalogue, with the nearest name."""
    for placed in app.statements:
        for condition in placed.statement.conditions:
            if is_symbolic(condition.key) or condition_keys.exists(condition.key):
                continue
            near = condition_keys.nearest(condition.key)
            question = f": did you mean {near}?" if near else ""
            message = f"AWS has no condition key {condition.key}{question}"
            yield RULE.finding(placed, condition.key, message)


RULE = Rule(
    id="unknown-condition-key",
    severity=Severity.ERROR,
    title="a condition on a key that AWS does not have, with the nearest name",
    why=(
        "A key that is never sent is absent from every request: an Allow with it never applies, and "
        "one with IfExists or a negated operator always does."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    fix="Correct the name: global keys begin with aws:, others with the prefix of their service.",
    bad=trust(
        """
        Effect: Allow
        Principal: {Service: ssm.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"aws:SourceAcount": "111122223333"}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {Service: ssm.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"aws:SourceAccount": "111122223333"}
        """
    ),
    find=unknown_condition_key,
)
