"""All actions of a service."""

import re
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity

_ALL_OF_A_SERVICE: Final = re.compile(r"[a-z0-9-]+:\*+", re.IGNORECASE)


def full_access(app: App) -> Iterator[Finding]:
    """Yield every Allow of all actions of a service, in a policy that somebody writes."""
    for placed in app.allowing(PolicyType.IDENTITY):
        for action in placed.statement.actions or ():
            if _ALL_OF_A_SERVICE.fullmatch(action):
                service = action.partition(":")[0]
                message = f"{action} allows every action of {service}, those of tomorrow as well"
                yield RULE.finding(placed, action, message)


RULE = Rule(
    id="full-access",
    severity=Severity.WARNING,
    title="an Allow of all actions of a service, such as `s3:*`",
    why=(
        "The actions of a service include those that delete its data, and that change its policies "
        "and open it to others. New ones come every year."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    fix="List the actions that the work needs: s3:GetObject, s3:PutObject.",
    bad=identity(
        """
        Effect: Allow
        Action: s3:*
        Resource: arn:aws:s3:::reports-2026/*
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: [s3:GetObject, s3:PutObject]
        Resource: arn:aws:s3:::reports-2026/*
        """
    ),
    find=full_access,
)
