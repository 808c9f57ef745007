"""Changes of what the principals of two snapshots may do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from whomay.engine.changes.cause import Pair, added
from whomay.engine.changes.change import Change, Difference, report
from whomay.engine.changes.compare import compare, grown
from whomay.engine.changes.differing import EVERYTHING, differing, same_access
from whomay.engine.changes.one_sided import one_sided
from whomay.engine.changes.said import layers_say_the_same, said_of_levels, says_the_same
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.decisions.resource_policies import Neighbourhood, ResourcePolicy
from whomay.engine.proof.alias_view import AliasView
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import LimitView, SnapshotView, View
from whomay.engine.proof.permissions import simplest_requests, trusts_of
from whomay.engine.proof.prove import assuming, callers
from whomay.engine.snapshot import Principal, PrincipalKind, Snapshot
from whomay.iam.arn import name_in, session_arn, session_in
from whomay.iam.callers import Caller, caller
from whomay.iam.patterns.symbols import display, is_symbolic
from whomay.iam.policy import Policy

_MOST_LOOKS: Final = 1_000_000  # at a statement: every one of a principal is looked at for each
_LEAST_TRIED: Final = 20


@dataclass(frozen=True, slots=True)
class Paired:
    """The principals of two snapshots, side by side.

    `kept` have the same ARN, or else the same construct path, on both sides. `moved` are two whose
    access is the same although they are not: one gone, one come, or one with another ARN.
    """

    kept: tuple[tuple[Principal, Principal], ...]
    moved: tuple[tuple[Principal, Principal], ...]
    gone: tuple[Principal, ...]
    come: tuple[Principal, ...]

    @property
    def heirs(self) -> dict[str, str]:
        """For each ARN that takes the place of another, that other."""
        both = (*self.kept, *self.moved)
        return {after.arn: before.arn for before, after in both if before.arn != after.arn}


def paired(old: Index, new: Index) -> Paired:
    """Pair the principals of two snapshots."""
    pairs, gone, come = _pair(old.snapshot, new.snapshot)
    kept: list[tuple[Principal, Principal]] = []
    moved: list[tuple[Principal, Principal]] = []
    left: list[Principal] = []
    for before, after in pairs:
        another = _named(before) and _named(after) and before.arn != after.arn
        same = another and _same(old, new, before, after)
        (moved if same else kept).append((before, after))
    for one in gone:
        heir = next((other for other in come if _same(old, new, one, other)), None)
        if heir is None:
            left.append(one)
        else:
            come.remove(heir)
            moved.append((one, heir))
    return Paired(tuple(kept), tuple(moved), tuple(left), tuple(come))


def _named(one: Principal) -> bool:
    """Tell whether the name is stated: one that is generated says nothing of who it is."""
    return not is_symbolic(name_in(one.arn))


def principal_changes(old: Index, new: Index, pairs: Paired) -> Iterator[Difference]:
    """Yield what became of each principal: changed, gone, come, or moved to another."""
    same_around = _around(old.snapshot) == _around(new.snapshot)
    changed = _changed_resource_policies(old.snapshot, new.snapshot)
    was, now = (index.neighbourhood.among(changed) for index in (old, new))
    for before, after in pairs.kept:
        if not same_around:
            yield from _changed(old, new, before, after, EVERYTHING)
            continue
        touched = [*_near(old, before, was), *_near(new, after, now)] if changed else []
        if touched or not same_access(before, after):
            asked = differing(before, after, touched)
            yield from _changed(old, new, before, after, asked)
    for before, after in pairs.moved:
        yield from _moved(old, new, before, after)
    for before, after in (*pairs.kept, *pairs.moved):
        yield from _session(new, before, after)
    for one in pairs.gone:
        yield from one_sided(old, new, one, Change.NARROWER)
    for one in pairs.come:
        yield from one_sided(old, new, one, Change.WIDER)


def instance_changes(old: Index, new: Index) -> Iterator[Difference]:
    """Yield what became of instances that act as another role now."""
    was, now = _by_instance(old.snapshot), _by_instance(new.snapshot)
    for name in sorted(was.keys() & now.keys()):
        before, after = was[name], now[name]
        if before.path != after.path and before.arn != after.arn:
            text = f"the instance acts as {after.path}, before as {before.path}"
            who = callers_of(old, new, before, after)
            found = compare(*views_of(old, new, before, after), who)
            for difference in report(name, found, old, new):
                yield replace(difference, text=text)


def _pair(
    old: Snapshot, new: Snapshot
) -> tuple[list[tuple[Principal, Principal]], list[Principal], list[Principal]]:
    """Pair principals by ARN, then by construct path; return pairs, those gone, those come."""
    by_arn = {p.arn: p for p in new.principals}
    by_path = {(p.kind, p.path): p for p in new.principals}
    pairs, gone, taken = [], [], set()
    for before in old.principals:
        after = by_arn.get(before.arn) or by_path.get((before.kind, before.path))
        if after is None or after.arn in taken:
            gone.append(before)
        else:
            taken.add(after.arn)
            pairs.append((before, after))
    return pairs, gone, [p for p in new.principals if p.arn not in taken]


def _changed(
    old: Index, new: Index, before: Principal, after: Principal, asked: Pattern
) -> Iterator[Difference]:
    who = callers_of(old, new, before, after)
    views = views_of(old, new, before, after)
    found = compare(
        *views, who, asked, came=lambda request: _is_of(request, new) > _is_of(request, old)
    )
    if found.reason and not found.gained:
        found.gained += _plainly_gained(*views, after)
    yield from report(after.path, found, old, new, (_policies_of(before), _policies_of(after)))
    if not (found.gained or found.reason):  # what was not decided is not known to be held back
        yield from _capped((old, new), (before, after), who, asked)


def _policies_of(one: Principal) -> list[Policy]:
    return [policy for policy in (*one.identity, one.boundary, one.trust) if policy is not None]


def _is_of(request: Request, index: Index) -> bool:
    """Tell whether the resource of a request is in a snapshot, or lies in one that is."""
    if request.is_trust:
        return request.resource in index.principals
    return index.resource(request.resource) is not None


def callers_of(old: Index, new: Index, before: Principal, after: Principal) -> list[Caller]:
    """Return the callers that a principal is now: a role also as each session named on either side."""
    sessions = (session_in(one.name) for one in callers(old, before.arn))
    earlier = (caller(session_arn(after.arn, name), after.arn) for name in sessions if name)
    return list({one.name: one for one in (*callers(new, after.arn), *earlier)}.values())


def _plainly_gained(old: View, new: View, who: Principal) -> Iterator[Pair]:
    """Yield what a comparison that was given up would surely have found: one request is a proof.

    Of very many statements the first are tried; all of them were given up as Unknown already.
    """
    every = sum(len(policy.statements) for policy in who.identity)
    tried = simplest_requests(who, trusts_of(new.index.snapshot))
    for _, _, _, request in islice(tried, max(_LEAST_TRIED, _MOST_LOOKS // max(1, every))):
        pair = Pair(old.complete(request), new.complete(request))
        before, after = old.verdict(pair.before), new.verdict(pair.after)
        if after is Verdict.ALLOWED and before in (Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY):
            yield pair


def views_of(old: Index, new: Index, before: Principal, after: Principal) -> tuple[View, View]:
    """Return how each side sees a principal, the one before by its own name."""
    return _as(before, after, SnapshotView(old)), SnapshotView(new)


def _as(before: Principal, after: Principal, view: View) -> View:
    """Return a view of the old snapshot that answers what is asked by the principal's new name."""
    return AliasView(view, before.arn) if before.arn != after.arn else view


