"""The values that a lock holds, read one by one: a mistake names the place that it is at."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from whomay.engine.changes.lock_writer import CURRENT, MANAGED
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.policy import Policy, Source
from whomay.iam.written import read_symbols, read_text


class LockError(ValueError):
    """The data is not a lock of this version. `path` leads to the place that is wrong.

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


def policies_at(
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
        entry = mapping(raw, set(), None, *where, name, index)
        if "Unknown" in entry:
            content = str(entry.get("content", ""))
            policies.append(Policy((), unknown=read_text(str(entry["Unknown"])), content=content))
            continue
        if MANAGED in entry:
            called = str(entry[MANAGED])
            if called not in managed:
                raise LockError(f"managed has no {called!r}", *where, name, index)
            policies.append(managed[called])
            continue
        version = str(entry.get("Version", CURRENT))
        statement = {key: read_symbols(value) for key, value in entry.items() if key != "Version"}
        try:
            parse_policy({"Version": version, "Statement": [statement]})
        except PolicyError as error:
            raise LockError(str(error), *where, name, index) from error
        documents.setdefault(version, []).append(statement)
    for version, statements in documents.items():
        document = {"Version": version, "Statement": statements}
        policies.append(parse_policy(document, Source(path, name)))
    return tuple(policies)


def joined(policies: tuple[Policy, ...] | None) -> Policy | None:
    """Return a layer's one policy; no entry at all is a policy that allows nothing."""
    if policies is None:
        return None
    if not policies:
        return Policy((), version=CURRENT)
    first, *rest = policies
    unread = next((policy.unknown for policy in policies if policy.unknown), None)
    statements = (*first.statements, *(s for policy in rest for s in policy.statements))
    return replace(first, statements=statements, unknown=unread)


def texts_at(found: Mapping[str, Any], name: str, *where: str | int) -> tuple[str, ...]:
    """Return a list of texts as it is written; an empty one where there is none."""
    values = found.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise LockError(f"{name}: {values!r} is not a list of texts", *where, name)
    return tuple(values)


def text_at(found: Mapping[str, Any], name: str, *where: str | int) -> str:
    """Return a text with its symbols."""
    if not isinstance(found[name], str):
        raise LockError(f"{name}: {found[name]!r} is not text", *where, name)
    return read_text(found[name])


def mapping(
    value: object, required: set[str], optional: set[str] | None, *where: str | int
) -> Mapping[str, Any]:
    """Return names with values: all that are required, and none beside the optional ones.

    Any name is optional where `optional` is None.
    """
    if not isinstance(value, Mapping):
        raise LockError("here the lock has names with values", *where)
    for name in sorted(required - set(value)):
        raise LockError(f"{name} is missing", *where)
    for name in [
        name for name in value if optional is not None and name not in required | optional
    ]:
        raise LockError(f"{name!r} is nothing that a lock holds here", *where, name)
    return value
