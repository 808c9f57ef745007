"""Roles of a template that goes to many accounts: the person's own policies say to which."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from whomay.engine import Snapshot
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.arn import account_in, parse_arn
from whomay.iam.patterns.symbols import is_symbolic

_ROLE: Final = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)


def with_rolled_out(snapshot: Snapshot, person: Principal) -> Snapshot:
    """Add a role for each account in which the person may assume, by full ARN, one of a template.

    Such a template names no account, as CloudFormation StackSets deploy it to many, and its roles
    have names of their own. The added role is called like it, with the account behind.
    """
    by_name = {
        _nameless(one.arn): one
        for one in snapshot.principals
        if one.kind is PrincipalKind.ROLE
        and is_symbolic(one.account)
        and not is_symbolic(_nameless(one.arn))
    }
    known = {one.arn for one in snapshot.principals}
    named = sorted(set(_named(person)) - known)
    added = [
        replace(role, arn=arn, account=account, path=f"{role.path}-{account}")
        for arn, account in ((arn, account_in(arn) or "") for arn in named)
        if (role := by_name.get(_nameless(arn)))
    ]
    return replace(snapshot, principals=(*snapshot.principals, *added)) if added else snapshot


def _nameless(arn: str) -> str:
    """Return an ARN without its account."""
    parsed = parse_arn(arn)
    return str(parsed._replace(account="")) if parsed else arn


def _named(person: Principal) -> Iterator[str]:
    """Yield the roles that the person's statements name in full."""
    for policy in person.identity:
        for statement in policy.statements:
            for resource in statement.resources or ():
                if statement.effect == "Allow" and _ROLE.fullmatch(resource):
                    yield resource
