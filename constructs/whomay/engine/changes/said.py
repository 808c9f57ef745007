"""What policies say, whatever the order in which they say it: a lock sorts what a template lists."""

from collections.abc import Iterable

from whomay.engine.proof.unknown_alike import words
from whomay.engine.snapshot import Snapshot
from whomay.iam.policy import Policy


def said(policies: Iterable[Policy]) -> frozenset[object]:
    """Return something that is equal for policies that decide every request alike, by their text."""
    return frozenset(
        each
        for policy in policies
        for each in (
            ("unknown", policy.unknown, policy.content),
            *((policy.version, words(statement)) for statement in policy.statements),
        )
    )


def said_of_levels(snapshot: Snapshot) -> object:
    """Return the same of what an organization attaches above each account."""
    return {
        each.account: (tuple(map(said, each.scps)), said(each.rcps), each.path)
        for each in snapshot.levels
    }
