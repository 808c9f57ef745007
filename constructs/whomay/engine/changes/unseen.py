"""Changes of what is not seen: nobody can tell what they do to access, so they are Unknown."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest

from whomay.engine.changes.change import Change, Difference
from whomay.engine.snapshot import NOT_SEEN, Snapshot, Unseen
from whomay.engine.templates.policy_content import holds_back_more


def unseen_changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Yield what is not seen on one side only, or is not the same on both."""
    was, now = _by_text(old), _by_text(new)
    for text in now.keys() | was.keys():
        gone, come = (
            sorted(one[text] - other[text], key=str) for one, other in ((was, now), (now, was))
        )
        yield from (_change(before, after) for before, after in zip_longest(gone, come))


def unseen_in_both(old: Snapshot, new: Snapshot) -> list[Unseen]:
    """Return what neither side shows, and both have: it is taken to be the same."""
    was, now = {*old.unseen}, {*new.unseen}
    return sorted(was & now, key=lambda each: each.text)


def _change(before: Unseen | None, after: Unseen | None) -> Difference:
    one = after or before
    if one is None:
        raise ValueError("a change has a side")
    if after is None:
        lost = one.may_deny or one.attaches or _holds_back(one)
        change, what = (Change.UNKNOWN if lost else Change.NARROWER), "it is no longer there"
    elif before is None:
        change, what = (Change.NARROWER if _holds_back(one) else Change.UNKNOWN), "it is new"
    else:
        narrower = _holds_back(one) and holds_back_more(before.content, after.content)
        change = Change.NARROWER if narrower else Change.UNKNOWN
        what = "it is another than before"
    return Difference(one.path, change, None, None, f"{NOT_SEEN}: {one.why}; {what}")


def _holds_back(one: Unseen) -> bool:
    """Tell whether it can only take away: it could change no request that is refused today."""
    return not (one.actions or one.attaches or one.may_deny or one.principals)


def _by_text(snapshot: Snapshot) -> defaultdict[str, set[Unseen]]:
    """Group what is not seen by its words, which one resource may have for several of its parts."""
    found: defaultdict[str, set[Unseen]] = defaultdict(set)
    for each in snapshot.unseen:
        found[each.text].add(each)
    return found
