"""A role given to any service."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import narrows
from whomay.engine.rules.reading.placed_statement import PolicyType, may_be_role
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.patterns.symbols import unknown_reasons

TO_SERVICE: Final = frozenset(("iam:passedtoservice",))


def pass_role(app: App) -> Iterator[Finding]:
    """Yield every PassRole of a role that the app does not make, to whichever service."""
    for placed in app.allowing(PolicyType.IDENTITY):
        if placed.allows_everything or not placed.names("iam:passrole"):
            continue
        if narrows(placed.statement, TO_SERVICE):
            continue
        for resource in placed.statement.resources or ():
            # A role of the app is there to be read: it can only be passed to whom it trusts.
            known = resource in app.index.principals or unknown_reasons(resource)
            if not known and may_be_role(resource):
                message = f"{resource} may be passed to every service that it trusts"
                yield RULE.finding(placed, resource, message)


RULE = Rule(
    id="pass-role",
    severity=Severity.WARNING,
    title="`iam:PassRole` of roles outside the app without a condition on `iam:PassedToService`",
    why=(
        "Who passes a role to a service makes the service act with it. Without the condition it is "
        "any service that the role trusts, now or later."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    fix="Name the role, and add StringEquals on iam:PassedToService with the service's principal.",
    bad=identity(
        """
        Effect: Allow
        Action: iam:PassRole
        Resource: arn:aws:iam::111122223333:role/tasks/*
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: iam:PassRole
        Resource: arn:aws:iam::111122223333:role/tasks/*
        Condition:
          StringEquals: {"iam:PassedToService": ecs-tasks.amazonaws.com}
        """
    ),
    find=pass_role,
)
