"""Actions that change what a principal may do, and on what they act.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_controlling.html
"""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.arn import split_arn

ADMINISTRATOR_ACCESS: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
# The keys of a request that gives somebody everything.
GIVING_EVERYTHING: Final = {"iam:PolicyARN": ADMINISTRATOR_ACCESS}
OF_ROLES: Final = ("iam:PutRolePolicy", "iam:AttachRolePolicy")
_OF_USERS: Final = ("iam:PutUserPolicy", "iam:AttachUserPolicy")
_OF_GROUPS: Final = ("iam:PutGroupPolicy", "iam:AttachGroupPolicy")
_OF_POLICIES: Final = ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")


def policy_writing(app: App, who: Principal, whose: Principal) -> list[str]:
    """Return the actions by which one principal may give another more; the same one, perhaps."""
    if not any(app.may_name(who, action) for action in _ALL):
        return []
    return sorted(
        {
            action
            for action, resource in _targets(app, whose)
            if app.may(who, action, resource, GIVING_EVERYTHING)
        }
    )


_ALL: Final = (*OF_ROLES, *_OF_USERS, *_OF_GROUPS, *_OF_POLICIES, "iam:AddUserToGroup")


def iam_of(who: Principal) -> str:
    """Return what the ARNs of all that IAM has in the principal's account begin with."""
    return f"arn:{split_arn(who.arn)[1]}:iam::{who.account}"


def _targets(app: App, whose: Principal) -> Iterator[tuple[str, str]]:
    """Yield each action with the resource on which it changes what the principal may do."""
    iam = iam_of(whose)
    if whose.kind is PrincipalKind.ROLE:
        yield from ((action, whose.arn) for action in OF_ROLES)
    else:
        yield from ((action, whose.arn) for action in _OF_USERS)
        groups = app.groups.get(whose.path, ())
        yield from ((action, group) for group in groups for action in _OF_GROUPS)
        yield "iam:AddUserToGroup", f"{iam}:group/any"
    # The policies that are attached to it; where those of the account may be changed, they as well.
    written = {s.source.path for policy in whose.identity for s in policy.statements}
    attached = [arn for path, arn in app.own_policies.items() if path in written]
    yield from (
        (action, arn) for arn in (*attached, f"{iam}:policy/any") for action in _OF_POLICIES
    )
