"""The least that would have to change for a denied request to be allowed, judged before it is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from whomay.engine.decisions.deciding_layer import deciding_layer, named_layers
from whomay.engine.decisions.explain import Explanation, explain
from whomay.engine.decisions.judge import LayerName, Layers, Verdict, judge
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.iam.callers import CallerKind
from whomay.iam.policy import Condition, Policy, Source, Statement
from whomay.iam.policy_variables import VERSION_WITH_VARIABLES

_MOST: Final = 20  # changes; a request meets fewer layers and denying statements


class ChangeKind(StrEnum):
    """What a change does."""

    ALLOW = "allow"  # add `statement` to the layer
    EXCEPT = "except"  # leave this request out of `statement`, which denies
    MEET = "meet"  # meet `conditions` in the call, with no policy changed


@dataclass(frozen=True, slots=True)
class LeastChange:
    """One change in one layer. `conditions` are those that the call does not meet."""

    kind: ChangeKind
    layer: LayerName
    statement: Statement
    conditions: tuple[Condition, ...] = ()


def least_changes(request: Request, by: Layers) -> tuple[LeastChange, ...]:
    """Return the changes that together allow a request; none where no change of policies is known to.

    Each takes away one reason for the denial: a Deny, an unmet condition of the nearest Allow, or a
    layer without one. A request that needs none has none, and so has one whose verdict is Unknown.
    """
    found: list[LeastChange] = []
    while len(found) < _MOST:
        verdict = judge(request, by)
        if verdict is Verdict.ALLOWED:
            return tuple(found)
        layer = deciding_layer(request, by, verdict)
        if verdict is Verdict.UNKNOWN or layer is LayerName.NONE:
            return ()
        change, by = _next(request, by, verdict, layer)
        found.append(change)
    return ()


def _next(
    request: Request, by: Layers, verdict: Verdict, layer: LayerName
) -> tuple[LeastChange, Layers]:
    """Return the change for what decides now, and the layers with it."""
    said = explain(request, by, verdict)
    if verdict is Verdict.EXPLICIT_DENY:
        denying = said.statements[0]
        change = LeastChange(ChangeKind.EXCEPT, layer, denying)
        return change, _mapped(by, lambda one: _with(one, denying, None))
    if said.unmet:
        return _met(request, by, said)
    allowing = _allowing(request, layer)
    change = LeastChange(ChangeKind.ALLOW, layer, allowing)
    lacking = next(
        (
            one
            for at, one in named_layers(request, by)
            if at is layer and not _allows(at, one, request)
        ),
        None,
    )
    if lacking is None:  # there is no policy of that kind yet
        return change, Layers(
            by.identity,
            by.boundary,
            by.session,
            by.scps,
            Layer(_policy(allowing)),
            of_all=by.of_all,
        )
    added = Layer((*lacking.policies, *_policy(allowing)))
    return change, _mapped(by, lambda one: added if one is lacking else one)


def _met(request: Request, by: Layers, said: Explanation) -> tuple[LeastChange, Layers]:
    nearest = said.statements[0]
    at = next(name for name, one in named_layers(request, by) if _holds(one, nearest))
    others = tuple(each for each in nearest.conditions if each not in said.unmet)
    met = replace(nearest, conditions=others)
    change = LeastChange(ChangeKind.MEET, at, nearest, said.unmet)
    return change, _mapped(by, lambda one: _with(one, nearest, met))


def _allows(at: LayerName, layer: Layer, request: Request) -> bool:
    if at in _NAMES_CALLER:
        return layer.grants(request, bounded=False)[1] > 0
    return layer.evaluate(request)[1] is True


def _holds(layer: Layer, statement: Statement) -> bool:
    return any(each.statement is statement for each in layer.statements)


def _with(layer: Layer, old: Statement, new: Statement | None) -> Layer:
    """Return the layer with another statement in the place of one, or without it."""
    if not _holds(layer, old):
        return layer
    put = (new,) if new is not None else ()
    return Layer(
        [
            replace(
                policy,
                statements=tuple(
                    one for each in policy.statements for one in (put if each is old else (each,))
                ),
            )
            for policy in layer.policies
        ]
    )


def _mapped(by: Layers, change: Callable[[Layer], Layer]) -> Layers:
    def perhaps(layer: Layer | None) -> Layer | None:
        return None if layer is None else change(layer)

    return Layers(
        change(by.identity),
        perhaps(by.boundary),
        perhaps(by.session),
        tuple(change(one) for one in by.scps),
        perhaps(by.resource),
        of_all=tuple((name, change(one)) for name, one in by.of_all),
    )


def _policy(statement: Statement) -> tuple[Policy, ...]:
    return (Policy((statement,), VERSION_WITH_VARIABLES),)


_NAMES_CALLER: Final = (LayerName.RESOURCE, LayerName.TRUST, LayerName.ENDPOINT)


def _allowing(request: Request, layer: LayerName) -> Statement:
    """Return the statement that allows this request and, but for other contexts, no other."""
    return Statement(
        "Allow",
        actions=(request.action,),
        not_actions=None,
        resources=None if layer is LayerName.TRUST else (request.resource,),
        not_resources=None,
        principals=tuple(_caller(request)) if layer in _NAMES_CALLER else None,
        source=Source(layer.value),
    )


def _caller(request: Request) -> Iterator[tuple[str, tuple[str, ...]]]:
    who = request.caller
    kinds = {CallerKind.SERVICE: "Service", CallerKind.FEDERATED: "Federated"}
    if who.kind is CallerKind.ANONYMOUS:
        yield "*", ("*",)
    else:
        yield kinds.get(who.kind, "AWS"), (who.role or who.name,)
