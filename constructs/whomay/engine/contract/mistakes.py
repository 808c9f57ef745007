"""Whether a statement says anything at all: a typo must never make it true of nothing."""

from collections.abc import Iterator, Sequence
from typing import Final

from whomay.engine.contract.statement import Stated
from whomay.engine.decisions.judge import NEEDS_NO_PERMISSION
from whomay.engine.decisions.request import ORDINARY_KEYS
from whomay.engine.names import PrincipalNames, UnknownNameError
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.facts.resource_types import problem_with_action, problem_with_resource
from whomay.iam.patterns.overlap import arns_overlap, overlap
from whomay.iam.patterns.symbols import display
from whomay.metadata.records import StatementKind

# Of a principal these can be nothing else: with another value a statement speaks of no request.
_OF_THE_PRINCIPAL: Final = frozenset(("aws:principalarn", "aws:principaltype", "aws:username"))


def subjects(names: PrincipalNames, stated: Stated) -> tuple[list[Principal], str]:
    """Return the principals that a statement is about, or a sentence that says what is wrong."""
    if stated.mistake:
        return [], stated.mistake
    try:
        found = names.find(stated.principal)
    except UnknownNameError as error:
        return [], str(error)
    if stated.kind is StatementKind.ASSUMABLE_ONLY_BY:
        users = [each.path for each in found if each.kind is not PrincipalKind.ROLE]
        if users:
            return [], f"{users[0]} is a user: only a role can be assumed"
    return found, ""


def problems(stated: Stated) -> Iterator[str]:
    """Say what is wrong with the actions and resources of a statement."""
    listed = (
        stated.policy.statements if stated.policy and stated.kind is StatementKind.MAY_ONLY else ()
    )
    patterns = [
        *stated.actions,
        *(action for each in listed for action in each.actions or each.not_actions or ()),
    ]
    wrong = [problem for pattern in patterns if (problem := problem_with_action(pattern))]
    yield from wrong
    if wrong or stated.policy:
        return
    if all(action.lower() in NEEDS_NO_PERMISSION for action in stated.actions):
        yield f"{', '.join(stated.actions)} needs no permission: no policy can change the answer"
        return
    for key, _ in stated.given:
        if key in _OF_THE_PRINCIPAL:
            yield f"given names {key}, which follows from the principal: state that"
    for resource in stated.resources:
        if problem := problem_with_resource(stated.actions, resource):
            yield problem


def contradictions(
    statements: Sequence[tuple[Stated, Principal]],
) -> Iterator[tuple[Stated, Stated, Principal]]:
    """Return pairs of which one asks for what the other forbids, for some request at least."""
    refused: dict[str, list[Stated]] = {}
    for each, who in statements:
        if each.kind in (StatementKind.MUST_NOT_ALLOW, StatementKind.CANNOT_REACH):
            refused.setdefault(who.arn, []).append(each)
    for each, who in statements:
        if each.kind is StatementKind.MUST_ALLOW:
            yield from ((each, o, who) for o in refused.get(who.arn, ()) if _meet(each, o))


def _meet(one: Stated, other: Stated) -> bool:
    """Tell whether some request is of both patterns; the first asks with the ordinary keys."""
    asked = {key: (value,) for key, value in ORDINARY_KEYS.items()} | dict(one.given)
    if any(key in asked and asked[key] != values for key, values in other.given):
        return False
    pairs = ((a.lower(), b.lower()) for a in one.actions for b in other.actions)
    return any(overlap(a, b) for a, b in pairs) and any(
        arns_overlap(a, b) for a in one.resources for b in other.resources
    )


def contradiction(one: Stated, other: Stated, who: Principal) -> str:
    """Return the sentence for a pair of statements that contradict each other."""
    return display(
        f"{one.kind} at {one.at} and {other.kind} at {other.at} contradict each other: both speak "
        f"of {', '.join(one.actions)} on {', '.join(one.resources)} for {who.path}"
    )
