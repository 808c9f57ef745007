"""Why a verdict is what it is: the statements that decided, or the nearest that failed.

Computed only when asked for; deciding itself never pays for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.deciding_layer import deciding_layer, named_layers, own_layer
from whomay.engine.decisions.judge import (
    NEEDS_NO_PERMISSION,
    LayerName,
    Layers,
    Verdict,
)
from whomay.engine.decisions.request import Request
from whomay.engine.snapshot import NOT_SEEN
from whomay.iam.callers import CallerKind, is_id_alone
from whomay.iam.conditions import why_several, why_unsupported
from whomay.iam.patterns.symbols import ACCOUNT, REGION, WRITTEN_OUT, display, unknown_reasons
from whomay.iam.policy import Condition, Statement


@dataclass(frozen=True, slots=True)
class Explanation:
    """The deciding statements and a sentence for people.

    `unmet` are the conditions of the nearest statement, where it failed by nothing else.
    """

    statements: tuple[Statement, ...]
    reason: str
    unmet: tuple[Condition, ...] = ()


# How somebody who asks by a command gives the value of a key.
BY_OPTION: Final = "say --given {key}=VALUE"


def explain(
    request: Request, by: Layers, verdict: Verdict, how_to_give: str = BY_OPTION
) -> Explanation:
    """Explain a verdict that `judge` gave for the same request and layers.

    `how_to_give` says how the value of a `{key}` is given that the answer depends on.
    """
    layer = deciding_layer(request, by, verdict)
    if layer is LayerName.NONE:
        return Explanation((), _without_policy(request))
    match verdict:
        case Verdict.ALLOWED:
            return _allowed(request, by)
        case Verdict.EXPLICIT_DENY:
            return _denied(request, by, layer)
        case Verdict.UNKNOWN:
            return _unknown(request, by, how_to_give)
    return _missing(request, by, layer)


def name(statement: Statement) -> str:
    """Return how a statement is called: where it is, its Sid or position."""
    source = statement.source
    place = " ".join(part for part in (source.path, source.policy) if part)
    label = f"statement {source.sid or source.index}"
    return display(f"{label} of {place}" if place else label)


def _fits(statement: CompiledStatement, request: Request, *, bounded: bool) -> bool | None:
    """Tell whether a statement applies as a whole, its principal included."""
    action = statement.action(request.action_key)
    answer = statement.applies(request) if action is not False else False
    if answer is False:
        return False
    inner = statement.statement
    if inner.principals is not None or inner.not_principals is not None:
        named, perhaps = statement.grant(request.caller, bounded=bounded)
        if not perhaps:
            return False
        if not named:
            return None
    return None if action is None or answer is None else True


def _deciding(
    request: Request, by: Layers, *, deny: bool, wanted: bool | None
) -> list[tuple[LayerName, Statement]]:
    bounded = by.boundary is not None
    return [
        (layer, s.statement)
        for layer, policies in named_layers(request, by)
        for s in policies.statements
        if s.deny is deny and _fits(s, request, bounded=bounded) is wanted
    ]


def _allowed(request: Request, by: Layers) -> Explanation:
    found = _deciding(request, by, deny=False, wanted=True)
    statements = tuple(statement for _, statement in found)
    named = "; ".join(f"{layer}: {name(s)}" for layer, s in found)
    root = "the root user needs no identity policy"
    return Explanation(statements, f"allowed by {named}" if named else root)


def _denied(request: Request, by: Layers, layer: LayerName) -> Explanation:
    found = _deciding(request, by, deny=True, wanted=True)
    statements = tuple(statement for at, statement in found if at is layer)
    named = "; ".join(f"{at}: {name(s)}" for at, s in found)
    return Explanation(statements, f"denied by {named}")


def _unknown(request: Request, by: Layers, how_to_give: str) -> Explanation:
    reasons = [policies.unknown for _, policies in named_layers(request, by)]
    open_ones = [
        statement
        for deny in (True, False)
        for _, statement in _deciding(request, by, deny=deny, wanted=None)
    ]
    texts = [reason for reason in reasons if reason]
    texts += [_why_perhaps(s, request, how_to_give) for s in open_ones]
    if request.same_account is None:
        texts += _why_place([str(request.account), str(request.resource_account)])
    return Explanation(tuple(open_ones), "not known: " + "; ".join(dict.fromkeys(texts)))


def _why_perhaps(statement: Statement, request: Request, how_to_give: str) -> str:
    if statement.source.policy == NOT_SEEN:
        return f"{NOT_SEEN}: {display(statement.source.path)}: {statement.source.sid}"
    return f"{name(statement)}: {_why_open(statement, request, how_to_give)}"


def _why_open(statement: Statement, request: Request, how_to_give: str) -> str:
    for condition in statement.conditions:
        unsupported = why_unsupported(condition) or why_several(condition, request.context)
        if unsupported:
            return unsupported
        value = request.context.get(condition.key.lower(), ())
        if isinstance(value, str) and unknown_reasons(value):
            key = condition.key
            how = how_to_give.format(key=key)
            return f"it depends on {key}, which nobody gave: {how}"
    texts = [
        *(statement.actions or statement.not_actions or ()),
        *(statement.resources or statement.not_resources or ()),
        *(value for condition in statement.conditions for value in condition.values),
        *(v for _, values in statement.principals or () for v in values),
        request.resource,
    ]
    about = (request.principal, *(v for v in request.context.values() if isinstance(v, str)))
    reasons = [reason for text in texts for reason in unknown_reasons(text)]
    reasons += _why_place([*texts, *about])
    for kind, values in statement.principals or ():
        if any(is_id_alone(kind, value) for value in values):
            id_of, to_do = _OF_IDS[kind == "CanonicalUser"]
            reasons.append(f"a {id_of} does not tell the number of its account: {to_do}")
    if statement.not_principals is not None:
        reasons.append(
            "NotPrincipal has to name the account too, or AWS may deny it as a whole"
            if request.caller.role is None
            else "NotPrincipal has to name the account, the role and its session, "
            "or AWS may deny what it leaves out"
        )
    return reasons[0] if reasons else "it depends on a value that only the deployment knows"


# What AWS puts in place of the ARN of a deleted user or role says nothing of where they were.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_OF_IDS: Final = (
    (
        "unique id",
        (
            "remove it if whomay drift calls it an orphan, which a deleted user or role leaves; else "
            "name the ARN"
        ),
    ),
    ("CanonicalUser", "name the account or an ARN instead"),
)


def _why_place(texts: Sequence[str]) -> list[str]:
    """Say which account or Region that is written out is perhaps the stacks' own."""
    return [
        f"{each} is perhaps the {what} of the stacks that name none: --{what} tells it"
        for symbol, what in _WRITTEN_OUT
        if any(symbol in text for text in texts)
        for each in dict.fromkeys(
            found for text in texts for found in WRITTEN_OUT[symbol].findall(text)
        )
    ]


