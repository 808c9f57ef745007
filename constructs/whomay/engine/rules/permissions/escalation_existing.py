"""A way to act with the role of any resource of a kind."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.escalation_paths import paths_of
from whomay.engine.rules.reading.existing_resources import WAYS, Existing, may_use
from whomay.engine.rules.reading.placed_statement import concrete
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.engine.snapshot import Principal


def escalation_existing(app: App) -> Iterator[Finding]:
    """Yield every principal that may bring own code to whichever resource has a role."""
    for who in app.snapshot.principals:
        if app.is_administrator(who):
            continue
        for way in WAYS:
            if _of_any(app, who, way):
                message = (
                    f"by {way.by} it can act with the role of any {way.word}{paths_of(way.actions)}"
                )
                yield RULE.finding(app.by_path[who.path], way.actions[0], message)


def _of_any(app: App, who: Principal, way: Existing) -> bool:
    """Tell whether a pattern covers any resource, and not those of a name or with a tag alone."""
    action = way.actions[0]
    if not app.may_name(who, action) or "*" not in app.named_resources(who, action):
        return False
    return may_use(app, who, way, concrete("*", action, who.account))


RULE = Rule(
    id="escalation-existing",
    severity=Severity.WARNING,
    title="an action that runs code with the role of any function, instance, project or the like",
    why=(
        "What already runs has a role, which may be more powerful than who changes its code, opens "
        "a shell on it or starts its build. No iam:PassRole is needed."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    fix="Name the resources, or those with a tag, by a condition on aws:ResourceTag.",
    bad=identity(
        """
        Effect: Allow
        Action: lambda:UpdateFunctionCode
        Resource: "*"
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: lambda:UpdateFunctionCode
        Resource: arn:aws:lambda:eu-west-1:111122223333:function:reports
        """
    ),
    find=escalation_existing,
)
