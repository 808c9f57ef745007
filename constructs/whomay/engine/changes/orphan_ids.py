"""Ids in policies in place of somebody who was deleted.

AWS puts the id of a user or role in place of its ARN when it is deleted. A new one of the same
name is somebody else, so nobody can use such a grant.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from whomay.engine.snapshot import Snapshot
from whomay.iam.policy import Policy, Statement

_ID: Final = re.compile(r"(?:AIDA|AROA)[A-Z0-9]{12,}")


@dataclass(frozen=True, slots=True)
class Orphan:
    """An id in a statement; `path` is where the policy is, `whose` the ARN that has the id today."""

    path: str
    id: str
    statement: Statement
    whose: str = ""


def orphans(snapshot: Snapshot, ids: Mapping[str, str]) -> Iterator[Orphan]:
    """Yield the ids that trust policies and policies of resources name; `ids` are those in use."""
    for path, policy in _policies(snapshot):
        for statement in policy.statements:
            for _, values in statement.principals or ():
                for value in values:
                    if _ID.fullmatch(value):
                        yield Orphan(path, value, statement, ids.get(value, ""))


def _policies(snapshot: Snapshot) -> Iterator[tuple[str, Policy]]:
    for one in snapshot.principals:
        if one.trust is not None:
            yield one.path, one.trust
    for each in snapshot.resources:
        if each.policy is not None:
            yield each.path, each.policy
