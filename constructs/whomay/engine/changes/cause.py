"""Which statement a change of access comes from, and which request shows it best."""

from collections.abc import Iterator, Sequence

from whomay.engine.decisions.decide import decide_by
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.iam.arn import service_in
from whomay.iam.callers import CallerKind
from whomay.iam.facts.actions import rank
from whomay.iam.policy import Statement


def clearest(requests: Sequence[Request]) -> Request:
    """Return the request that people read most easily: a known action on its own service."""
    return min(requests, key=_oddness)


def _oddness(request: Request) -> tuple[bool, bool, int, int]:
    service = request.action_key.partition(":")[0]
    acts_on = service_in(request.resource) if ":" in request.resource else service
    foreign = acts_on != ("iam" if service == "sts" else service)
    kind = request.caller.kind
    odd_caller = kind in (CallerKind.FEDERATED, CallerKind.SERVICE) and not request.is_trust
    return foreign, odd_caller, rank(request.action), len(request.context)


def cause(
    witness: Request, denied_in: Index, allowed_in: Index
) -> tuple[Statement | None, str, str]:
    """Return the statement that makes the difference, and why each side decides as it does.

    It is an Allow that only the allowing side has, or else a Deny that only the other side has.
    None when the difference is no statement, such as a boundary that is gone.
    """
    without = decide_by(witness, denied_in.layers(witness))
    with_it = decide_by(witness, allowed_in.layers(witness))
    other = set(_statements(denied_in, witness))
    fresh = [s for s in with_it.statements if s.effect == "Allow" and s not in other]
    if without.verdict is Verdict.EXPLICIT_DENY:
        other = set(_statements(allowed_in, witness))
        fresh += [s for s in without.statements if s not in other]
    return next(iter(fresh), None), without.reason, with_it.reason


def _statements(index: Index, request: Request) -> Iterator[Statement]:
    by = index.layers(request)
    for layer in (by.identity, by.resource, by.boundary, *by.scps):
        if layer is not None:
            yield from (s.statement for s in layer.statements)


def added(was: Sequence[Layer], now: Sequence[Layer]) -> Statement | None:
    """Return the first statement that only the second has."""
    old = {s.statement for layer in was for s in layer.statements}
    new = (s.statement for layer in now for s in layer.statements)
    return next((statement for statement in new if statement not in old), None)
