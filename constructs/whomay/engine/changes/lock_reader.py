"""The data of `access.lock` as the snapshot that it was written from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from whomay.engine.changes.lock_writer import CURRENT, LISTS, MANAGED, VERSION
from whomay.engine.snapshot import (
    Machine,
    Principal,
    PrincipalKind,
    Resource,
    Snapshot,
    Tagged,
    Unseen,
)
from whomay.iam.arn import parse_arn
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.patterns.symbols import generated, unknown
from whomay.iam.policy import Policy, Published, Source

_DEFAULT_SESSION: Final = 3600
_ESCAPED: Final = re.compile(r"\\(.)|<(\??)([^<>]*)>")


class LockError(ValueError):
    """The data is no lock of this version. `path` leads to the place that is wrong.

    >>> from whomay.engine import LockError, from_lock
    >>> try:
    ...     from_lock({"version": 1, "principals": "nobody"})
    ... except LockError as error:
    ...     print(error)
    principals is a list of construct paths with what belongs to each
    """

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path


def from_lock(data: object) -> Snapshot:
    """Return the snapshot that the data of a lock holds.

    >>> from whomay.engine import diff, from_lock, read, to_lock
    >>> snapshot = read("cdk.out").snapshot
    >>> diff(from_lock(to_lock(snapshot)), snapshot)
    []

    Raises LockError for another version, and for anything that a lock does not hold.
    """
    top = _mapping(data, {"version"}, _SECTIONS)
    if top["version"] is True or top["version"] != VERSION:
        known = f"this whomay reads version {VERSION}"
        raise LockError(f"the lock is of version {top['version']!r}; {known}", "version")
    managed = {name: _to_managed(name, raw) for name, raw in _entries(top, "managed")}
    return Snapshot(
        principals=tuple(
            _to_principal("principals", *entry, managed) for entry in _entries(top, "principals")
        ),
        resources=tuple(_to_resource(path, raw) for path, raw in _entries(top, "resources")),
        organization=_text(top, "organization") if "organization" in top else None,
        unseen=_to_unseen(top),
        attached=tuple(
            _to_principal("attached", *entry, managed) for entry in _entries(top, "attached")
        ),
        machines=tuple(_to_machine(path, raw) for path, raw in _entries(top, "machines")),
        tagged=tuple(
            Tagged(path, _to_tags(raw, "tags", path)) for path, raw in _entries(top, "tags")
        ),
    )


def _read(text: str) -> str:
    def part(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        return unknown(match[3]) if match[2] else generated(match[3])

    return _ESCAPED.sub(part, text)


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
    "managed",
    "organization",
    "unread",
}


def _to_principal(section: str, path: str, raw: object, managed: Mapping[str, Policy]) -> Principal:
    where = (section, path)
    optional = {"instances", "trust", "session", "boundary", "tags"}
    found = _mapping(raw, {"kind", "arn", "may"}, optional, *where)
    if found["kind"] not in [*PrincipalKind]:
        raise LockError(f"kind: {found['kind']!r} is neither user nor role", *where, "kind")
    session = found.get("session", _DEFAULT_SESSION)
    if not isinstance(session, int) or isinstance(session, bool):
        raise LockError(f"session: {session!r} is no number of seconds", *where, "session")
    arn = _text(found, "arn", *where)
    parsed = parse_arn(arn)
    identity = _to_policies(found, "may", path, *where, managed=managed) or ()
    trust, boundary = (
        _joined(_to_policies(found, name, path, *where, managed=managed))
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
        instances=_texts(found, "instances", *where),
        tags=_to_tags(found.get("tags", {}), *where, "tags"),
    )


def _to_tags(raw: object, *where: str) -> tuple[tuple[str, str], ...]:
    tags = _mapping(raw, set(), None, *where)
    return tuple((str(key), _read(str(value))) for key, value in tags.items())


def _to_managed(name: str, raw: object) -> Policy:
    found = _mapping(raw, {"as of", "may"}, set(), "managed", name)
    arn = f"arn:aws:iam::aws:policy/{name}"
    (policy,) = _to_policies(found, "may", arn, "managed", name) or (Policy((), version=CURRENT),)
    source = (replace(s, source=replace(s.source, policy=name)) for s in policy.statements)
    day = _text(found, "as of", "managed", name)
    return replace(policy, statements=tuple(source), published=Published(name, day))


def _to_resource(path: str, raw: object) -> Resource:
    where = ("resources", path)
    found = _mapping(raw, {"type", "arn", "account", "region"}, {"key", "policy"}, *where)
    return Resource(
        arn=_text(found, "arn", *where),
        type=_text(found, "type", *where),
        account=_text(found, "account", *where),
        region=_text(found, "region", *where),
        path=path,
        policy=_joined(_to_policies(found, "policy", path, *where)),
        key=_text(found, "key", *where) if "key" in found else None,
    )


def _to_machine(path: str, raw: object) -> Machine:
    where = ("machines", path)
    found = _mapping(raw, {"acts as"}, {"opens"}, *where)
    roles = tuple(map(_read, _texts(found, "acts as", *where)))
    return Machine(path, roles, opens=bool(found.get("opens")))


def _to_unseen(top: Mapping[str, Any]) -> tuple[Unseen, ...]:
    """Return what was not seen; older locks hold a text of each, which may change anything."""
    entries = top.get("unread", [])
    if not isinstance(entries, list):
        raise LockError(f"unread: {entries!r} is no list", "unread")
    found = []
    for index, raw in enumerate(entries):
        if isinstance(raw, str):
            found.append(Unseen(raw, "not seen", actions=("*",), may_deny=True))
            continue
        where = ("unread", index)
        optional = {"account", "content", "denies", *LISTS}
        entry = _mapping(raw, {"path", "why"}, optional, *where)
        values: dict[str, Any] = {
            name: tuple(map(_read, _texts(entry, name, *where))) for name in LISTS if name in entry
        }
        values |= {
            name: _text(entry, name, *where)
            for name in ("path", "why", "account", "content")
            if name in entry
        }
        found.append(Unseen(**values, may_deny=bool(entry.get("denies"))))
    return tuple(found)


def _to_policies(
    found: Mapping[str, Any],
    name: str,
    path: str,
    *where: str,
    managed: Mapping[str, Policy] = MappingProxyType({}),
) -> tuple[Policy, ...] | None:
    """Return one policy for each version among the statements, each unknown one, and each of AWS's."""
    if name not in found:
        return None
    if not isinstance(found[name], list):
        raise LockError(f"{name} is a list of statements", *where, name)
    documents: dict[str, list[dict[str, Any]]] = {}
    policies = []
    for index, raw in enumerate(found[name]):
        entry = _mapping(raw, set(), None, *where, name, index)
        if "Unknown" in entry:
            content = str(entry.get("content", ""))
            policies.append(Policy((), unknown=_read(str(entry["Unknown"])), content=content))
            continue
        if MANAGED in entry:
            called = str(entry[MANAGED])
            if called not in managed:
                raise LockError(f"managed has no {called!r}", *where, name, index)
            policies.append(managed[called])
            continue
        version = str(entry.get("Version", CURRENT))
        statement = {key: _symbols(value) for key, value in entry.items() if key != "Version"}
        try:
            parse_policy({"Version": version, "Statement": [statement]})
        except PolicyError as error:
            raise LockError(str(error), *where, name, index) from error
        documents.setdefault(version, []).append(statement)
    for version, statements in documents.items():
        document = {"Version": version, "Statement": statements}
        policies.append(parse_policy(document, Source(path, name)))
    return tuple(policies)


