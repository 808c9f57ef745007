"""Who may do something: principals of the snapshot, and those whom a resource's policy lets in."""

from collections.abc import Iterator
from dataclasses import dataclass

from whomay.engine.decisions.carriers import Guard
from whomay.engine.decisions.decide import decide_in
from whomay.engine.decisions.explain import name
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import GuardView, SnapshotView, own_patterns
from whomay.engine.proof.outsiders import UNNAMED, outsiders, stranger_of
from whomay.engine.proof.prove import Answer, callers, some_allowed
from whomay.engine.snapshot import Snapshot
from whomay.iam.callers import ANONYMOUS, Caller, caller
from whomay.iam.patterns.overlap import arns_overlap, overlap
from whomay.iam.patterns.symbols import display


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may do it.

    `name` is a construct path; of an outsider it is an ARN, a service, or says who is meant. `sure`
    is False when that is not known. `reason` names the statements that allow it, or says why it is
    not known. `request` is one that shows it, with the condition keys that it needs.
    """

    name: str
    sure: bool
    reason: str
    request: Request | None


def holders(snapshot: Snapshot, pattern: Pattern) -> Iterator[Holder]:
    """Yield all who may ask for some request of the pattern.

    Outsiders are taken to be allowed everything by the policies of their own account.
    """
    index = Index(snapshot)
    everything = SnapshotView(index)
    for principal in snapshot.principals:
        answer = some_allowed(everything, callers(index, principal.arn), pattern)
        if answer.holds is not False:
            yield _inside(index, principal.path, answer)
    for guard in index.neighbourhood.guards.values():
        if _concerns(guard, pattern):
            yield from _outside(index, guard, pattern)


def _inside(index: Index, path: str, answer: Answer) -> Holder:
    reason = decide_in(answer.witness, index).reason if answer.witness else answer.reason
    return Holder(path, answer.holds is True, reason, answer.witness)


def _outside(index: Index, guard: Guard, pattern: Pattern) -> Iterator[Holder]:
    alone = GuardView(guard.layer, index, own_patterns(guard.arn))
    resource = index.resources.get(guard.arn)
    account = resource.account if resource else caller(guard.arn).account or ""
    stranger = stranger_of(guard.layer.statements, account)
    for who in outsiders(guard.layer.statements, account):
        if index.principal(who) is None:
            answer = some_allowed(alone, [who], pattern)
            if answer.holds is not False:
                reason = ", ".join(_naming(guard, who)) or answer.reason or str(guard.layer.unknown)
                yield Holder(_called(who, stranger), answer.holds is True, reason, answer.witness)


def _naming(guard: Guard, who: Caller) -> Iterator[str]:
    for each in guard.layer.statements:
        if not each.deny and each.grant(who, bounded=False)[1]:
            yield f"allowed by {name(each.statement)}"


def _concerns(guard: Guard, pattern: Pattern) -> bool:
    of_service = any(overlap(f"{guard.service}:*", action.lower()) for action in pattern.actions)
    return of_service and any(
        arns_overlap(own, resource)
        for own in (guard.arn, f"{guard.arn}/*", f"{guard.arn}:*")
        for resource in pattern.resources
    )


def _called(who: Caller, stranger: str) -> str:
    if who.name == ANONYMOUS:
        return "anybody, without credentials"
    if who.name.endswith(f":user/{UNNAMED}"):
        account = f"account {display(who.account or '')}"
        whose = "any account" if who.account == stranger else account
        return f"others of {whose} whose own policies allow it"
    return display(who.name)
