"""An administrator's role, or the root user, of an account outside the app."""

import re
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import narrows
from whomay.engine.rules.reading.placed_statement import PlacedStatement, PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.arn import parse_arn_pattern
from whomay.iam.facts.becoming import AS_ROOT
from whomay.iam.facts.condition_key_table import KeyTells
from whomay.iam.facts.condition_keys import telling
from whomay.iam.patterns.matching import glob
from whomay.iam.patterns.overlap import arns_overlap
from whomay.iam.patterns.symbols import unknown_reasons

_BOUND_BY: Final = telling(KeyTells.OWNER)

# What administrators call their roles, and what AWS calls those that it makes in every account.
_ADMINISTRATORS: Final = (
    "Admin",
    "Administrator",
    "OrganizationAccountAccessRole",
    "AWSControlTowerExecution",
)
_SPEAKS_OF_ONE: Final = re.compile("admin|poweruser|" + "|".join(_ADMINISTRATORS), re.IGNORECASE)


def assume_role_outside(app: App) -> Iterator[Finding]:
    """Yield every policy that lets assume an administrator's role, or the root user, outside the app."""
    own = {principal.arn for principal in app.snapshot.principals}
    for placed in app.allowing(PolicyType.IDENTITY):
        # Of a statement that allows everything the rule administrator says more.
        if placed.allows_everything or narrows(placed.statement, _BOUND_BY):
            continue
        for resource in placed.statement.resources or ():
            if resource not in own and not unknown_reasons(resource):
                for whom in _whom(placed, resource):
                    message = f"{resource} is {whom} of another account, or may be"
                    yield RULE.finding(placed, resource, message)


def _whom(placed: PlacedStatement, resource: str) -> Iterator[str]:
    account = placed.item.account
    if placed.names("sts:assumerole") and _of_an_administrator(resource, account):
        yield "an administrator's role"
    elif placed.names(AS_ROOT) and arns_overlap(resource, "arn:*:iam::*:root"):
        parts = parse_arn_pattern(resource)
        if parts is None or parts.account != account:
            yield "the root user"


def _of_an_administrator(resource: str, own_account: str) -> bool:
    parts = parse_arn_pattern(resource) or ["*"] * 6
    account, role = parts[4], parts[5]
    if account == own_account:
        return False
    exact = "*" not in role and _SPEAKS_OF_ONE.search(role) is not None
    return exact or any(glob(role)(f"role/{name}") is True for name in _ADMINISTRATORS)


RULE = Rule(
    id="assume-role-outside",
    severity=Severity.WARNING,
    title="`sts:AssumeRole` on an administrator's role, or `sts:AssumeRoot`, of an account outside the app",
    why=(
        "Whoever has the policy is an administrator of that account as far as its role trusts "
        "this one. With a wildcard it is every role that does, those that AWS makes in all accounts "
        "of an organization included. A member account's root user can give itself a password."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html",
    fix="Name the one role that the work needs, and give that role only what the work needs.",
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
        Resource: arn:aws:iam::444455556666:role/spoke/Reader
        """
    ),
    find=assume_role_outside,
)
