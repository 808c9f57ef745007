"""The person who wants profiles: a user of the assembly, or one that exists outside of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from whomay.engine import Snapshot
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.arn import name_in
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Policy, Statement
from whomay.live.errors import LiveError

_USER: Final = re.compile(
    r"arn:[\w-]+:iam::(\d{12}):user/(?:[\x21-\x7e]+/)?[\w+=,.@-]{2,64}", re.ASCII
)

# What a user outside the assembly may do is not known; the trust of a role alone decides then.
_MAY_ASSUME: Final = Policy((Statement("Allow", ("sts:AssumeRole",), None, ("*",), None),))


def find(snapshot: Snapshot, name: str | None, deployed: Callable[[str], str]) -> Principal:
    """Return the user of a name, construct path or ARN; without one, the assembly's only user.

    The role of an instance is found by the same: who works there acts as it. An ARN may be that of a user who is not in the assembly. Then the user's own permissions are
    taken to be there.

    Raises:
        LiveError: there is no such user, or more than one.

    """
    users = [one for one in snapshot.principals if one.kind is PrincipalKind.USER]
    found = [user for user in users if name in (None, *_names(user, deployed))]
    if len(found) == 1:
        return found[0]
    roles = [one for one in snapshot.principals if one.instances]
    of_instances = [role for role in roles if name in _names(role, deployed)]
    if len(of_instances) == 1:
        return of_instances[0]
    match = _USER.fullmatch(name or "")
    if match:
        return Principal(match[0], PrincipalKind.USER, match[1], match[0], (_MAY_ASSUME,))
    known = ", ".join(sorted(user.path for user in found or users)) or "it has none"
    asked = f"{name!r} is not a single user:" if name else "whose profiles?"
    raise LiveError(
        f"{asked} give --user with the name, construct path or ARN of a user of the assembly "
        f"({known}), or the ARN of another user"
    )


def _names(user: Principal, deployed: Callable[[str], str]) -> tuple[str, ...]:
    arn = deployed(user.arn)
    return user.path, arn, name_in(arn), display(user.arn)


def with_person(snapshot: Snapshot, person: Principal) -> Snapshot:
    """Return the snapshot with the person in it."""
    if person in snapshot.principals:
        return snapshot
    return replace(snapshot, principals=(*snapshot.principals, person))