def _joined(policies: tuple[Policy, ...] | None) -> Policy | None:
    """Return a layer's one policy; no entry at all is a policy that allows nothing."""
    if policies is None:
        return None
    if not policies:
        return Policy((), version=CURRENT)
    first, *rest = policies
    unread = next((policy.unknown for policy in policies if policy.unknown), None)
    statements = (*first.statements, *(s for policy in rest for s in policy.statements))
    return replace(first, statements=statements, unknown=unread)


def _symbols(value: Any) -> Any:
    if isinstance(value, str):
        return _read(value)
    if isinstance(value, list):
        return [_symbols(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _symbols(item) for key, item in value.items()}
    return value


def _texts(found: Mapping[str, Any], name: str, *where: str | int) -> tuple[str, ...]:
    values = found.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise LockError(f"{name}: {values!r} is no list of texts", *where, name)
    return tuple(values)


def _text(found: Mapping[str, Any], name: str, *where: str | int) -> str:
    if not isinstance(found[name], str):
        raise LockError(f"{name}: {found[name]!r} is no text", *where, name)
    return _read(found[name])


def _mapping(
    value: object, required: set[str], optional: set[str] | None, *where: str | int
) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise LockError("here the lock has names with values", *where)
    for name in sorted(required - set(value)):
        raise LockError(f"{name} is missing", *where)
    for name in [
        name for name in value if optional is not None and name not in required | optional
    ]:
        raise LockError(f"{name!r} is nothing that a lock holds here", *where, name)
    return value
