"""A snapshot as the data of `access.lock`, and back.

Principals and resources by construct path, statements in IAM's own words. It is canonical: sorted
throughout, generated names by construct path (`<Stack/Bucket>`), so that it changes only when access
does. It holds all that a comparison needs.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from whomay.engine.snapshot import Machine, Principal, PrincipalKind, Resource, Snapshot, Unseen
from whomay.iam.arn import parse_arn
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.patterns.symbols import display, generated, unknown
from whomay.iam.policy import Policy, Source, Statement

VERSION: Final = 1
_CURRENT: Final = "2012-10-17"
_DEFAULT_SESSION: Final = 3600
_LISTS: Final = ("actions", "resources", "principals", "attaches")  # of what is not seen
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


def to_lock(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as dicts, lists and strings, in canonical order.

    Service control policies are not in it: templates do not hold them.

    >>> from whomay.engine import read, to_lock
    >>> sorted(to_lock(read("cdk.out").snapshot))
    ['principals', 'resources', 'version']
    """
    data: dict[str, Any] = {
        "version": VERSION,
        "principals": {p.path: _principal(p) for p in sorted(snapshot.principals, key=_path)},
        "resources": {r.path: _resource(r) for r in sorted(snapshot.resources, key=_path)},
    }
    if snapshot.attached:
        data["attached"] = {p.path: _principal(p) for p in sorted(snapshot.attached, key=_path)}
    if snapshot.machines:
        data["machines"] = {m.path: _machine(m) for m in sorted(snapshot.machines, key=_path)}
    if snapshot.organization:
        data["organization"] = snapshot.organization
    if snapshot.unseen:
        data["unread"] = [_unseen(each) for each in sorted(snapshot.unseen, key=lambda u: u.text)]
    return data


def from_lock(data: object) -> Snapshot:
    """Return the snapshot that the data of a lock holds.

    >>> from whomay.engine import diff, from_lock, read, to_lock
    >>> snapshot = read("cdk.out").snapshot
    >>> diff(from_lock(to_lock(snapshot)), snapshot)
    []

    Raises LockError for another version, and for anything that a lock does not hold.
    """
    optional = {"principals", "resources", "attached", "machines", "organization", "unread"}
    top = _mapping(data, {"version"}, optional)
    if top["version"] is True or top["version"] != VERSION:
        known = f"this whomay reads version {VERSION}"
        raise LockError(f"the lock is of version {top['version']!r}; {known}", "version")
    return Snapshot(
        principals=tuple(
            _to_principal("principals", *entry) for entry in _entries(top, "principals")
        ),
        resources=tuple(_to_resource(path, raw) for path, raw in _entries(top, "resources")),
        organization=_text(top, "organization") if "organization" in top else None,
        unseen=_to_unseen(top),
        attached=tuple(_to_principal("attached", *entry) for entry in _entries(top, "attached")),
        machines=tuple(_to_machine(path, raw) for path, raw in _entries(top, "machines")),
    )


def _path(item: Principal | Resource | Machine) -> str:
    return item.path


def _principal(principal: Principal) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": str(principal.kind), "arn": _shown(principal.arn)}
    if principal.instances:
        found["instances"] = sorted(principal.instances)
    found["may"] = _policies(principal.identity)
    if principal.trust is not None:
        found["trust"] = _policies([principal.trust])
        found["session"] = principal.max_session
    if principal.boundary is not None:
        found["boundary"] = _policies([principal.boundary])
    if principal.tags:
        found["tags"] = {key: _shown(value) for key, value in sorted(principal.tags)}
    return found


def _resource(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": resource.type,
        "arn": _shown(resource.arn),
        "account": _shown(resource.account),
        "region": _shown(resource.region),
    }
    if resource.key is not None:
        found["key"] = _shown(resource.key)
    if resource.policy is not None:
        found["policy"] = _policies([resource.policy])
    return found


