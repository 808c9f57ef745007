"""A guard that holds when its key is not there."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import requires
from whomay.engine.rules.reading.placed_statement import PlacedStatement, PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.conditions import read_operator
from whomay.iam.facts.condition_keys import MFA_KEYS
from whomay.iam.policy import Condition


def guard_if_exists(app: App) -> Iterator[Finding]:
    """Yield every condition with IfExists by which a statement means to keep someone out."""
    for placed in app.allowing(PolicyType.TRUST, PolicyType.RESOURCE, PolicyType.IDENTITY):
        for condition in placed.statement.conditions:
            written = read_operator(condition.operator)
            if written and written.if_exists and _guards(placed, condition):
                message = (
                    f"{condition.operator} on {condition.key} holds for every request without "
                    f"{condition.key}"
                )
                yield RULE.finding(placed, condition.key, message)


def _guards(placed: PlacedStatement, condition: Condition) -> bool:
    """Tell whether it is about the caller: AWS's own examples use IfExists on resources."""
    about_caller = (
        placed.policy_type is not PolicyType.IDENTITY or condition.key.lower() in MFA_KEYS
    )
    return about_caller and not requires(placed.statement, condition.key)


RULE = Rule(
    id="guard-if-exists",
    severity=Severity.ERROR,
    title="an Allow whose guard is `BoolIfExists` or another operator with `IfExists`",
    why=(
        "With IfExists a condition holds when its key is absent. Requests signed with long-lived "
        "access keys carry no aws:MultiFactorAuthPresent, so BoolIfExists lets them in without MFA."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    fix="Use the operator without IfExists: it does not hold when the key is absent.",
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:user/ada"}
        Action: sts:AssumeRole
        Condition:
          BoolIfExists: {"aws:MultiFactorAuthPresent": "true"}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:user/ada"}
        Action: sts:AssumeRole
        Condition:
          Bool: {"aws:MultiFactorAuthPresent": "true"}
        """
    ),
    find=guard_if_exists,
)
