"""Principals that only one side has: one entry each, with what they may do and who may become them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from whomay.engine.changes.cause import cause, clearest, reason, size
from whomay.engine.changes.change import Change, Difference
from whomay.engine.changes.compare import compare
from whomay.engine.changes.kinds import kinds_of
from whomay.engine.decisions.decide import decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.proof.deciders import LimitView, SnapshotView, View
from whomay.engine.proof.outsiders import called
from whomay.engine.proof.prove import callers
from whomay.engine.snapshot import Principal


def one_sided(old: Index, new: Index, one: Principal, change: Change) -> Iterator[Difference]:
    """Report a principal that only one snapshot has, when it may do anything."""
    came = change is Change.WIDER
    side = new if came else old
    elsewhere = one in new.snapshot.attached
    what = "policies for a principal made elsewhere" if elsewhere else "new principal"
    views: tuple[View, View] = LimitView([Layer(())], side), SnapshotView(side)
    found = compare(*(views if came else views[::-1]), who=callers(side, one.arn))
    for some, kind in ((found.gained or found.lost, change), (found.unsure, Change.UNKNOWN)):
        if some:
            witness = clearest(some).after
            decision = decide_in(witness, side)
            text = (
                f"{what}: {reason(decision)}"
                if came
                else f"principal removed; before: {reason(decision)}"
            )
            if found.reason:
                text += f"; not all kinds of its requests were told apart: {found.reason}"
            kinds = kinds_of(
                some, lambda pair: cause(None, decide_in(pair.after, side)), size(decision)
            )
            statement = cause(None, decision)
            yield Difference(
                one.path, kind, witness, statement, text, len(some), kinds=tuple(kinds)
            )
    if found.reason and not (found.gained or found.lost):
        yield Difference(one.path, Change.UNKNOWN, None, None, found.reason)


def with_trust(found: Iterable[Difference], paths: Collection[str]) -> Iterator[Difference]:
    """Yield changes; what became of the trust of a role at one of the paths is told with the role.

    The role's own change comes before that of its trust.
    """
    first: dict[tuple[str, Change], Difference] = {}
    for one in found:
        if one.principal not in paths:
            yield one
            continue
        key = one.principal, one.change
        before = first.get(key)
        if before is None:
            first[key] = one
        else:
            told = f"{before.text}; {_becoming(one)}"
            kinds, classes = (*before.kinds, *one.kinds), before.classes + one.classes
            first[key] = replace(before, text=told, kinds=kinds, classes=classes)
    yield from first.values()


def _becoming(trust: Difference) -> str:
    who = dict.fromkeys(called(r.principal) for each in trust.kinds for r in each.requests)
    word = {Change.WIDER: "may become it", Change.NARROWER: "may become it no more"}
    return f"{', '.join(who)} {word[trust.change]}" if trust.change in word else trust.text
