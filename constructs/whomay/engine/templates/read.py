"""From a cloud assembly to a snapshot."""

from pathlib import Path

from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.assembly import Assembly, read


def snapshot(assembly: Assembly) -> Snapshot:
    """Return who may do what by the templates of the assembly."""
    return assembly.snapshot


def snapshot_of(folder: Path) -> Snapshot:
    """Return the snapshot of a cdk.out; raises AssemblyError when it cannot be read."""
    return snapshot(read(folder))
