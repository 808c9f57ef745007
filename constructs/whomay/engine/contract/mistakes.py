"""Whether a statement says anything at all: a typo must never make it true of nothing."""

from collections.abc import Iterator, Sequence
from typing import Final

from whomay.engine.contract.statement import Stated
from whomay.engine.decisions.judge import NEEDS_NO_PERMISSION
from whomay.engine.names import PrincipalNames, UnknownNameError
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.facts.action_keys import problem_with_key
from whomay.iam.facts.condition_key_table import KeySender
from whomay.iam.facts.condition_keys import DERIVED_KEYS, ORDINARY_KEYS, sent_by
from whomay.iam.facts.resource_types import problem_with_action, problem_with_resource
from whomay.iam.patterns.overlap import arns_overlap, overlap
from whomay.iam.patterns.symbols import display
from whomay.metadata.records import StatementKind

_OF_A_SERVICE: Final = DERIVED_KEYS & sent_by(KeySender.SERVICES)


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
    """Say why a statement is true of nothing, or of less than it names."""
    listed = (
        stated.policy.statements if stated.policy and stated.kind is StatementKind.MAY_ONLY else ()
    )
    patterns = [
        *stated.actions,
        *(action for each in listed for action in each.actions or each.not_actions or ()),
    ]
    wrong = [problem for pattern in patterns if (problem := problem_with_action(pattern))]
    if not wrong:
        wrong = [
            problem
            for actions, resources in (
                (stated.actions, stated.resources),
                *((each.actions or (), each.resources or ()) for each in listed if each.actions),
            )
            for resource in resources
            if (problem := problem_with_resource(actions, resource))
        ]
    yield from wrong
    if wrong or stated.policy:
        return
    if all(action.lower() in NEEDS_NO_PERMISSION for action in stated.actions):
        yield f"{', '.join(stated.actions)} needs no permission: no policy can change the answer"
        return
    yield from _without_resource(stated)
    yield from _unlike_any_request(stated)


def _without_resource(stated: Stated) -> Iterator[str]:
    """Say which actions act on none of the resources, so that there is nothing to ask."""
    first, *others = stated.resources
    for action in stated.actions:
        problem = problem_with_resource((action,), first)
        if problem and all(problem_with_resource((action,), each) for each in others):
            yield problem


def _unlike_any_request(stated: Stated) -> Iterator[str]:
    """Say which keys are given a value that no request of the statement carries."""
    for key, values in stated.given:
        if key in _OF_A_SERVICE:
            if values:
                yield f"given names {key}, which only a service sends: leave it out"
        elif key in DERIVED_KEYS:
            source = "resource" if "resource" in key else "principal"
            yield f"given names {key}, which follows from the {source}: state that"
        elif problem := problem_with_key(stated.actions, key):
            yield f"given names {key}: {problem}"


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