def _near(index: Index, one: Principal, changed: Neighbourhood) -> list[ResourcePolicy]:
    """Return the resources with another policy that a principal's own policies reach."""
    return [
        near
        for who in callers(index, one.arn)
        for near in changed.near(who, index.own_layers(who).identity)
    ]


def _changed_resource_policies(old: Snapshot, new: Snapshot) -> set[str]:
    """Return the resources whose own policy is not what it was."""
    was, now = _policies(old), _policies(new)
    return {arn for arn in was.keys() | now.keys() if not _alike(was.get(arn), now.get(arn))}


def _around(snapshot: Snapshot) -> tuple[object, ...]:
    names = (snapshot.management_account, snapshot.organization, snapshot.scp_accounts)
    return (*names, snapshot.scps, said_of_levels(snapshot))


_Carried = tuple[tuple[Policy, ...], str, str | None]  # the policy, if any, the account and the key


def _policies(snapshot: Snapshot) -> Mapping[str, _Carried]:
    trusts = ((p.arn, p.trust, p.account, None) for p in snapshot.principals if p.trust)
    on_resources = ((r.arn, r.policy, r.account, r.key) for r in snapshot.resources)
    return {
        arn: ((policy,) if policy else (), account, key)
        for arn, policy, account, key in (*trusts, *on_resources)
    }


