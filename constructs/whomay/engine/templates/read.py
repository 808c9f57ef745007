"""From a cloud assembly to a snapshot."""

from pathlib import Path

from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.assembly import Assembly, load
from whomay.engine.templates.policy_carriers import resources
from whomay.engine.templates.resources import Items
from whomay.engine.templates.roles_and_users import attached_elsewhere, principals


def snapshot(assembly: Assembly) -> Snapshot:
    """Return who may do what by the templates of the assembly."""
    items = Items(assembly)
    return Snapshot(
        principals(items),
        resources(items),
        unread=assembly.unread,
        attached=attached_elsewhere(items),
    )


def snapshot_of(folder: Path) -> Snapshot:
    """Return the snapshot of a cdk.out; raises AssemblyError when it cannot be read."""
    return snapshot(load(folder))
