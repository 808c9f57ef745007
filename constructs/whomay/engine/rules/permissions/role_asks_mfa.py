"""A role whose own policies ask for MFA, which no session of a role has."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.engine.snapshot import PrincipalKind
from whomay.iam.conditions import read_operator
from whomay.iam.facts.condition_keys import MFA_PRESENT
from whomay.iam.policy import Condition, Statement
from whomay.iam.value_kinds import ValueKind

_AGE: Final = "aws:multifactorauthage"


def role_asks_mfa(app: App) -> Iterator[Finding]:
    """Yield every condition of a role's policies that waits for MFA: an Allow with, a Deny without."""
    for who in app.snapshot.principals:
        if who.kind is not PrincipalKind.ROLE:
            continue
        for statement in (each for policy in who.identity for each in policy.statements):
            for condition in statement.conditions:
                if _waits(statement, condition):
                    message = (
                        f"no session of {who.path} carries {condition.key}, not even where a code was "
                        f"given to AssumeRole: the condition of this {statement.effect} "
                        + ("never holds" if statement.effect == "Allow" else "always holds")
                    )
                    item = app.by_path[who.path]
                    yield Finding(RULE, item, condition.key, message, statement.source)


def _waits(statement: Statement, condition: Condition) -> bool:
    written = read_operator(condition.operator)
    if written is None or condition.key.lower() not in (MFA_PRESENT, _AGE):
        return False
    allows = statement.effect == "Allow"
    if written.operator.kind is ValueKind.PRESENCE:
        return {each.lower() for each in condition.values} == {"false" if allows else "true"}
    return written.needs_a_match if allows else written.when_absent


RULE = Rule(
    id="role-asks-mfa",
    severity=Severity.WARNING,
    title="a role whose own policies ask for MFA",
    why=(
        "A code that is given to AssumeRole reaches the role's trust policy alone. The session that "
        "comes of it carries no aws:MultiFactorAuthPresent, so its own policies never see it."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html",
    fix="Ask for MFA in the role's trust policy.",
    bad=identity(
        """
        Effect: Allow
        Action: "s3:GetObject"
        Resource: "arn:aws:s3:::reports/*"
        Condition:
          Bool: {"aws:MultiFactorAuthPresent": "true"}
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: "s3:GetObject"
        Resource: "arn:aws:s3:::reports/*"
        """
    ),
    find=role_asks_mfa,
)
