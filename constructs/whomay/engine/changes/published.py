"""AWS managed policies that AWS has changed: the table is newer on one side, and no template changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from whomay.engine.changes.change import Difference
from whomay.engine.snapshot import Principal, Snapshot
from whomay.iam.policy import Policy, Published


@dataclass(frozen=True, slots=True)
class Republished:
    """An AWS managed policy on both sides, of two days."""

    name: str
    before: str
    after: str

    @property
    def told(self) -> str:
        """Return it for people."""
        return f"AWS changed {self.name}: it is of {self.after}, before of {self.before}"


def republished(old: Snapshot, new: Snapshot) -> list[Republished]:
    """Return the AWS managed policies of both sides that AWS has changed in between."""
    was, now = _published(old), _published(new)
    return [
        Republished(name, was[name].day, now[name].day)
        for name in sorted(was.keys() & now.keys())
        if was[name] != now[name]
    ]


def with_text_of(locked: Snapshot, new: Snapshot) -> Snapshot:
    """Return a snapshot with the text of AWS managed policies that another one has of them."""
    texts = {p.published.name: p for p in _policies(locked) if p.published is not None}

    def same(policy: Policy) -> Policy:
        name = policy.published.name if policy.published else ""
        return texts.get(name, policy)

    def with_those(one: Principal) -> Principal:
        boundary = None if one.boundary is None else same(one.boundary)
        return replace(one, identity=tuple(map(same, one.identity)), boundary=boundary)

    return replace(
        new,
        principals=tuple(map(with_those, new.principals)),
        attached=tuple(map(with_those, new.attached)),
        latent=tuple(replace(one, policies=tuple(map(same, one.policies))) for one in new.latent),
    )


def told_of_aws(one: Difference, changed: Mapping[str, Republished]) -> Difference:
    """Return a difference that says so where a statement of a changed policy of AWS's is the cause."""
    source = None if one.statement is None else one.statement.source
    if source is None or source.policy not in changed or ":iam::aws:policy/" not in source.path:
        return one
    return replace(one, text=f"AWS changed {source.policy}: {one.text}")


def _published(snapshot: Snapshot) -> dict[str, Published]:
    return {p.published.name: p.published for p in _policies(snapshot) if p.published is not None}


def _policies(snapshot: Snapshot) -> Iterator[Policy]:
    for one in (*snapshot.principals, *snapshot.attached):
        yield from one.identity
        if one.boundary is not None:
            yield one.boundary
    for each in snapshot.latent:
        yield from each.policies
