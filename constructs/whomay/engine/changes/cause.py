"""Which statement a change of access comes from, and which request shows it best."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from whomay.engine.decisions.decide import Decision
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.outside import POLICY_OUTSIDE
from whomay.engine.decisions.request import Request
from whomay.engine.proof.unknown_alike import words
from whomay.iam.arn import service_in
from whomay.iam.callers import CallerKind
from whomay.iam.facts.actions import rank
from whomay.iam.policy import Statement


class Pair(NamedTuple):
    """One request as it was before a change and as it is after: with the keys of either side."""

    before: Request
    after: Request


def clearest(pairs: Sequence[Pair]) -> Pair:
    """Return the request that people read most easily: a known action on its own service."""
    return min(pairs, key=_oddness)


def _oddness(pair: Pair) -> tuple[bool, bool, int, int]:
    request = pair.after
    service = request.action_key.partition(":")[0]
    acts_on = service_in(request.resource) if ":" in request.resource else service
    foreign = acts_on != ("iam" if service == "sts" else service)
    kind = request.caller.kind
    odd_caller = kind in (CallerKind.FEDERATED, CallerKind.SERVICE) and not request.is_trust
    return foreign, odd_caller, rank(request.action), len(request.context)


def cause(denied: Decision | None, allowed: Decision) -> Statement | None:
    """Return the statement that makes the difference between two decisions on one request.

    It is an Allow that only the allowing side has, or else a Deny that only the other side has.
    `denied` is None for a principal that is not there. Return None when the difference is no
    statement, such as a boundary that is gone.
    """
    other = {words(s) for s in _statements(denied)} if denied else set()
    allowing = (s for s in allowed.statements if s.effect == "Allow" and not _is_outside(s))
    fresh = [s for s in allowing if words(s) not in other]
    if denied and denied.verdict is Verdict.EXPLICIT_DENY:
        other = {words(s) for s in _statements(allowed)}
        fresh += [s for s in denied.statements if words(s) not in other]
    return next(iter(fresh), None)


def reason(decision: Decision) -> str:
    """Return why a decision is what it is, without what is assumed outside the assembly."""
    inside = any(s.effect == "Allow" and not _is_outside(s) for s in decision.statements)
    return _OUTSIDE.sub("", decision.reason) if inside else decision.reason


def _is_outside(statement: Statement) -> bool:
    return statement.source.path == POLICY_OUTSIDE


_OUTSIDE: Final = re.compile(rf"\w+: statement 0 of {POLICY_OUTSIDE}; ")


def _statements(decision: Decision) -> Iterator[Statement]:
    by = decision.layers
    of_all = (layer for _, layer in by.of_all)
    for layer in (by.identity, by.resource, by.boundary, *by.scps, *of_all):
        if layer is not None:
            yield from (s.statement for s in layer.statements)


def size(decision: Decision) -> int:
    """Return how many statements take part in a decision."""
    return sum(1 for _ in _statements(decision))


def added(was: Sequence[Layer], now: Sequence[Layer]) -> Statement | None:
    """Return the first statement that only the second has."""
    old = {words(s.statement) for layer in was for s in layer.statements}
    new = (s.statement for layer in now for s in layer.statements)
    return next((statement for statement in new if words(statement) not in old), None)
