"""Which services and machines are handed which role: functions, tasks, projects, identity pools.

The properties are those of the table `iam/facts/policy_carriers`. Instances have a role through an
instance profile, and are read by `instance_profiles`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from whomay.engine.snapshot import Machine
from whomay.engine.templates.formats import values_at
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item, Items
from whomay.iam.facts.policy_carriers import opening, roles
from whomay.iam.patterns.symbols import unknown_reasons

# Read with their launch templates and groups, by `instance_profiles`.
_INSTANCES: Final = frozenset(
    (
        "AWS::AutoScaling::LaunchConfiguration",
        "AWS::EC2::Instance",
        "AWS::EC2::LaunchTemplate",
        "AWS::IAM::InstanceProfile",
    )
)


def machines(items: Items) -> tuple[Machine, ...]:
    """Return all that is handed a role, by construct path and property."""
    profiles = _profiles(items)
    found: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for kind, paths in roles().items():
        if kind in _INSTANCES:
            continue
        for item in items.of(kind):
            for path in paths:
                for role in _roles_at(item, path, profiles):
                    name = f"{item.path} ({'.'.join(path)})"
                    found[name, kind in opening()].add(role)
    return tuple(
        Machine(path, tuple(sorted(some)), opens) for (path, opens), some in sorted(found.items())
    )


def _roles_at(
    item: Item, path: tuple[str, ...], profiles: Mapping[tuple[str, str], list[str]]
) -> Iterator[str]:
    for value, _ in values_at(item, path):
        for name in _texts(value):
            for role in profiles.get((item.account, name), [name]):
                yield _arn(item, role)


def _texts(value: Any) -> Iterator[str]:
    """Yield the roles or profiles of a property: texts, lists and maps of them, `Arn` or `Name`."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value not in (None, ""):
        yield as_text(value)


def _arn(item: Item, role: str) -> str:
    """Return a role by its ARN; a name alone is one of the account, in no path."""
    if role.startswith("arn:") or unknown_reasons(role):
        return role
    partition = item.resolver.environment(item.template)["Partition"]
    return f"arn:{partition}:iam::{item.account}:role/{role}"


def _profiles(items: Items) -> Mapping[tuple[str, str], list[str]]:
    """Map account and instance profile, by name or ARN, to the names of its roles."""
    return {
        (item.account, name): item.texts("Roles")
        for item in items.of("AWS::IAM::InstanceProfile")
        for name in (item.get("Ref"), item.get("Arn"))
    }
