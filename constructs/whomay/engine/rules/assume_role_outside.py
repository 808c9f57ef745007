"""A role of another account that the app does not make."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.match import arn_segments, glob
from whomay.engine.rules.app import App, Place
from whomay.engine.rules.guards import narrows
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.engine.symbols import unknown_reasons

_BOUND_BY: Final = frozenset(
    ("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "sts:externalid")
)


def assume_role_outside(app: App) -> Iterator[Finding]:
    """Yield every role that a policy lets assume in another account, and no template shows."""
    own = {principal.arn for principal in app.snapshot.principals}
    for placed in app.allowing(Place.IDENTITY):
        actions = placed.statement.actions or ()
        if not any(glob(action.lower())("sts:assumerole") for action in actions):
            continue
        if any(not action.strip("*:") for action in actions):  # the rule administrator says more
            continue
        for resource in placed.statement.resources or ():
            if resource in own or unknown_reasons(resource):
                continue
            account = (arn_segments(resource) or ["*"] * 6)[4]
            if account != placed.item.account and not narrows(placed.statement, _BOUND_BY):
                message = (
                    f"what {resource} may do is not known here: it is a role of "
                    f"{'any account' if '*' in account else f'account {account}'}"
                )
                yield RULE.finding(placed, resource, message)


RULE = Rule(
    id="assume-role-outside",
    severity=Severity.WARNING,
    title="`sts:AssumeRole` on a role of another account that is not in the app",
    why=(
        "Whoever has the policy can do what that role may do, and no template here says what that "
        "is. With a wildcard it is every role that trusts this account."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html",
    fix=(
        "Put the role's stack into the same app, so that it is checked as well; or name one role and "
        "acknowledge the finding with the reason."
    ),
    bad=identity(
        """
        Effect: Allow
        Action: sts:AssumeRole
        Resource: arn:aws:iam::444455556666:role/Admin
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: sts:AssumeRole
        Resource: arn:aws:iam::111122223333:role/Reader
        """
    ),
    find=assume_role_outside,
)
