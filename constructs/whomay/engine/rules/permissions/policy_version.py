"""New versions of a managed policy."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.patterns.overlap import arns_overlap

_ACTIONS: Final = ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")
_POLICIES: Final = "arn:*:iam::*:policy/*"


def policy_version(app: App) -> Iterator[Finding]:
    """Yield every Allow to change managed policies that may be attached to anybody."""
    for placed in app.allowing(PolicyType.IDENTITY):
        if placed.allows_everything:
            continue
        named = [action for action in _ACTIONS if placed.names(action.lower())]
        for resource in placed.statement.resources or () if named else ():
            if arns_overlap(resource, _POLICIES):
                message = f"by {', '.join(named)} it changes what {resource} allows to whom has it"
                yield RULE.finding(placed, resource, message)


RULE = Rule(
    id="policy-version",
    severity=Severity.WARNING,
    title="an Allow of `iam:CreatePolicyVersion` or `iam:SetDefaultPolicyVersion`",
    why=(
        "A managed policy may be attached to others, by this app or outside it. A new version gives "
        "every permission to all of them, and needs no action on them."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html",
    fix="Let a pipeline change policies, and nobody else; name the one policy, and acknowledge it.",
    bad=identity(
        """
        Effect: Allow
        Action: iam:CreatePolicyVersion
        Resource: arn:aws:iam::111122223333:policy/Reports
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: iam:GetPolicyVersion
        Resource: arn:aws:iam::111122223333:policy/Reports
        """
    ),
    find=policy_version,
)
