"""Two Unknown verdicts on one request: whether both hang on the same, so that they are one answer."""

from collections.abc import Iterable, Iterator

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.proof.deciders import View
from whomay.iam.policy import Condition, Principals, Statement


def same_unknown(old: View, was: Request, new: View, now: Request) -> bool:
    """Tell whether two Unknown verdicts are the same one, whatever the values turn out to be.

    `was` and `now` are one request, as either side knows it. The verdicts are the same when the
    same statements speak of the request on both sides, for sure or perhaps. They have the same
    unknown parts, by their reasons, with the same text around them.
    """
    return set(_speaking_of(old, was)) == set(_speaking_of(new, now))


def _speaking_of(view: View, request: Request) -> Iterator[object]:
    for name, layer, asked in view.layers(request):
        unknown = frozenset((p.unknown, p.content) for p in layer.policies if p.unknown)
        yield name, asked.resource, unknown
        for each, truth in _applying(layer, asked):
            yield name, asked.resource, words(each.statement), truth


def _applying(layer: Layer, request: Request) -> Iterator[tuple[CompiledStatement, bool]]:
    """Yield the statements that apply to a request, and those that perhaps do: then without True."""
    denies, allows = layer.relevant(request.action_key)
    for each, sure in (*denies, *allows):
        answer = each.applies(request)
        if answer is not False:
            yield each, bool(answer and sure)


def words(statement: Statement) -> tuple[object, ...]:
    """Return what a statement says, whatever the order in which it lists it."""
    lists = (
        statement.actions,
        statement.not_actions,
        statement.resources,
        statement.not_resources,
        _named(statement.principals),
        _named(statement.not_principals),
        map(_condition, statement.conditions),
    )
    return (statement.effect, *(None if each is None else frozenset(each) for each in lists))


def _named(principals: Principals | None) -> list[tuple[str, str]] | None:
    if principals is None:
        return None
    return [(kind, value) for kind, values in principals for value in values]


def _condition(condition: Condition) -> tuple[str, str, frozenset[str]]:
    return condition.operator, condition.key, frozenset(condition.values)


def covered_alike(view: View, by: View, request: Request) -> bool:
    """Tell whether all that may allow a request in one view does so in another, for every value.

    Each Allow must have one in the other view that asks for nothing more. What is open in that one
    is open in both, by the same words. No statement of the other view may deny.
    """
    bounds = [
        (each, asked) for _, layer, asked in by.layers(request) for each in _all(layer, asked)
    ]
    known = all(layer.unknown is None for v in (view, by) for _, layer, _ in v.layers(request))
    if not known or any(each.deny for each, _ in bounds):
        return False
    return all(
        any(_asks_for_no_more(bound, each, asked) for bound, asked in bounds)
        for name, layer, own in view.layers(request)
        if name in GRANTING
        for each in _all(layer, own)
        if not each.deny
    )


# The layers of a view that grant; all others only limit.
GRANTING = ("identity", "resource", "trust")


def _all(layer: Layer, request: Request) -> list[CompiledStatement]:
    return [each for each, _ in _applying(layer, request)]


def _asks_for_no_more(bound: CompiledStatement, each: CompiledStatement, request: Request) -> bool:
    mine, other = bound.statement, each.statement
    if bound.action(request.action_key) is not True and not _within(other.actions, mine.actions):
        return False
    if bound.resource(request) is not True and not _within(other.resources, mine.resources):
        return False
    named = mine.principals is None or bound.grant(request.caller, bounded=False)[0]
    if not named and not _within(_named(other.principals), _named(mine.principals)):
        return False
    held = set(map(_condition, other.conditions))
    return all(
        test(request.context) is True or _condition(condition) in held
        for condition, test in bound.each_condition()
    )


def _within(listed: Iterable[object] | None, by: Iterable[object] | None) -> bool:
    return listed is not None and by is not None and set(listed) <= set(by)
