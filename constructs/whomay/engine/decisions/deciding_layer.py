"""The layers that take part in a decision, by name, and the one that decided."""

from collections.abc import Iterator

from whomay.engine.decisions.judge import (
    LayerName,
    Layers,
    Verdict,
    judge,
    passing,
    without_policies,
)
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy import Condition


def own_layer(request: Request) -> LayerName:
    """Return what the resource's side is called for a request."""
    return LayerName.TRUST if request.is_trust else LayerName.RESOURCE


def named_layers(request: Request, by: Layers) -> Iterator[tuple[LayerName, Layer]]:
    """Yield every layer that exists, with its name, the resource's side first."""
    yield from by.of_all
    if by.resource is not None:
        yield own_layer(request), by.resource
    yield from by.binding(request.caller)


def conditions_read(request: Request, by: Layers) -> Iterator[Condition]:
    """Yield the conditions of all statements about the request's action."""
    for _, layer in named_layers(request, by):
        denies, allows = layer.relevant(request.action_key)
        for statement, _ in (*denies, *allows):
            yield from statement.statement.conditions


def deciding_layer(request: Request, by: Layers, verdict: Verdict) -> LayerName:
    """Return the layer that denies, allows, is not known, or would have to allow."""
    if without_policies(request) is not None:
        return LayerName.NONE
    answers = list(_answers(request, by))
    own = own_layer(request)
    match verdict:
        case Verdict.EXPLICIT_DENY:
            return next(name for name, denies, _ in answers if denies)
        case Verdict.UNKNOWN:
            return next((name for name, d, a in answers if d is None or a is None), own)
        case Verdict.ALLOWED:
            by_identity = (
                request.caller.has_policies and _of(answers, LayerName.IDENTITY) is not False
            )
            return LayerName.IDENTITY if by_identity else own
    lacking = [name for name, _, allows in answers if allows is False]
    held_back = LayerName.ENDPOINT in lacking and by.inner is not None
    if held_back and judge(request, by.inner or by) is not Verdict.IMPLICIT_DENY:
        return LayerName.ENDPOINT
    lacking = [name for name in lacking if name is not LayerName.ENDPOINT]
    both_sides = request.needs_resource_side or not request.same_account
    if not request.caller.has_policies or (both_sides and (own in lacking or not by.resource)):
        return own
    lacking = [name for name in lacking if name is not own]
    return LayerName.IDENTITY if LayerName.IDENTITY in lacking else (lacking or [own])[0]


def _answers(request: Request, by: Layers) -> Iterator[tuple[LayerName, Truth, Truth]]:
    """Yield what each layer says: whether it denies, and whether it grants or allows."""
    for layer in by.of_all:
        yield (layer[0], *passing(request, (layer,)))
    if by.resource is not None:
        bounded = by.boundary is not None
        denies, surest, most = by.resource.grants(request, bounded=bounded)
        yield own_layer(request), denies, True if surest else (None if most else False)
    if request.caller.has_policies:
        for name, policies in by.binding(request.caller):
            yield (name, *policies.evaluate(request))


def _of(answers: list[tuple[LayerName, Truth, Truth]], wanted: LayerName) -> Truth:
    return next((allows for name, _, allows in answers if name is wanted), True)
