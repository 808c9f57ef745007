"""An action on resources that it does not act on."""

from collections.abc import Iterator
from functools import lru_cache

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.facts.actions import matching
from whomay.iam.facts.resource_types import problem_with_resource
from whomay.iam.patterns.symbols import display, unknown_reasons


def never_matches(app: App) -> Iterator[Finding]:
    """Yield every action of an identity policy that acts on none of its statement's resources."""
    for placed in app.statements:
        resources = placed.statement.resources
        if placed.policy_type not in (PolicyType.IDENTITY, PolicyType.BOUNDARY) or not resources:
            continue
        for action in placed.statement.actions or ():
            if problem := _problem(action, resources):
                yield RULE.finding(placed, action, problem)


@lru_cache(maxsize=16384)
def _problem(action: str, resources: tuple[str, ...]) -> str | None:
    if any(resource.strip("*") == "" or unknown_reasons(resource) for resource in resources):
        return None
    if unknown_reasons(action) or not matching(action):
        return None
    problems = [problem_with_resource([action], resource) for resource in resources]
    found = [problem for problem in problems if problem]
    if len(found) < len(problems):
        return None
    others = len(found) - 1
    return display(found[0]) + (f" (nor on {others} more of the statement)" if others else "")


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
