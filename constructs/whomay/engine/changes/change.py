"""A change of access: its five words, and one request that shows it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from whomay.engine.changes.cause import Pair, cause, clearest, reason, size
from whomay.engine.changes.compare import Comparison
from whomay.engine.changes.kinds import Kinds, causing, kinds_of, rewritten
from whomay.engine.decisions.decide import decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.iam.policy import Policy, Statement


class Change(StrEnum):
    """What became of a principal's access.

    >>> from whomay.engine import Change, diff, read
    >>> old, new = read("before.out").snapshot, read("cdk.out").snapshot
    >>> [one.change is Change.WIDER for one in diff(old, new)]
    [True]
    """

    WIDER = "wider"
    NARROWER = "narrower"
    MOVED = "moved"
    CAPPED = "capped"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change, shown by one request.

    `principal` is a construct path; for callers outside the snapshots the path of the resource or
    role that they reach. `statement` is the one that causes it, None when it is not a statement (a
    boundary that went away, a longer session). `classes` counts the kinds of requests it touches,
    and `kinds` holds a request of each, by the statement that it comes from, up to MOST_TOLD.
    `was_denied` tells that an explicit deny refused the witness before.
    """

    principal: str
    change: Change
    witness: Request | None
    statement: Statement | None
    text: str
    classes: int = 1
    was_denied: bool = False
    kinds: tuple[Kinds, ...] = ()


def report(
    path: str,
    found: Comparison,
    old: Index,
    new: Index,
    policies: tuple[Iterable[Policy], Iterable[Policy]] = ((), ()),
) -> Iterator[Difference]:
    """Yield a difference for each direction in which two snapshots differ.

    `policies` are those of both sides in which a statement may have been written anew.
    """
    anew = rewritten(*policies)

    def told(change: Change, pairs: Sequence[Pair], text: str, *, lost: bool = False) -> Difference:
        pair = clearest(pairs)
        before, after = decide_in(pair.before, old), decide_in(pair.after, new)
        statement = cause(after, before) if lost else cause(before, after)
        some = kinds_of(pairs, causing(old, new, cause, lost=lost), size(before) + size(after))
        kinds = tuple(
            replace(one, other_side=one.statement and anew.get(one.statement)) for one in some
        )
        text = text.format(now=reason(after), was=reason(before))
        return Difference(path, change, pair.after, statement, text, len(pairs), kinds=kinds)

    if found.gained:
        one = told(Change.WIDER, found.gained, "allowed now: {now}; before: {was}")
        yield replace(one, was_denied=found.unguarded)
    if found.lost:
        text = "no longer allowed: {now}; before: {was}"
        yield told(Change.NARROWER, found.lost, text, lost=True)
    if found.unsure:
        yield told(Change.UNKNOWN, found.unsure, "now {now}; before {was}")
    if found.reason:
        yield Difference(path, Change.UNKNOWN, None, None, found.reason)
