"""An allowed action that the same policy denies."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.taken_back import taken_back


def allow_denied(app: App) -> Iterator[Finding]:
    """Yield every action of an Allow that a Deny of the same policy takes back."""
    for placed in app.allowing(PolicyType.IDENTITY, PolicyType.BOUNDARY):
        for action in taken_back(placed.statement, placed.policy.statements):
            message = f"{action} is allowed, and a Deny of the same policy takes it back"
            yield RULE.finding(placed, action, message)


RULE = Rule(
    id="allow-denied",
    severity=Severity.WARNING,
    title="an action that one policy both allows and denies on the same resources",
    why="A Deny always wins. So the Allow allows nothing, and its reader believes that it does.",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
    fix="Take one of the two out, or narrow the Deny to what it is meant for.",
    bad=identity(
        """
        - Effect: Allow
          Action: [s3:GetObject, s3:DeleteObject]
          Resource: arn:aws:s3:::reports-2026/*
        - Effect: Deny
          Action: s3:Delete*
          Resource: "*"
        """
    ),
    good=identity(
        """
        - Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::reports-2026/*
        - Effect: Deny
          Action: s3:GetObject
          Resource: arn:aws:s3:::reports-2026/salaries/*
        """
    ),
    find=allow_denied,
)
