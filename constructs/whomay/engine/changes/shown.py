"""Changes of the secrets that templates show: who may read a stack has them."""

from collections.abc import Iterator

from whomay.engine.changes.change import Change, Difference
from whomay.engine.snapshot import Snapshot


def shown_changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Yield each secret that one side alone shows."""
    was, now = {*old.shown}, {*new.shown}
    for one in sorted(was ^ now, key=lambda each: (each.path, each.place, each.what)):
        change, verb = (
            (Change.WIDER, "shows") if one in now else (Change.NARROWER, "no longer shows")
        )
        text = f"{one.place} {verb} {one.what} to everyone who may read the stack"
        yield Difference(one.path, change, None, None, text)
