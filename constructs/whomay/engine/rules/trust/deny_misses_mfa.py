"""A Deny without MFA that long-lived keys walk around."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.conditions import read_operator
from whomay.iam.facts.condition_keys import MFA_PRESENT
from whomay.iam.value_kinds import ValueKind


def deny_misses_mfa(app: App) -> Iterator[Finding]:
    """Yield every Deny that holds only for requests which say that they have no MFA."""
    for placed in app.statements:
        for condition in placed.statement.conditions:
            written = read_operator(condition.operator)
            if (
                not placed.allows
                and written
                and written.operator.kind is ValueKind.BOOLEAN
                and not written.when_absent
                and condition.key.lower() == MFA_PRESENT
                and {value.lower() for value in condition.values} == {"false"}
            ):
                message = "requests signed with long-lived access keys are not denied: they carry no aws:MultiFactorAuthPresent"
                yield RULE.finding(placed, condition.key, message)


RULE = Rule(
    id="deny-misses-mfa",
    severity=Severity.ERROR,
    title="a Deny on `Bool aws:MultiFactorAuthPresent: false`",
    why=(
        "The key is absent in requests signed with long-lived access keys, so Bool does not hold "
        "and the Deny passes them over: the very requests that it is meant for."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent",
    fix="Use BoolIfExists in the Deny: it also holds when the key is absent.",
    bad=identity(
        """
        Effect: Deny
        Action: "*"
        Resource: "*"
        Condition:
          Bool: {"aws:MultiFactorAuthPresent": "false"}
        """
    ),
    good=identity(
        """
        Effect: Deny
        Action: "*"
        Resource: "*"
        Condition:
          BoolIfExists: {"aws:MultiFactorAuthPresent": "false"}
        """
    ),
    find=deny_misses_mfa,
)