def _machine(machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = {"acts as": [_shown(role) for role in machine.roles]}
    return found | ({"opens": True} if machine.opens else {})


def _unseen(unseen: Unseen) -> dict[str, Any]:
    found: dict[str, Any] = {"path": _shown(unseen.path), "why": _shown(unseen.why)}
    for name in ("account", "content"):
        if value := getattr(unseen, name):
            found[name] = _shown(value)
    for name in _LISTS:
        if values := getattr(unseen, name):
            found[name] = [_shown(value) for value in values]
    if unseen.may_deny:
        found["denies"] = True
    return found


def _policies(policies: Iterable[Policy]) -> list[dict[str, Any]]:
    """Return the statements of some policies; a policy that is not known as one entry."""
    found: list[dict[str, Any]] = []
    for policy in policies:
        if policy.unknown is not None:
            found.append({"Unknown": _shown(policy.unknown)})
        old = {} if policy.version == _CURRENT else {"Version": policy.version}
        found += [_statement(statement) | old for statement in policy.statements]
    return sorted(found, key=json.dumps)


def _statement(statement: Statement) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": statement.effect}
    for name in ("principals", "not_principals"):
        if (groups := getattr(statement, name)) is not None:
            element = "Principal" if name == "principals" else "NotPrincipal"
            everyone = groups == (("*", ("*",)),)
            found[element] = "*" if everyone else {k: _values(v) for k, v in sorted(groups)}
    for name, element in (
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ):
        if (values := getattr(statement, name)) is not None:
            found[element] = _values(values)
    conditions: dict[str, dict[str, Any]] = {}
    for condition in sorted(statement.conditions, key=lambda c: (c.operator, c.key)):
        conditions.setdefault(condition.operator, {})[condition.key] = _values(condition.values)
    if conditions:
        found["Condition"] = conditions
    return found


def _values(values: Iterable[str]) -> str | list[str]:
    shown = sorted({_shown(value) for value in values})
    return shown[0] if len(shown) == 1 else shown


def _shown(text: str) -> str:
    """Return text with its symbols named; what looks like one is escaped."""
    return display(re.sub(r"[\\<>]", r"\\\g<0>", text))


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


def _to_principal(section: str, path: str, raw: object) -> Principal:
    where = (section, path)
    optional = {"instances", "trust", "session", "boundary", "tags"}
    found = _mapping(raw, {"kind", "arn", "may"}, optional, *where)
    if found["kind"] not in [*PrincipalKind]:
        raise LockError(f"kind: {found['kind']!r} is neither user nor role", *where, "kind")
    session = found.get("session", _DEFAULT_SESSION)
    if not isinstance(session, int) or isinstance(session, bool):
        raise LockError(f"session: {session!r} is no number of seconds", *where, "session")
    tags = _mapping(found.get("tags", {}), set(), None, *where, "tags")
    arn = _text(found, "arn", *where)
    parsed = parse_arn(arn)
    identity = _to_policies(found, "may", path, *where) or ()
    trust, boundary = (
        _joined(_to_policies(found, name, path, *where)) for name in ("trust", "boundary")
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
        tags=tuple((str(key), _read(str(value))) for key, value in tags.items()),
    )


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
        optional = {"account", "content", "denies", *_LISTS}
        entry = _mapping(raw, {"path", "why"}, optional, *where)
        values: dict[str, Any] = {
            name: tuple(map(_read, _texts(entry, name, *where))) for name in _LISTS if name in entry
        }
        values |= {
            name: _text(entry, name, *where)
            for name in ("path", "why", "account", "content")
            if name in entry
        }
        found.append(Unseen(**values, may_deny=bool(entry.get("denies"))))
    return tuple(found)


def _to_policies(
    found: Mapping[str, Any], name: str, path: str, *where: str
) -> tuple[Policy, ...] | None:
    """Return one policy for each version among the statements, and one for each unknown entry."""
    if name not in found:
        return None
    if not isinstance(found[name], list):
        raise LockError(f"{name} is a list of statements", *where, name)
    documents: dict[str, list[dict[str, Any]]] = {}
    policies = []
    for index, raw in enumerate(found[name]):
        entry = _mapping(raw, set(), None, *where, name, index)
        if "Unknown" in entry:
            policies.append(Policy((), unknown=_read(str(entry["Unknown"]))))
            continue
        version = str(entry.get("Version", _CURRENT))
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
        return Policy((), version=_CURRENT)
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
