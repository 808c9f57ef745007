"""An action on resources that it does not act on."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.acting_on import acts_on_none
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity


def never_matches(app: App) -> Iterator[Finding]:
    """Yield every action of an identity policy that acts on none of its statement's resources."""
    for placed in app.statements:
        resources = placed.statement.resources
        if placed.policy_type not in (PolicyType.IDENTITY, PolicyType.BOUNDARY) or not resources:
            continue
        for action in placed.statement.actions or ():
            if problem := acts_on_none(action, resources):
                yield RULE.finding(placed, action, problem)


RULE = Rule(
    id="never-matches",
    severity=Severity.WARNING,
    title="an action that acts on none of its statement's resources",
    why=(
        "Each action acts on resources of certain types, and some on none, so that only `*` fits. "
        "On others the statement allows nothing: s3:GetObject on a bucket's own ARN, for one."
    ),
    page="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    fix="Name a resource of the type that the action acts on, or move the action to a statement of its own.",
    bad=identity(
        """
        Effect: Allow
        Action: [s3:GetObject, s3:ListBucket]
        Resource: arn:aws:s3:::reports-2026
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: [s3:GetObject, s3:ListBucket]
        Resource: ["arn:aws:s3:::reports-2026", "arn:aws:s3:::reports-2026/*"]
        """
    ),
    find=never_matches,
)
