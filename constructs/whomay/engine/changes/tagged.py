"""Changes of the tags of resources that some policy reads: what they do to access is Unknown."""

from collections.abc import Iterator, Mapping

from whomay.engine.changes.change import Change, Difference
from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.tagged import tags_read
from whomay.iam.patterns.symbols import display


def tag_changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Yield each resource of which a tag that policies of both sides read is not what it was."""
    was = {each.path: each.tags for each in old.tagged}
    now = {each.path: each.tags for each in new.tagged}
    if was == now:
        return
    read = tags_read(old) & tags_read(new)
    one_sided = {r.path for r in old.resources} ^ {r.path for r in new.resources}
    for path in sorted({*was, *now} - one_sided):
        before, after = (_of(side.get(path, ()), read) for side in (was, now))
        changed = sorted(k for k in {*before, *after} if before.get(k) != after.get(k))
        if changed:
            tags = "; ".join(f"{k} is {_told(after, k)}, was {_told(before, k)}" for k in changed)
            text = f"policies read its tags: {tags}"
            yield Difference(path, Change.UNKNOWN, None, None, text)


def _of(tags: tuple[tuple[str, str], ...], read: frozenset[str]) -> Mapping[str, str]:
    return {key: value for key, value in tags if key.lower() in read}


def _told(tags: Mapping[str, str], key: str) -> str:
    return display(tags[key]) if key in tags else "not there"
