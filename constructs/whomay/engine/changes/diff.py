"""What changed between two snapshots in who may do what, and what caused it.

Effective access is compared request by request: what a principal gains makes it wider, what it
loses narrower. A single layer that grew while another still holds is told apart, as capped. What
another account's policies say is not known. They are taken to trust the caller's account on both
sides, so that a grant to a foreign resource counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from whomay.engine.changes.change import Change, Difference
from whomay.engine.changes.credentials import credential_changes
from whomay.engine.changes.endpoints import endpoint_changes
from whomay.engine.changes.environment import in_one_environment
from whomay.engine.changes.latent import latent_changes
from whomay.engine.changes.logical_ids import logical_id_changes
from whomay.engine.changes.machines import machine_changes
from whomay.engine.changes.one_sided import with_trust
from whomay.engine.changes.principals import instance_changes, paired, principal_changes
from whomay.engine.changes.published import republished, told_of_aws
from whomay.engine.changes.resource_policies import resource_policy_changes
from whomay.engine.changes.shown import shown_changes
from whomay.engine.changes.tagged import tag_changes
from whomay.engine.changes.unseen import unseen_changes
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.outside import Outside
from whomay.engine.proof.role_chains import Becoming
from whomay.engine.snapshot import Principal, PrincipalKind, Snapshot

__all__ = ["Change", "Difference", "diff"]

_NAMED: Final = 5


def diff(old: Snapshot, new: Snapshot) -> list[Difference]:
    """Return all changes from one snapshot to another, in the order of the construct paths.

    >>> from whomay.engine import diff, read
    >>> old, new = read("before.out").snapshot, read("cdk.out").snapshot
    >>> [(one.principal, one.change.value) for one in diff(old, new)]
    [('Reports/Reader', 'wider')]

    Empty when nobody may do more or less. A principal whose construct path alone changed, or that
    has no access, is not a change.
    """
    old, new, _ = in_one_environment(old, new)
    by_aws = {each.name: each for each in republished(old, new)}
    here, there = ({one.path for one in side.principals} for side in (old, new))
    found = (told_of_aws(one, by_aws) for one in with_trust(_changes(old, new), here ^ there))
    return sorted(found, key=lambda d: (d.principal, d.change))


def _changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    yield from unseen_changes(old, new)
    yield from logical_id_changes(old, new)
    old, new = _with_attached(old), _with_attached(new)
    before, after = Index(old, Outside.DELEGATES), Index(new, Outside.DELEGATES)
    roles = {one.path: one.arn for one in new.principals if one.kind is PrincipalKind.ROLE}
    pairs, becoming = paired(before, after), Becoming(after)
    for one in principal_changes(before, after, pairs):
        gains = one.change is Change.WIDER and one.principal in roles
        yield _told_to_whom(one, becoming.of(roles[one.principal])) if gains else one
    elsewhere = [(_without(one), one) for one in pairs.come if one in new.attached]
    elsewhere += [(one, _without(one)) for one in pairs.gone if one in old.attached]
    yield from credential_changes((*pairs.kept, *pairs.moved, *elsewhere))
    yield from latent_changes(old, new)
    yield from shown_changes(old, new)
    yield from instance_changes(before, after)
    yield from machine_changes(before, after)
    yield from tag_changes(old, new)
    yield from resource_policy_changes(before, after, pairs.heirs)
    yield from endpoint_changes(before, after)


def _without(one: Principal) -> Principal:
    """Return the same principal without credentials: of one made elsewhere no more is known."""
    return replace(one, credentials=())


def _with_attached(snapshot: Snapshot) -> Snapshot:
    """Count those among the principals that are made elsewhere and get policies here.

    What is not seen is compared by itself: on both sides it would make every answer Unknown.
    """
    principals = (*snapshot.principals, *snapshot.attached)
    return replace(snapshot, principals=principals, unseen=())


def _told_to_whom(one: Difference, who: Sequence[str]) -> Difference:
    """Add who else gains: all that can assume the role, through others too."""
    if not who:
        return one
    more = f" and {len(who) - _NAMED} more" if len(who) > _NAMED else ""
    return replace(
        one,
        text=f"{one.text}; also reachable by {', '.join(who[:_NAMED])}{more}, who can assume this role",
    )