_WRITTEN_OUT: Final = ((ACCOUNT, "account"), (REGION, "region"))

# What must be explained first when several elements fail: the least of them is the nearest miss.
_WEIGHT: Final = {"action": 4, "principal": 4, "resource": 2, "condition": 1}


def _missing(request: Request, by: Layers, layer: LayerName) -> Explanation:
    """Explain an implicit denial by the Allow statement that failed least."""
    bounded = by.boundary is not None
    places = {layer}
    if layer is LayerName.IDENTITY and request.same_account:
        places.add(own_layer(request))  # within one account either side may grant
    misses = []
    for at, policies in named_layers(request, by):
        if at not in places:
            continue
        for statement in policies.statements:
            if not statement.deny:
                failed = _failures(statement, request, bounded=bounded)
                if failed:
                    misses.append((sum(_WEIGHT[kind] for kind, _ in failed), at, statement, failed))
    if not misses:
        return Explanation((), _NOTHING.get(layer, "no statement allows it"))
    _, at, nearest, failed = min(misses, key=lambda miss: miss[0])
    why = ", ".join(text for _, text in failed)
    by_condition = {kind for kind, _ in failed} == {"condition"}
    each = nearest.each_condition() if by_condition else ()
    return Explanation(
        (nearest.statement,),
        f"no {at} statement allows it; nearest is {name(nearest.statement)}: {why}",
        tuple(condition for condition, test in each if test(request.context) is False),
    )


_NOTHING: Final = {
    LayerName.IDENTITY: "no identity policy allows anything",
    LayerName.RESOURCE: "the resource has no policy that allows anything",
    LayerName.TRUST: "the role has no trust policy that allows anything",
    LayerName.BOUNDARY: "the permissions boundary allows nothing",
    LayerName.SESSION: "the session policy allows nothing",
    LayerName.SCP: "a level of service control policies allows nothing",
    LayerName.ENDPOINT: "the endpoint's policy allows nothing",
}


def _failures(
    statement: CompiledStatement, request: Request, *, bounded: bool
) -> list[tuple[str, str]]:
    """Return which elements of a statement the request fails, and how."""
    inner = statement.statement
    failed = []
    if statement.action(request.action_key) is False:
        failed.append(("action", f"it does not allow the action {request.action}"))
    if inner.principals is not None or inner.not_principals is not None:
        named, _ = statement.grant(request.caller, bounded=bounded)
        if not named:
            failed.append(("principal", f"it does not name {display(request.principal)}"))
    if statement.resource(request) is False:
        patterns = ", ".join(inner.resources or inner.not_resources or ())
        word = "only" if inner.resources is not None else "all but"
        text = f"it covers {word} {patterns}, not {request.resource}"
        failed.append(("resource", display(text)))
    for condition, test in statement.each_condition():
        if test(request.context) is False:
            failed.append(("condition", _unmet(condition, request)))
    return failed


def _unmet(condition: Condition, request: Request) -> str:
    found = request.context.get(condition.key.lower())
    shown = display(found) if isinstance(found, str) else tuple(map(display, found or ()))
    had = "the request has no such key" if found is None else f"the request has {shown!r}"
    return display(
        f"{condition.operator} {condition.key} {', '.join(condition.values)} fails: {had}"
    )


def _without_policy(request: Request) -> str:
    if request.action_key in NEEDS_NO_PERMISSION:
        return f"{request.action} needs no permission"
    if request.caller.kind is CallerKind.ROOT:
        return "the root user cannot assume a role, nor another root user"
    if request.caller.kind is CallerKind.FEDERATED_USER:
        return "a federated user cannot call STS"
    return f"{request.action} cannot be called by {_KIND_OF_CALLER[request.caller.kind]}"


_KIND_OF_CALLER: Final = {
    CallerKind.USER: "a user",
    CallerKind.SESSION: "a role's session",
    CallerKind.SERVICE: "a service",
    CallerKind.FEDERATED: "an identity of a provider, which has no credentials yet",
    CallerKind.ANONYMOUS: "an anonymous caller",
}
