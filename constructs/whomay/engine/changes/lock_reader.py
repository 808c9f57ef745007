"""The data of `access.lock` as the snapshot that it was written from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from whomay.engine.changes.lock_values import (
    LockError,
    joined,
    mapping,
    policies_at,
    text_at,
    texts_at,
)
from whomay.engine.changes.lock_writer import CURRENT, LISTS, VERSION
from whomay.engine.snapshot import (
    Acknowledged,
    Endpoint,
    Latent,
    Levels,
    LogicalId,
    Machine,
    Principal,
    PrincipalKind,
    Resource,
    Shown,
    Snapshot,
    Tagged,
    Unseen,
)
from whomay.iam.arn import parse_arn
from whomay.iam.policy import Policy, Published
from whomay.iam.written import read_text

_DEFAULT_SESSION: Final = 3600


def from_lock(data: object) -> Snapshot:
    """Return the snapshot that the data of a lock holds.

    >>> from whomay.engine import diff, from_lock, read, to_lock
    >>> snapshot = read("cdk.out").snapshot
    >>> diff(from_lock(to_lock(snapshot)), snapshot)
    []

    Raises LockError for another version, and for anything that a lock does not hold.
    """
    top = mapping(data, {"version"}, _SECTIONS)
    if top["version"] is True or top["version"] != VERSION:
        known = f"this whomay reads version {VERSION}"
        raise LockError(f"the lock is of version {top['version']!r}; {known}", "version")
    managed = {name: _to_managed(name, raw) for name, raw in _entries(top, "managed")}
    return Snapshot(
        principals=tuple(
            _to_principal("principals", *entry, managed) for entry in _entries(top, "principals")
        ),
        resources=tuple(_to_resource(path, raw) for path, raw in _entries(top, "resources")),
        organization=text_at(top, "organization") if "organization" in top else None,
        levels=tuple(_to_levels(path, raw) for path, raw in _entries(top, "levels")),
        endpoints=tuple(_to_endpoint(path, raw) for path, raw in _entries(top, "endpoints")),
        unseen=_to_unseen(top),
        attached=tuple(
            _to_principal("attached", *entry, managed) for entry in _entries(top, "attached")
        ),
        machines=tuple(_to_machine(path, raw) for path, raw in _entries(top, "machines")),
        tagged=tuple(
            Tagged(path, _to_tags(raw, "tags", path)) for path, raw in _entries(top, "tags")
        ),
        latent=tuple(_to_latent(*entry, managed) for entry in _entries(top, "nobody has")),
        shown=tuple(_to_shown(top)),
        acknowledged=tuple(_to_acknowledged(top)),
        logical_ids=tuple(_to_logical_ids(top)),
    )


def _to_logical_ids(top: Mapping[str, Any]) -> Iterator[LogicalId]:
    for path, _ in _entries(top, "logical ids"):
        yield LogicalId(path, text_at(top["logical ids"], path, "logical ids"))


def _entries(top: Mapping[str, Any], name: str) -> Iterable[tuple[str, Any]]:
    found = top.get(name, {})
    if not isinstance(found, Mapping):
        raise LockError(f"{name} is a list of construct paths with what belongs to each", name)
    return found.items()


_SECTIONS: Final = {
    "principals",
    "resources",
    "attached",
    "machines",
    "tags",
    "nobody has",
    "shown",
    "acknowledged",
    "logical ids",
    "managed",
    "organization",
    "levels",
    "endpoints",
    "unread",
}


def _to_principal(section: str, path: str, raw: object, managed: Mapping[str, Policy]) -> Principal:
    where = (section, path)
    optional = {"instances", "trust", "session", "boundary", "tags", "credentials"}
    found = mapping(raw, {"kind", "arn", "may"}, optional, *where)
    if found["kind"] not in [*PrincipalKind]:
        raise LockError(f"kind: {found['kind']!r} is neither user nor role", *where, "kind")
    session = found.get("session", _DEFAULT_SESSION)
    if not isinstance(session, int) or isinstance(session, bool):
        raise LockError(f"session: {session!r} is not a number of seconds", *where, "session")
    arn = text_at(found, "arn", *where)
    parsed = parse_arn(arn)
    identity = policies_at(found, "may", path, *where, managed=managed) or ()
    trust, boundary = (
        joined(policies_at(found, name, path, *where, managed=managed))
        for name in ("trust", "boundary")
    )
    return Principal(
        arn=arn,
        kind=PrincipalKind(found["kind"]),
        account=parsed.account if parsed else "",
        path=path,
        identity=identity,
        boundary=boundary,
        trust=trust,
        max_session=session,
        instances=texts_at(found, "instances", *where),
        credentials=texts_at(found, "credentials", *where),
        tags=_to_tags(found.get("tags", {}), *where, "tags"),
    )


def _to_tags(raw: object, *where: str) -> tuple[tuple[str, str], ...]:
    tags = mapping(raw, set(), None, *where)
    return tuple((str(key), read_text(str(value))) for key, value in tags.items())


def _to_managed(name: str, raw: object) -> Policy:
    found = mapping(raw, {"as of", "may"}, set(), "managed", name)
    arn = f"arn:aws:iam::aws:policy/{name}"
    (policy,) = policies_at(found, "may", arn, "managed", name) or (Policy((), version=CURRENT),)
    source = (replace(s, source=replace(s.source, policy=name)) for s in policy.statements)
    day = text_at(found, "as of", "managed", name)
    return replace(policy, statements=tuple(source), published=Published(name, day))


def _to_resource(path: str, raw: object) -> Resource:
    where = ("resources", path)
    found = mapping(raw, {"type", "arn", "account", "region"}, {"key", "policy"}, *where)
    return Resource(
        arn=text_at(found, "arn", *where),
        type=text_at(found, "type", *where),
        account=text_at(found, "account", *where),
        region=text_at(found, "region", *where),
        path=path,
        policy=joined(policies_at(found, "policy", path, *where)),
        key=text_at(found, "key", *where) if "key" in found else None,
    )


def _to_machine(path: str, raw: object) -> Machine:
    where = ("machines", path)
    found = mapping(raw, {"acts as"}, {"opens"}, *where)
    roles = tuple(map(read_text, texts_at(found, "acts as", *where)))
    return Machine(path, roles, opens=bool(found.get("opens")))


def _to_levels(account: str, raw: object) -> Levels:
    where = ("levels", account)
    found = mapping(raw, set(), {"path", "scps", "rcps"}, *where)
    scps = found.get("scps", [])
    if not isinstance(scps, list):
        raise LockError("scps is a list of levels", *where, "scps")
    levels = tuple(policies_at({"scps": level}, "scps", account, *where) or () for level in scps)
    rcps = policies_at(found, "rcps", account, *where) or ()
    path = text_at(found, "path", *where) if "path" in found else ""
    return Levels(read_text(account), levels, rcps, path)


def _to_endpoint(path: str, raw: object) -> Endpoint:
    where = ("endpoints", path)
    found = mapping(raw, {"id", "account", "service", "policy"}, set(), *where)
    return Endpoint(
        path=path,
        id=text_at(found, "id", *where),
        account=text_at(found, "account", *where),
        service=text_at(found, "service", *where),
        policy=joined(policies_at(found, "policy", path, *where)),
    )


def _to_latent(path: str, raw: object, managed: Mapping[str, Policy]) -> Latent:
    where = ("nobody has", path)
    found = mapping(raw, {"what", "may"}, set(), *where)
    policies = policies_at(found, "may", path, *where, managed=managed)
    return Latent(path, text_at(found, "what", *where), policies or ())


def _listed(top: Mapping[str, Any], name: str) -> Iterable[tuple[int, Any]]:
    entries = top.get(name, [])
    if not isinstance(entries, list):
        raise LockError(f"{name}: {entries!r} is not a list", name)
    return enumerate(entries)


def _to_shown(top: Mapping[str, Any]) -> Iterator[Shown]:
    for index, raw in _listed(top, "shown"):
        where = ("shown", index)
        entry = mapping(raw, {"path", "place", "what"}, set(), *where)
        yield Shown(*(text_at(entry, name, *where) for name in ("path", "place", "what")))


def _to_acknowledged(top: Mapping[str, Any]) -> Iterator[Acknowledged]:
    for index, raw in _listed(top, "acknowledged"):
        where = ("acknowledged", index)
        entry = mapping(raw, {"path", "id"}, {"reason", "owner", "expires"}, *where)
        texts = {str(name): str(value) for name, value in entry.items()}
        try:
            date.fromisoformat(texts.get("expires", "2000-01-01"))
        except ValueError:
            raise LockError(
                f"expires: {texts['expires']!r} is not a date", *where, "expires"
            ) from None
        yield Acknowledged(**{"reason": "", **texts})


def _to_unseen(top: Mapping[str, Any]) -> tuple[Unseen, ...]:
    """Return what was not seen; older locks hold a text of each, which may change anything."""
    found = []
    for index, raw in _listed(top, "unread"):
        if isinstance(raw, str):
            found.append(Unseen(raw, "not seen", actions=("*",), may_deny=True))
            continue
        where = ("unread", index)
        optional = {"account", "content", "denies", *LISTS}
        entry = mapping(raw, {"path", "why"}, optional, *where)
        values: dict[str, Any] = {
            name: tuple(map(read_text, texts_at(entry, name, *where)))
            for name in LISTS
            if name in entry
        }
        values |= {
            name: text_at(entry, name, *where)
            for name in ("path", "why", "account", "content")
            if name in entry
        }
        found.append(Unseen(**values, may_deny=bool(entry.get("denies"))))
    return tuple(found)
