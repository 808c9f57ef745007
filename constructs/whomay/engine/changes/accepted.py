"""Changes of accepted findings: no change of access, but a reviewer wants to see them."""

from datetime import date, timedelta
from typing import Final

from whomay.engine.snapshot import Acknowledged, Snapshot

_SOON: Final = timedelta(days=30)


def accepted_changes(old: Snapshot, new: Snapshot) -> list[str]:
    """Return, in a sentence each, the findings that are accepted anew, otherwise, or no longer."""
    was = {(one.path, one.id): one for one in old.acknowledged}
    now = {(one.path, one.id): one for one in new.acknowledged}
    found = []
    for key in sorted({*was, *now}):
        before, after = was.get(key), now.get(key)
        if before == after:
            continue
        path, finding = key
        if after is None:
            found.append(f"no longer acknowledged: {finding} on {path}")
        else:
            word = "acknowledged now" if before is None else "acknowledged otherwise"
            found.append(f"{word}: {finding} on {path}: {_why(after)}")
    return found


def expiring(snapshot: Snapshot, today: date) -> list[str]:
    """Return, in a sentence each, the acknowledgements that are over, or will be in 30 days."""
    last_days = (
        (one, date.fromisoformat(one.expires)) for one in snapshot.acknowledged if one.expires
    )
    return [
        f"{'expired' if last < today else 'soon expired'}: {one.id} on {one.path}: {_why(one)}"
        for one, last in last_days
        if last < today + _SOON
    ]


def _why(one: Acknowledged) -> str:
    said = [one.reason or "no reason is given"]
    said += [f"by {one.owner}"] if one.owner else []
    return ", ".join(said + ([f"until {one.expires}"] if one.expires else []))
