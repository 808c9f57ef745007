"""Who may do something: principals of the snapshot, and those whom a resource's policy lets in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.decide import decide_in
from whomay.engine.decisions.explain import name
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.engine.decisions.resource_policies import ResourcePolicy
from whomay.engine.decisions.through import problem_with_endpoint, through_endpoint
from whomay.engine.names import UnknownNameError, resource_named
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import ResourcePolicyView, SnapshotView, own_patterns
from whomay.engine.proof.granting import may_grant
from whomay.engine.proof.outsiders import (
    called,
    is_unnamed,
    outsiders,
    stranger_of,
)
from whomay.engine.proof.prove import Proof, callers, some_allowed
from whomay.engine.snapshot import Snapshot, Unseen
from whomay.iam.callers import ANONYMOUS, Caller, CallerKind, caller
from whomay.iam.facts.action_keys import problem_with_key
from whomay.iam.facts.actions import prefixes_acting_on
from whomay.iam.facts.resource_types import as_asked, problem_with_action, problem_with_resource
from whomay.iam.patterns.matching import may_lie_in
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


def who_may(
    action: str,
    resource: str,
    snapshot: Snapshot,
    given: Mapping[str, str | Sequence[str]] | None = None,
    *,
    index: Index | None = None,
    accounts: Collection[str] | None = None,
) -> list[Holder]:
    """Return everybody who may do the action on the resource; both may be patterns.

    They are principals of the snapshot, and those outside it whom a policy of a resource or of a
    role lets in. The latter are taken to be allowed everything by the policies of their own
    account. A pattern asks who may do any of it. `given` fixes condition keys; all others are free.
    Who asks more than one question of a snapshot gives its `index`. Processes that share the work
    name `accounts` each: the others' principals and resources are left out of the answer.

    >>> from whomay.engine import read, who_may
    >>> found = who_may("s3:Get*", "Reports/Bucket/*", read("cdk.out").snapshot)
    >>> [(holder.name, holder.sure) for holder in found]
    [('Reports/Reader', True)]

    Raises:
        UnknownNameError: AWS has no such action, it does not act on the resource, or nothing in the
            snapshot has the resource's name. Or no such request carries a key that is given.

    """
    what = as_asked((action,), resource_named(snapshot, resource))
    if problem := problem_with_action(action) or problem_with_resource([action], what):
        raise UnknownNameError(problem)
    for key in given or ():
        if problem := problem_with_key((action,), key):
            raise UnknownNameError(f"given names {key}: {problem}")
    if problem := problem_with_endpoint(snapshot, given or {}):
        raise UnknownNameError(problem)
    asked, keys = through_endpoint(snapshot, given or {})
    if index is None or index.snapshot is not asked:
        index = Index(asked)
    fixed = {key: _value(value) for key, value in keys.items()}
    return list(_holders(index, Pattern((action,), (what,), fixed), accounts))


def _holders(index: Index, pattern: Pattern, accounts: Collection[str] | None) -> Iterator[Holder]:
    snapshot, everything = index.snapshot, SnapshotView(index)
    for principal in snapshot.principals:
        if accounts is not None and principal.account not in accounts:
            continue
        answer = some_allowed(everything, callers(index, principal.arn), pattern)
        if answer.holds is not False:
            yield _inside(index, principal.path, answer)
    for resource_policy in index.neighbourhood.resource_policies.values():
        ours = accounts is None or resource_policy.account in accounts
        if ours and _concerns(resource_policy, pattern):
            yield from _outside(index, resource_policy, pattern)
    yield from _made_elsewhere(snapshot, pattern)
    asked = AskedAbout(pattern.actions, pattern.resources)
    for unseen in snapshot.unseen:
        if unseen.attaches or may_grant(unseen, asked, index):
            for whom in _whom(unseen, index):
                yield Holder(whom, sure=False, reason=f"not known: {unseen.told}", request=None)


def _made_elsewhere(snapshot: Snapshot, pattern: Pattern) -> Iterator[Holder]:
    """Yield those who get policies here and are made elsewhere: what else they have is not known."""
    if not snapshot.attached:
        return
    everybody = (*snapshot.principals, *snapshot.attached)
    index = Index(replace(snapshot, principals=everybody))
    view = SnapshotView(index)
    for principal in snapshot.attached:
        answer = some_allowed(view, callers(index, principal.arn), pattern)
        if answer.holds is not False:
            found = _inside(index, principal.path, answer)
            why = "it is made elsewhere, so its other policies are not known"
            yield replace(found, sure=False, reason=f"{found.reason}; {why}")


def _value(value: str | Sequence[str]) -> str | tuple[str, ...]:
    """Return one text of a list of one."""
    values = (value,) if isinstance(value, str) else tuple(value)
    return values[0] if len(values) == 1 else values


def _inside(index: Index, path: str, answer: Proof) -> Holder:
    reason = decide_in(answer.witness, index).reason if answer.witness else answer.reason
    return Holder(path, answer.holds is True, reason, answer.witness)


def _outside(index: Index, resource_policy: ResourcePolicy, pattern: Pattern) -> Iterator[Holder]:
    layer, own = resource_policy.layer, own_patterns(resource_policy.arn)
    alone = ResourcePolicyView(layer, index, own)
    by_itself = ResourcePolicyView(layer, index, own, needs_no_other=True)
    resource = index.resources.get(resource_policy.arn)
    account = resource.account if resource else caller(resource_policy.arn).account or ""
    layers = (layer, *index.around.rcps(account))
    statements = [each for layer in layers for each in layer.statements]
    stranger = stranger_of(statements, account)
    asked = [
        (who, some_allowed(alone, [who], pattern))
        for who in outsiders(statements, account)
        if index.principal(who) is None
    ]
    whole = _whole_accounts(asked)
    for who, answer in asked:
        of_whole = is_unnamed(who) and who.account in whole
        if answer.holds is False or (of_whole and who.kind is not CallerKind.USER):
            continue  # the line of an account's users says it of all
        called = _called(who, stranger, one_kind=not of_whole)
        if who.account == account and some_allowed(by_itself, [who], pattern).holds:
            called = called.replace(_IF_THEIRS_ALLOW, ", who need no policy of their own")
        naming = ", ".join(_naming(resource_policy, who))
        reason = naming or answer.reason or str(resource_policy.layer.unknown)
        if untold := _untold(who, index):
            reason += f"; not known: {untold}"
        yield Holder(called, answer.holds is True and not untold, reason, answer.witness)


def _untold(who: Caller, index: Index) -> str:
    """Return why nothing is known of an outsider's own side: its account told nothing."""
    found = (each for each in index.snapshot.unseen if each.may_deny and "*" in each.actions)
    if not who.account or who.account in index.accounts:
        return ""
    return next((each.told for each in found if each.account == who.account), "")


