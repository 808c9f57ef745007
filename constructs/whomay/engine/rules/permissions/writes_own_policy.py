"""A principal that can give itself whatever it wants."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.escalation_paths import paths_of
from whomay.engine.rules.reading.policy_writing import policy_writing
from whomay.engine.rules.rule import Finding, Rule, Severity, identity


def writes_own_policy(app: App) -> Iterator[Finding]:
    """Yield every principal that may change its own permissions, other administrators aside."""
    for who in app.snapshot.principals:
        if app.is_administrator(who):
            continue
        if actions := policy_writing(app, who, who):
            value = ",".join(actions)
            ways = ", ".join(actions)
            message = f"by {ways} it can give itself any permission{paths_of(actions)}"
            yield RULE.finding(app.by_path[who.path], value, message)


RULE = Rule(
    id="writes-own-policy",
    severity=Severity.ERROR,
    title="a principal that may write or attach policies of its own, of its groups, or any policy",
    why=(
        "Who can change the own policies has every permission, one call away. It is an "
        "administrator under another name, as far as no boundary caps it."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate",
    fix=(
        "Leave out the action, name other principals, or delegate with a boundary: a condition on "
        "iam:PermissionsBoundary, and a Deny of removing it."
    ),
    bad=identity(
        """
        Effect: Allow
        Action: iam:PutRolePolicy
        Resource: "*"
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: iam:PutRolePolicy
        Resource: arn:aws:iam::111122223333:role/apps/*
        """
    ),
    find=writes_own_policy,
)
