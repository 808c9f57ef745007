"""A boundary that its delegate can take off or rewrite."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import conditions_on
from whomay.engine.rules.reading.placed_statement import concrete, names_action
from whomay.engine.rules.reading.policy_writing import ADMINISTRATOR_ACCESS
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.engine.snapshot import Principal

_KEY: Final = "iam:PermissionsBoundary"
_KEYS: Final = frozenset((_KEY.lower(),))
# What a delegate does under the condition, and what takes the boundary off.
_GIVES: Final = tuple(
    f"iam:{verb}{kind}{what}"
    for kind in ("Role", "User")
    for verb, what in (("Create", ""), ("Put", "Policy"), ("Attach", "Policy"))
)
_TAKES_OFF: Final = (
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
)
_REWRITES: Final = ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")


def boundary_escalation(app: App) -> Iterator[Finding]:
    """Yield every principal that gives permissions under a boundary which it can get rid of."""
    for who in app.snapshot.principals:
        boundaries = sorted(set(_demanded(who)))
        if not boundaries or app.is_administrator(who):
            continue
        ways = [*_taking_off(app, who), *_rewriting(app, who, boundaries)]
        if ways:
            message = f"by {', '.join(ways)} it can lift the boundary {', '.join(boundaries)}"
            yield RULE.finding(app.by_path[who.path], ",".join(ways), message)


def _demanded(who: Principal) -> Iterator[str]:
    """Yield the boundaries without which the principal may give nobody permissions."""
    for policy in who.identity:
        for statement in policy.statements:
            actions = statement.actions or ()
            if statement.effect == "Allow" and any(
                names_action(actions, each.lower()) for each in _GIVES
            ):
                for condition in conditions_on(statement, _KEYS):
                    yield from condition.values


def _taking_off(app: App, who: Principal) -> Iterator[str]:
    """Yield the actions that take a boundary off, or put a wider one in its place."""
    for action in _TAKES_OFF:
        given = {_KEY: ADMINISTRATOR_ACCESS} if "Put" in action else {}
        patterns = app.named_resources(who, action) if app.may_name(who, action) else ()
        if any(
            app.may(who, action, concrete(each, action, who.account), given) for each in patterns
        ):
            yield action


def _rewriting(app: App, who: Principal, boundaries: list[str]) -> Iterator[str]:
    for action in _REWRITES:
        if any(app.may(who, action, boundary) for boundary in boundaries):
            yield action


RULE = Rule(
    id="boundary-escalation",
    severity=Severity.ERROR,
    title="a principal that may lift the permissions boundary under which it gives permissions",
    why=(
        "A boundary limits what a delegate can give only while it is there. Who may take it off "
        "again, put another in its place or rewrite its policy can give every permission."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate",
    fix=(
        "Deny iam:DeleteRolePermissionsBoundary, and changes of the boundary's own policy; put the "
        "condition on iam:PermissionsBoundary on the Put actions as well."
    ),
    bad=identity(
        """
        - Effect: Allow
          Action: [iam:CreateRole, iam:PutRolePolicy]
          Resource: arn:aws:iam::111122223333:role/apps/*
          Condition:
            StringEquals: {"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/Cap"}
        - Effect: Allow
          Action: iam:DeleteRolePermissionsBoundary
          Resource: arn:aws:iam::111122223333:role/apps/*
        """
    ),
    good=identity(
        """
        - Effect: Allow
          Action: [iam:CreateRole, iam:PutRolePolicy]
          Resource: arn:aws:iam::111122223333:role/apps/*
          Condition:
            StringEquals: {"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/Cap"}
        """
    ),
    find=boundary_escalation,
)
