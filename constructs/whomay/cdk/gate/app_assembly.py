"""What the validation plugins read: the whole assembly of the app that is being synthesized."""

from functools import lru_cache
from pathlib import Path

from aws_cdk import IPolicyValidationContext

from whomay.engine import Assembly, read


def app_assembly(context: IPolicyValidationContext) -> Assembly | None:
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
    return assembly_in(folder)


def assembly_in(folder: Path) -> Assembly:
    """Return the assembly in a folder, read once for all checks of one synth.

    Raises AssemblyError when it cannot be read.
    """
    manifest = folder / "manifest.json"
    return _read(folder, manifest.stat().st_mtime_ns if manifest.is_file() else 0)


@lru_cache(maxsize=1)
def _read(folder: Path, written: int) -> Assembly:  # noqa: ARG001 - tells one synth from the next
    return read(folder)