def _whole_accounts(asked: Iterable[tuple[Caller, Proof]]) -> set[str | None]:
    """Return the accounts of which every kind of caller that has policies gets the same answer."""
    answers: defaultdict[str | None, set[bool | None]] = defaultdict(set)
    for who, answer in asked:
        if is_unnamed(who) and who.kind is not CallerKind.ROOT:
            answers[who.account].add(answer.holds)
    return {account for account, holds in answers.items() if holds in ({True}, {None})}


def _naming(resource_policy: ResourcePolicy, who: Caller) -> Iterator[str]:
    for each in resource_policy.layer.statements:
        if not each.deny and each.grant(who, bounded=False)[1]:
            yield f"allowed by {name(each.statement)}"


def _whom(unseen: Unseen, index: Index) -> Iterator[str]:
    """Yield those outside the snapshot whom it may let in; the others are asked themselves."""
    outside = [each for each in unseen.principals if each not in index.principals]
    if unseen.actions and not unseen.principals:
        outside.append(f"whom {unseen.path} lets in")
    outside += [
        each
        for each in unseen.attaches
        if not any(arns_overlap(each, arn) for arn in index.principals)
    ]
    yield from map(display, outside)


def _concerns(resource_policy: ResourcePolicy, pattern: Pattern) -> bool:
    of_service = any(
        overlap(f"{prefix}:*", action.lower())
        for prefix in prefixes_acting_on(resource_policy.service)
        for action in pattern.actions
    )
    return of_service and any(
        may_lie_in(resource_policy.arn, resource) for resource in pattern.resources
    )


def _called(who: Caller, stranger: str, *, one_kind: bool) -> str:
    if who.name == ANONYMOUS:
        return "anybody, without credentials"
    if not is_unnamed(who):
        return called(who.name)
    whose = "any account" if who.account == stranger else f"account {display(who.account or '')}"
    if who.kind is CallerKind.ROOT:
        return f"the root user of {whose}"
    return f"{_KINDS[who.kind] if one_kind else 'others'} of {whose}{_IF_THEIRS_ALLOW}"


_IF_THEIRS_ALLOW: Final = " whose own policies allow it"
_KINDS: Final = {
    CallerKind.USER: "users",
    CallerKind.SESSION: "sessions of roles",
    CallerKind.FEDERATED_USER: "federated users",
}
