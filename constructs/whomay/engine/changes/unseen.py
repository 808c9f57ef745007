"""Changes of what is not seen: nobody can tell what they do to access, so they are Unknown."""

from collections.abc import Iterator

from whomay.engine.changes.change import Change, Difference
from whomay.engine.snapshot import NOT_SEEN, Snapshot, Unseen
from whomay.engine.templates.policy_content import holds_back_more


def unseen_changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Yield what is not seen on one side only, or is not the same on both."""
    was, now = _by_text(old), _by_text(new)
    for text in now.keys() | was.keys():
        before, after = was.get(text), now.get(text)
        if before != after:
            yield _change(before, after)


def unseen_in_both(old: Snapshot, new: Snapshot) -> list[Unseen]:
    """Return what neither side shows, and both have: it is taken to be the same."""
    was = _by_text(old)
    return [each for text, each in sorted(_by_text(new).items()) if was.get(text) == each]


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


def _by_text(snapshot: Snapshot) -> dict[str, Unseen]:
    return {each.text: each for each in snapshot.unseen}
