"""What one view allows by statements that another view does not have word for word.

A request that a statement allows is allowed by the same statement wherever it is read. So a question
whether one view allows more needs to look at the other statements alone.
"""

from collections.abc import Iterable, Iterator, Sequence

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.judge import LayerName
from whomay.engine.decisions.request import Request
from whomay.engine.proof.classes import Pattern, parts_of
from whomay.engine.proof.deciders import LayerView, Part, ResourcePolicyView, View
from whomay.engine.proof.listed_trust import names_no_more, words
from whomay.iam.callers import Caller, CallerKind, Grant
from whomay.iam.patterns.symbols import ACCOUNT, REGION, unknown_reasons
from whomay.iam.patterns.unknown_parts import starred
from whomay.iam.policy import Statement
from whomay.iam.policy_variables import widen

_Spoken = tuple[Iterable[str], Iterable[str]]  # actions, resources


def beyond(view: View, by: View, who: Caller, pattern: Pattern) -> Pattern | None:
    """Return the requests of a question that one view may allow a caller, and another may not.

    None when there are none. It is the whole question where statements alone do not tell. So it
    is for the root user, for a policy that is not fully known, and for a view that is no mere list.
    """
    if isinstance(view, ResourcePolicyView) and isinstance(by, ResourcePolicyView):
        return None if names_no_more(view.resource_policy, by.resource_policy) else pattern
    if not isinstance(by, LayerView) or by.layer.unknown or pattern != Pattern():
        return pattern
    listed, parts = by.layer.statements, parts_of(who, [view], pattern)
    if not _told_by_statements(view, who, parts) or any(each.deny for each in listed):
        return pattern
    spoken = [*_by_identity(view, who, listed), *_by_resources(parts, who)]
    if not spoken:
        return None
    actions = {starred(action) for some, _ in spoken for action in some}
    resources = {opened(resource) for _, some in spoken for resource in some}
    return Pattern(tuple(sorted(actions)), tuple(sorted(resources)))


def opened(pattern: str) -> str:
    """Return a pattern that matches all that one may match, whatever is not known of it."""
    if unknown_reasons(pattern) or ACCOUNT in pattern or REGION in pattern:
        return "*"
    return widen(pattern)


def _told_by_statements(view: View, who: Caller, parts: Iterable[Part]) -> bool:
    plain = who.kind in (CallerKind.USER, CallerKind.SESSION) and not view.index.unseen
    return plain and not any(part.layer.unknown for part in parts)


def _by_identity(view: View, who: Caller, listed: Sequence[CompiledStatement]) -> Iterator[_Spoken]:
    """Yield what the caller's own Allow statements speak of beyond those listed."""
    for name, layer, _ in view.layers(Request(who.name, "*", "*")):
        if name != LayerName.IDENTITY:
            continue
        for each in layer.statements:
            if each.deny:
                continue
            alike = [one.statement for one in listed if _reaches_as_far(one, each)]
            raw = each.statement
            if raw.actions is None:
                if not any(_excepts_no_more(one, raw) for one in alike):
                    yield ("*",), raw.resources or ("*",)
                continue
            known = {action.lower() for one in alike for action in one.actions or ()}
            left = [each for each in raw.actions if not known & {each.lower(), "*"}]
            if left:
                yield left, raw.resources or ("*",)


def _by_resources(parts: Iterable[Part], who: Caller) -> Iterator[_Spoken]:
    """Yield what policies of resources, and of roles, may let the caller do by themselves."""
    for part in parts:
        if part.resource_policy is None:
            continue
        for each in part.layer.statements:
            if not each.deny and each.grant(who, bounded=False)[1] >= Grant.ROLE:
                yield each.statement.actions or ("*",), part.own


def _reaches_as_far(one: CompiledStatement, other: CompiledStatement) -> bool:
    """Tell whether one statement speaks of all resources that another does, under no more conditions."""
    mine, its = one.statement, other.statement
    conditions = set(map(words, mine.conditions))
    if one.variables is not other.variables or not conditions <= set(map(words, its.conditions)):
        return False
    if mine.resources is not None and "*" in mine.resources:
        return True
    if its.resources is not None and mine.resources is not None:
        return set(its.resources) <= set(mine.resources)
    if its.not_resources is not None and mine.not_resources is not None:
        return set(mine.not_resources) <= set(its.not_resources)
    return False


def _excepts_no_more(one: Statement, other: Statement) -> bool:
    """Tell whether one statement has all actions of another, which lists NotAction."""
    if one.not_actions is None:
        return "*" in (one.actions or ())
    return set(one.not_actions) <= set(other.not_actions or ())
