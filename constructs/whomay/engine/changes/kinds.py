"""All kinds of requests of one change, told apart by the statement that each comes from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from whomay.engine.changes.cause import Pair
from whomay.engine.decisions.decide import Decision, decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.engine.proof.unknown_alike import words
from whomay.iam.facts.actions import rank
from whomay.iam.policy import Policy, Statement

# Of a larger change the first kinds are told apart. The rest is counted.
MOST_TOLD: Final = 1_000
_LEAST_TOLD: Final = 20
_MOST_LOOKS: Final = 500_000  # at a statement: every one of a principal is looked at for each kind
_Cause = Callable[[Decision | None, Decision], Statement | None]


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of requests that differ by one statement; one request of each.

    `statement` is None where no statement makes the difference. `other_side` is what it is on the
    other side, where it was written anew: another value of a condition, one more action.
    """

    statement: Statement | None
    requests: tuple[Request, ...]
    other_side: Statement | None = None


def kinds_of(
    pairs: Sequence[Pair], causing: Callable[[Pair], Statement | None], statements: int
) -> list[Kinds]:
    """Return the kinds of requests of some pairs by the statement that causes each.

    `statements` is how many take part in each: of a principal with very many fewer kinds are told.
    """
    found: dict[Statement | None, list[Request]] = {}
    most = max(_LEAST_TOLD, min(MOST_TOLD, _MOST_LOOKS // max(1, statements)))
    for pair in pairs[:most]:
        found.setdefault(causing(pair), []).append(pair.after)
    return [Kinds(statement, _readable(requests)) for statement, requests in found.items()]


def causing(
    old: Index, new: Index, tell: _Cause, *, lost: bool = False
) -> Callable[[Pair], Statement | None]:
    """Return a function that tells by which statement two sides differ on a request."""

    def of(pair: Pair) -> Statement | None:
        before, after = decide_in(pair.before, old), decide_in(pair.after, new)
        return tell(after, before) if lost else tell(before, after)

    return of


def _readable(requests: Iterable[Request]) -> tuple[Request, ...]:
    """Return requests, each once, those that people read most easily first."""
    once = {(r.principal, r.action, r.resource, str(r.chosen)): r for r in requests}
    return tuple(sorted(once.values(), key=lambda one: (rank(one.action), len(one.context))))


def rewritten(was: Iterable[Policy], now: Iterable[Policy]) -> Mapping[Statement, Statement]:
    """Return for each statement that only one side has the one that it is on the other side.

    The two differ in one element alone: who, what, on what, or under which conditions.
    """
    before, after = _statements(was), _statements(now)
    gone = [each for said, each in before.items() if said not in after]
    found: dict[Statement, Statement] = {}
    for said, each in after.items():
        if said not in before:
            one = next((other for other in gone if len(changed(other, each)) == 1), None)
            if one is not None:
                gone.remove(one)
                found |= {each: one, one: each}
    return found


def changed(one: Statement, other: Statement) -> list[str]:
    """Return by name the elements in which two statements differ, whatever the order of values."""
    return [name for name, say in _ELEMENTS.items() if say(one) != say(other)]


def _statements(policies: Iterable[Policy]) -> Mapping[object, Statement]:
    return {words(each): each for policy in policies for each in policy.statements}


def _set(values: Iterable[object] | None) -> frozenset[object] | None:
    return None if values is None else frozenset(values)


_ELEMENTS: Final[Mapping[str, Callable[[Statement], object]]] = {
    "Effect": lambda each: each.effect,
    "Principal": lambda each: (_set(each.principals), _set(each.not_principals)),
    "Action": lambda each: (_set(each.actions), _set(each.not_actions)),
    "Resource": lambda each: (_set(each.resources), _set(each.not_resources)),
    "Condition": lambda each: _set((c.operator, c.key, _set(c.values)) for c in each.conditions),
}
