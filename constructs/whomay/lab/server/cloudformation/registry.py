"""MiniStack's table of resource types: add one, or extend one that it has."""

import secrets
from collections.abc import Callable
from typing import Any, TypeAlias

from whomay.lab.server import internals

Properties: TypeAlias = dict[str, Any]
Provisioned: TypeAlias = tuple[str, dict[str, Any]]  # physical id, attributes for Fn::GetAtt
Create: TypeAlias = Callable[
    [str, Properties, str], Provisioned
]  # logical id, properties, stack name
Update: TypeAlias = Callable[[str, Properties, Properties], None]  # physical id, old, new
Delete: TypeAlias = Callable[[str, Properties], None]
Adjust: TypeAlias = Callable[[str, Properties, Properties], dict[str, Any]]  # -> further attributes


def table() -> dict[str, dict[str, Any]]:
    """Return MiniStack's own table, to be changed in place."""
    handlers: dict[str, dict[str, Any]] = internals.get(
        "services.cloudformation.provisioners", "_RESOURCE_HANDLERS"
    )
    return handlers


def add(
    name: str, *, create: Create, update: Update, delete: Delete, replacing: tuple[str, ...] = ()
) -> None:
    """Register the resource type `name` in place of whatever MiniStack has for it.

    A change of a property in `replacing` makes a new resource; CloudFormation then deletes the old
    one. Any other change is an `update`, which leaves the attributes as they are.
    """
    attributes: dict[str, dict[str, Any]] = {}

    def created(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        physical_id, attributes_of_new = create(logical_id, properties, stack)
        attributes[physical_id] = attributes_of_new
        return physical_id, attributes_of_new

    def updated(physical_id: str, old: Properties, new: Properties, *_: object) -> Provisioned:
        update(physical_id, old, new)
        return physical_id, attributes[physical_id]

    table()[name] = {"create": created, "update": updated, "delete": delete}
    internals.get("services.cloudformation.provisioners", "_REPLACING_PROPERTIES")[name] = replacing


def extend(
    name: str,
    adjust: Adjust = lambda _, __, ___: {},
    *,
    check: Callable[[Properties, Properties], None] = lambda _, __: None,
    delete: Delete | None = None,
) -> None:
    """Run `adjust(physical_id, old, new)` after MiniStack's own create (old is empty) and update.

    `check(old, new)` may raise before either (old is empty at a creation). `delete` takes the place of MiniStack's own. A resource whose adjustment fails at creation is
    deleted again, as CloudFormation would not know of it.
    """
    inner = dict(table()[name])
    if delete:
        inner["delete"] = delete

    def create(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        check({}, properties)
        physical_id, attributes = inner["create"](logical_id, properties, stack)
        try:
            return physical_id, {**attributes, **adjust(physical_id, {}, properties)}
        except ValueError:
            inner["delete"](physical_id, properties)
            raise

    def update(physical_id: str, old: Properties, new: Properties, *rest: object) -> Provisioned:
        check(old, new)
        updated_id, attributes = inner["update"](physical_id, old, new, *rest)
        before = old if updated_id == physical_id else {}
        return updated_id, {**attributes, **adjust(updated_id, before, new)}

    table()[name] = {**inner, "create": create, "update": update}


def generated_name(stack: str, logical_id: str, limit: int = 128) -> str:
    """Return a name as CloudFormation makes one: stack, logical id, twelve random characters."""
    suffix = secrets.token_hex(6).upper()
    return f"{stack[:24]}-{logical_id[: limit - 38]}-{suffix}"


def removed(old: Properties, new: Properties, name: str) -> list[Any]:
    """Return the members of the list property `name` that `new` has no longer."""
    return [item for item in old.get(name, []) if item not in new.get(name, [])]


def added(old: Properties, new: Properties, name: str) -> list[Any]:
    """Return the members of the list property `name` that `old` had not."""
    return removed(new, old, name)
