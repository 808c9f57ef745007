"""Who can do what, as rows: principal, action, resource, and the decision on one such request.

A row is one action on one resource of one statement that allows. The request asked is the simplest
that the statement speaks of: a wildcard filled in, its conditions met. So a row whose request is
denied shows what another layer holds back, with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from whomay.engine.decisions.decide import Decision, decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.engine.snapshot import Principal, Snapshot
from whomay.iam.conditions import read_operator
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.policy import Condition, Policy, Statement
from whomay.iam.value_kinds import ValueKind

_FILL: Final = "x"


@dataclass(frozen=True, slots=True)
class Row:
    """What one statement allows one principal, and what becomes of such a request."""

    principal: Principal
    statement: Statement
    action: str
    resource: str
    decision: Decision


def matrix(snapshot: Snapshot) -> Iterator[Row]:
    """Yield the rows of all principals, by construct path."""
    index, trusts = Index(snapshot), trusts_of(snapshot)
    for principal in sorted(snapshot.principals, key=lambda one: one.path):
        for statement, action, resource, request in simplest_requests(principal, trusts):
            yield Row(principal, statement, action, resource, decide_in(request, index))


def trusts_of(snapshot: Snapshot) -> Mapping[str, Policy]:
    """Return the trust policy of each role, by its ARN."""
    return {one.arn: one.trust for one in snapshot.principals if one.trust}


def simplest_requests(
    principal: Principal, trusts: Mapping[str, Policy]
) -> Iterator[tuple[Statement, str, str, Request]]:
    """Yield each action on each resource of each Allow, and the simplest request of it."""
    for statement in _allowing(principal.identity):
        for action in statement.actions or ("*",):
            for resource in statement.resources or ("*",):
                conditions = [*statement.conditions, *_trusted(principal, trusts.get(resource))]
                request = _request(principal.arn, action, resource, conditions)
                yield statement, action, resource, request


def _allowing(policies: tuple[Policy, ...]) -> Iterator[Statement]:
    for policy in policies:
        yield from (one for one in policy.statements if one.effect == "Allow")


def _trusted(principal: Principal, trust: Policy | None) -> Iterator[Condition]:
    """Yield what a role's trust policy asks of this principal."""
    for statement in _allowing((trust,) if trust else ()):
        if any(principal.arn in names for _, names in statement.principals or ()):
            yield from statement.conditions


def _request(who: str, action: str, resource: str, conditions: Iterable[Condition]) -> Request:
    context = {key: value for key, value in ORDINARY_KEYS.items() if isinstance(value, str)}
    context |= {key: value for condition in conditions for key, value in _met(condition)}
    return Request(who, _filled(action), _filled(resource), context)


def _met(condition: Condition) -> Iterator[tuple[str, str]]:
    """Yield a value that meets the condition, where a plain one does."""
    written = read_operator(condition.operator)
    if written is None or written.operator.negated:
        return
    value = _filled(condition.values[0]) if condition.values else ""
    match written.operator.kind:
        case ValueKind.PRESENCE:
            return
        case ValueKind.NUMBER | ValueKind.DATE:
            value = _beyond(value, written.operator.step)
        case ValueKind.ADDRESS:
            value = value.partition("/")[0]
    yield condition.key, value


def _beyond(value: str, step: int) -> str:
    try:
        return str(int(value) + step)
    except ValueError:
        return value


def _filled(pattern: str) -> str:
    """Return a text that the pattern matches; a lone star stays, as "any resource" does."""
    return pattern if pattern == "*" else pattern.replace("*", _FILL).replace("?", _FILL)
