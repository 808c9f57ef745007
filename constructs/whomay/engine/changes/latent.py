"""Changes of policies that nobody has yet: of groups without members, and attached to nobody."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.changes.change import Change, Difference
from whomay.engine.changes.said import said
from whomay.engine.decisions.layer import Layer
from whomay.engine.snapshot import Latent, Snapshot
from whomay.iam.policy import Policy, Statement


def latent_changes(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Yield each policy that nobody has and that would allow more than before, or less.

    One that was taken away from somebody is not new: that is told of the one who had it.
    """
    was = {each.path: each for each in old.latent}
    come = any(each.path not in was for each in new.latent)
    held_then, held_now = (_held(old), _held(new)) if come else (_NOTHING, _NOTHING)
    for now in new.latent:
        before = was.get(now.path)
        earlier = () if before is None else before.policies
        told = said(now.policies)
        lost = before is None and told <= held_then and not told <= held_now
        if said(earlier) != told and not lost:
            yield _changed(before, now, earlier)


_NOTHING: Final[frozenset[object]] = frozenset()


def _held(snapshot: Snapshot) -> frozenset[object]:
    return said(
        policy for one in snapshot.principals for policy in (*one.identity, one.boundary) if policy
    )


def _changed(before: Latent | None, now: Latent, earlier: tuple[Policy, ...]) -> Difference:
    come, gone = _only_in(now.policies, earlier), _only_in(earlier, now.policies)
    unread = any(policy.unknown for policy in now.policies)
    allows = [each for each in come if each.effect == "Allow"]
    spared = [each for each in gone if each.effect == "Deny"]
    grew = bool(allows or spared or unread)
    change = Change.CAPPED if grew else Change.NARROWER
    what = f"new {now.what}" if before is None else now.what
    text = f"{what}: it would allow {'more' if grew and before else 'this' if grew else 'less'}"
    statement = next(iter((*allows, *spared, *come, *gone)), None)
    return Difference(now.path, change, None, statement, f"{text}; nobody gains by it yet")


def _only_in(some: tuple[Policy, ...], others: tuple[Policy, ...]) -> list[Statement]:
    known = {s.statement for s in Layer(others).statements}
    return [s.statement for s in Layer(some).statements if s.statement not in known]
