"""A change of access: its five words, and one request that shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from whomay.engine.changes.cause import Pair, cause, clearest, reason
from whomay.engine.changes.compare import Comparison
from whomay.engine.decisions.decide import Decision, decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.iam.policy import Statement


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
    role that they reach. `statement` is the one that causes it, None when it is no statement (a
    boundary that went away, a longer session). `classes` counts the kinds of requests it touches;
    `was_denied` tells that an explicit deny refused the witness before.
    """

    principal: str
    change: Change
    witness: Request | None
    statement: Statement | None
    text: str
    classes: int = 1
    was_denied: bool = False


def report(path: str, found: Comparison, old: Index, new: Index) -> Iterator[Difference]:
    """Yield a difference for each direction in which two snapshots differ."""
    if found.gained:
        pair, before, after = _shown(found.gained, old, new)
        text = f"allowed now: {reason(after)}; before: {reason(before)}"
        statement, classes = cause(before, after), len(found.gained)
        denied = found.unguarded
        yield Difference(path, Change.WIDER, pair.after, statement, text, classes, denied)
    if found.lost:
        pair, before, after = _shown(found.lost, old, new)
        text = f"no longer allowed: {reason(after)}; before: {reason(before)}"
        statement, classes = cause(after, before), len(found.lost)
        yield Difference(path, Change.NARROWER, pair.after, statement, text, classes)
    if found.unsure:
        pair, before, after = _shown(found.unsure, old, new)
        text = f"now {reason(after)}; before {reason(before)}"
        statement, classes = cause(before, after), len(found.unsure)
        yield Difference(path, Change.UNKNOWN, pair.after, statement, text, classes)
    if found.reason:
        yield Difference(path, Change.UNKNOWN, None, None, found.reason)


def _shown(pairs: Sequence[Pair], old: Index, new: Index) -> tuple[Pair, Decision, Decision]:
    """Return the request that shows a change best, and what either side decides."""
    pair = clearest(pairs)
    return pair, decide_in(pair.before, old), decide_in(pair.after, new)