def _alike(before: _Carried | None, after: _Carried | None) -> bool:
    if before is None or after is None:
        return before is after
    return before[1:] == after[1:] and says_the_same(before[0], after[0])


def _capped(
    indexes: tuple[Index, Index],
    pair: tuple[Principal, Principal],
    who: Sequence[Caller],
    asked: Pattern,
) -> Iterator[Difference]:
    """Report the first layer that grew although the principal gains nothing."""
    (old, new), (before, after) = indexes, pair
    was, now = old.own_layers(caller(before.arn)), new.own_layers(caller(after.arn))
    for name, earlier, later in (
        ("identity policies", [was.identity], [now.identity]),
        ("permissions boundary", _some(was.boundary), _some(now.boundary)),
        ("service control policies", was.scps, now.scps),
    ):
        if layers_say_the_same(earlier, later):
            continue
        views = _as(before, after, LimitView(earlier, old)), LimitView(later, new)
        witness, given_up = grown(*views, who, asked)
        text = f"the {name} would allow it now; another layer still does not"
        if given_up:
            text = f"the {name} may allow more now; another layer still does not: {given_up}"
        if witness or given_up:
            statement = added(earlier, later) or added(later, earlier)
            yield Difference(after.path, Change.CAPPED, witness, statement, text)
            return


def _some(layer: Layer | None) -> list[Layer]:
    return [] if layer is None else [layer]


def _session(new: Index, before: Principal, after: Principal) -> Iterator[Difference]:
    """Report a session length that changed: more time is more access."""
    if after.kind is not PrincipalKind.ROLE or before.max_session == after.max_session:
        return
    longer = after.max_session > before.max_session
    change = Change.WIDER if longer else Change.NARROWER
    seconds = max(after.max_session, before.max_session)
    first = next((request for request, _ in assuming(new, after.arn)), None)
    who = f"arn:aws:iam::{after.account}:root" if first is None else first.principal
    given = {} if first is None else first.context
    duration = {"sts:DurationSeconds": str(seconds)}
    witness = Request(who, "sts:AssumeRole", after.arn, {**given, **duration})
    text = f"a session may last {after.max_session} s, before {before.max_session} s"
    yield Difference(after.path, change, witness, None, text)


def _same(old: Index, new: Index, before: Principal, after: Principal) -> bool:
    """Tell whether one principal may do exactly what another could, and something at all."""
    if (before.kind, before.account) != (after.kind, after.account) or not before.identity:
        return False
    if len(before.identity) != len(after.identity):
        return False
    return compare(*views_of(old, new, before, after), callers_of(old, new, before, after)).same


def _moved(old: Index, new: Index, before: Principal, after: Principal) -> Iterator[Difference]:
    found = compare(LimitView([Layer(())], new), SnapshotView(new), [caller(after.arn)])
    names = (before.path, after.path)
    if before.path == after.path:
        names = (display(before.arn), display(after.arn))
    for difference in report(after.path, found, old, new):
        text = f"the access of {names[0]} belongs to {names[1]} now"
        yield replace(difference, change=Change.MOVED, text=text)


def _by_instance(snapshot: Snapshot) -> dict[str, Principal]:
    return {name: p for p in snapshot.principals for name in p.instances}
