"""Constructs that are other resources than before, although their paths are the same."""

from collections.abc import Iterator

from whomay.engine.changes.change import Change, Difference
from whomay.engine.snapshot import Snapshot


def logical_id_changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Yield each construct of both sides whose logical id is overridden otherwise now.

    Its access is compared by its path. The resource behind may have been another's: two buckets that
    swap their logical ids swap what lies in them. So what the change means is Unknown.
    """
    was, now = ({each.path: each.id for each in side.logical_ids} for side in (old, new))
    here, there = _paths(old), _paths(new)
    for path in sorted((was.keys() | now.keys()) & here & there):
        before, after = was.get(path, _OWN), now.get(path, _OWN)
        if before != after:
            text = (
                f"its logical id is {after}, before {before}: it is another resource of the stack, "
                "with its data and with all who know its name"
            )
            yield Difference(path, Change.UNKNOWN, None, None, text)


_OWN = "the one that CDK makes of its path"


def _paths(side: Snapshot) -> set[str]:
    principals = {one.path for one in (*side.principals, *side.attached)}
    return principals | {one.path for one in side.resources}
