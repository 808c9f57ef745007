"""What changed between two snapshots in who may do what, and what caused it.

Effective access is compared request by request: what a principal gains makes it wider, what it
loses narrower. A single layer that grew while another still holds is told apart, as capped. What
another account's policies say is not known; they are taken to trust the caller's account on both
sides, so that a grant to a foreign resource counts.
"""

from collections.abc import Iterator

from whomay.engine.changes import Change, Difference
from whomay.engine.diff_guards import guard_changes
from whomay.engine.diff_principals import instance_changes, principal_changes
from whomay.engine.index import Index, Outside
from whomay.engine.snapshot import Snapshot

__all__ = ["Change", "Difference", "diff"]


def diff(old: Snapshot, new: Snapshot) -> list[Difference]:
    """Return all changes from one snapshot to another, in the order of the construct paths.

    Empty when nobody may do more or less. A principal whose construct path alone changed, or that
    has no access, is not a change.
    """
    return sorted(_changes(old, new), key=lambda d: (d.principal, d.change))


def _changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    before, after = Index(old, Outside.DELEGATES), Index(new, Outside.DELEGATES)
    yield from principal_changes(before, after)
    yield from instance_changes(before, after)
    yield from guard_changes(before, after)
