"""A snapshot as the data of `access.lock`.

Principals and resources by construct path, statements in IAM's own words. It is canonical: sorted
throughout, generated names by construct path (`<Stack/Bucket>`), so that it changes only when access
does. It holds all that a comparison needs.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, Final, Protocol, TypeVar

from whomay.engine.snapshot import (
    Endpoint,
    Latent,
    Levels,
    Machine,
    Principal,
    Resource,
    Snapshot,
    Unseen,
)
from whomay.iam.policy import Policy
from whomay.iam.written import written_statement, written_text

VERSION: Final = 1
MANAGED: Final = "AWS managed policy"
CURRENT: Final = "2012-10-17"  # the version of a policy document that the lock leaves out
LISTS: Final = ("actions", "resources", "principals", "attaches")  # of what is not seen


def to_lock(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as dicts, lists and strings, in canonical order.

    Policies of `--scp` are not in it: they are no part of the app. What an organization file or the
    templates attach above the app's accounts is.

    >>> from whomay.engine import read, to_lock
    >>> sorted(to_lock(read("cdk.out").snapshot))
    ['principals', 'resources', 'version']
    """
    holding_back = [each for each in snapshot.endpoints if each.policy and each.service]
    accepted = sorted(snapshot.acknowledged, key=lambda each: (each.path, each.id))
    always: dict[str, Any] = {
        "version": VERSION,
        "principals": _by_path(snapshot.principals, _principal),
        "resources": _by_path(snapshot.resources, _resource),
    }
    further: dict[str, Any] = {
        "attached": _by_path(snapshot.attached, _principal),
        "machines": _by_path(snapshot.machines, _machine),
        "tags": _by_path(snapshot.tagged, lambda each: _tags(each.tags)),
        "nobody has": _by_path(snapshot.latent, _latent),
        "shown": [asdict(each) for each in sorted(snapshot.shown, key=lambda s: (s.path, s.place))],
        "acknowledged": [{k: v for k, v in asdict(each).items() if v} for each in accepted],
        "logical ids": {each.path: each.id for each in snapshot.logical_ids},
        "managed": _managed(snapshot),
        "organization": snapshot.organization,
        "levels": {
            written_text(each.account): _levels(each)
            for each in sorted(snapshot.levels, key=lambda each: each.account)
        },
        "endpoints": _by_path(holding_back, _endpoint),
        "unread": [_unseen(each) for each in sorted(snapshot.unseen, key=lambda u: u.text)],
    }
    return always | {name: section for name, section in further.items() if section}


class _Placed(Protocol):
    @property
    def path(self) -> str: ...


P = TypeVar("P", bound=_Placed)


def _by_path(items: Iterable[P], written: Callable[[P], Any]) -> dict[str, Any]:
    """Return what is written of each by its construct path, in their order."""
    return {each.path: written(each) for each in sorted(items, key=lambda each: each.path)}


def _latent(latent: Latent) -> dict[str, Any]:
    return {"what": latent.what, "may": _policies(latent.policies)}


def _principal(principal: Principal) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": str(principal.kind), "arn": written_text(principal.arn)}
    if principal.instances:
        found["instances"] = sorted(principal.instances)
    found["may"] = _policies(principal.identity)
    if principal.trust is not None:
        found["trust"] = _policies([principal.trust])
        found["session"] = principal.max_session
    if principal.boundary is not None:
        found["boundary"] = _policies([principal.boundary])
    if principal.credentials:
        found["credentials"] = sorted(principal.credentials)
    if principal.tags:
        found["tags"] = _tags(principal.tags)
    return found


def _tags(tags: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {key: written_text(value) for key, value in sorted(tags)}


def _resource(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": resource.type,
        "arn": written_text(resource.arn),
        "account": written_text(resource.account),
        "region": written_text(resource.region),
    }
    if resource.key is not None:
        found["key"] = written_text(resource.key)
    if resource.policy is not None:
        found["policy"] = _policies([resource.policy])
    return found


def _machine(machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = {"acts as": [written_text(role) for role in machine.roles]}
    return found | ({"opens": True} if machine.opens else {})


def _levels(levels: Levels) -> dict[str, Any]:
    """Return what is above an account; empty where nothing there holds it back."""
    found: dict[str, Any] = {"path": written_text(levels.path)} if levels.path else {}
    if levels.scps:
        found["scps"] = [_policies(level) for level in levels.scps]
    if levels.rcps:
        found["rcps"] = _policies(levels.rcps)
    return found


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": written_text(endpoint.id),
        "account": written_text(endpoint.account),
        "service": endpoint.service,
        "policy": _policies([endpoint.policy] if endpoint.policy else []),
    }


def _managed(snapshot: Snapshot) -> dict[str, Any]:
    """Return the text of each AWS managed policy once, as of the day on which AWS last changed it."""
    principals = (*snapshot.principals, *snapshot.attached)
    held = (p for one in principals for p in (*one.identity, one.boundary))
    found: dict[str, Any] = {}
    for policy in (*held, *(p for one in snapshot.latent for p in one.policies)):
        if policy is not None and policy.published is not None:
            text = {"as of": policy.published.day, "may": _statements(policy)}
            found.setdefault(policy.published.name, text)
    return dict(sorted(found.items()))


def _unseen(unseen: Unseen) -> dict[str, Any]:
    found: dict[str, Any] = {"path": written_text(unseen.path), "why": written_text(unseen.why)}
    for name in ("account", "content"):
        if value := getattr(unseen, name):
            found[name] = written_text(value)
    for name in LISTS:
        if values := getattr(unseen, name):
            found[name] = [written_text(value) for value in values]
    if unseen.may_deny:
        found["denies"] = True
    return found


def _policies(policies: Iterable[Policy]) -> list[dict[str, Any]]:
    """Return the statements of some policies; one that is not known, or AWS's, is one entry."""
    found: list[dict[str, Any]] = []
    for policy in policies:
        if policy.unknown is not None:
            content = {"content": policy.content} if policy.content else {}
            found.append({"Unknown": written_text(policy.unknown)} | content)
        if policy.published is not None:
            found.append({MANAGED: policy.published.name})
        else:
            found += _statements(policy)
    return sorted(found, key=json.dumps)


def _statements(policy: Policy) -> list[dict[str, Any]]:
    old = {} if policy.version == CURRENT else {"Version": policy.version}
    return sorted((written_statement(each) | old for each in policy.statements), key=json.dumps)
