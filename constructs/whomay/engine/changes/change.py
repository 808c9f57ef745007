"""A change of access: its five words, and one request that shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from whomay.engine.changes.cause import cause, clearest
from whomay.engine.changes.compare import Comparison
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.iam.policy import Statement


class Change(StrEnum):
    """What became of a principal's access."""

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
    `was_denied` tells that an explicit deny stood against the witness before.
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
        witness = clearest(found.gained)
        statement, before, after = cause(witness, old, new)
        text = f"allowed now: {after}; before: {before}"
        classes = len(found.gained)
        denied = found.unguarded
        yield Difference(path, Change.WIDER, witness, statement, text, classes, denied)
    if found.lost:
        witness = clearest(found.lost)
        statement, after, before = cause(witness, new, old)
        text = f"no longer allowed: {after}; before: {before}"
        yield Difference(path, Change.NARROWER, witness, statement, text, len(found.lost))
    if found.unsure:
        witness = clearest(found.unsure)
        statement, before, after = cause(witness, old, new)
        text = f"now {after}; before {before}"
        yield Difference(path, Change.UNKNOWN, witness, statement, text, len(found.unsure))
    if found.reason:
        yield Difference(path, Change.UNKNOWN, None, None, found.reason)
