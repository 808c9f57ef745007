"""What the validation plugins read: the whole assembly of the app that is being synthesized."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from aws_cdk import IPolicyValidationContext

from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.assembly import Assembly, load
from whomay.engine.templates.read import snapshot


@dataclass(frozen=True)
class AppAssembly:
    """The assembly and its snapshot, read once for all plugins of one synth."""

    assembly: Assembly

    @cached_property
    def snapshot(self) -> Snapshot:
        """Who may do what by the templates."""
        return snapshot(self.assembly)


def app_assembly(context: IPolicyValidationContext) -> AppAssembly | None:
    """Return the app's assembly; None where there is no template to look at.

    CDK validates an app with Stages once a Stage, whose assembly lies in a folder of the app's.
    Raises AssemblyError when it cannot be read.
    """
    paths = context.template_paths
    if not paths:
        return None
    folder = Path(paths[0]).parent
    while (folder.parent / "manifest.json").is_file():
        folder = folder.parent
    manifest = folder / "manifest.json"
    return _read(folder, manifest.stat().st_mtime_ns if manifest.is_file() else 0)


@lru_cache(maxsize=1)
def _read(folder: Path, written: int) -> AppAssembly:  # noqa: ARG001 - tells one synth from the next
    return AppAssembly(load(folder))
