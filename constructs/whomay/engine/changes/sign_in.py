"""Changes of whom identity providers let sign in: who that is, no template says."""

from collections.abc import Iterator

from whomay.engine.changes.change import Change, Difference
from whomay.engine.snapshot import Snapshot


def sign_in_changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Yield each provider, or what else decides about it, that is not what it was."""
    was, now = ({each.path: each for each in side.sign_ins} for side in (old, new))
    for path in sorted({*was, *now}):
        before, after = was.get(path), now.get(path)
        one = after or before
        if one is None or before == after:
            continue
        what = "is new" if before is None else "is gone" if after is None else "is another"
        text = f"whom it lets sign in is not known: {one.kind} {what}"
        yield Difference(path, Change.UNKNOWN, None, None, text)
