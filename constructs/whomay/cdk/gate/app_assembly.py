"""What the validation plugins read: the whole assembly of the app that is being synthesized."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from aws_cdk import IPolicyValidationContext
from constructs import IConstruct

from whomay.cdk.arguments.context_section import context_value
from whomay.engine import Assembly, AssemblyError, Deployment, read
from whomay.engine.organization import OrganizationError, read_organization
from whomay.metadata.refusals import refuse_type

ORGANIZATION: Final = "organization"


def organization_file(scope: IConstruct) -> str:
    """Return the organization file that the context names; empty where it names none.

    Its path is relative to the folder of cdk.json. Raises ValueError for what is not text.
    """
    found = context_value(scope, ORGANIZATION)
    if found is not None and not isinstance(found, str):
        refuse_type(ORGANIZATION, found, "the path of an organization file")
    return found or ""


def app_assembly(context: IPolicyValidationContext) -> Assembly | None:
    """Return the app's assembly; None where there is no template to look at.

    CDK validates an app with Stages once a Stage, whose assembly lies in a folder of the app's.
    Raises AssemblyError when it, or the organization file, cannot be read.
    """
    paths = context.template_paths
    if not paths:
        return None
    folder = Path(paths[0]).parent
    while (folder.parent / "manifest.json").is_file():
        folder = folder.parent
    return assembly_in(folder, organization_file(context.app_construct))


def assembly_in(folder: Path, organization: str) -> Assembly:
    """Return the assembly in a folder, read once for all checks of one synth.

    `organization` is the path of the organization file, empty for none. Raises AssemblyError when
    either cannot be read.
    """
    manifest = folder / "manifest.json"
    written = manifest.stat().st_mtime_ns if manifest.is_file() else 0
    return _read(folder, organization, written)


@lru_cache(maxsize=1)
def _read(folder: Path, organization: str, written: int) -> Assembly:  # noqa: ARG001 - tells one synth from the next
    try:
        above = read_organization(organization) if organization else None
        return read(folder, Deployment(organization=above))
    except OrganizationError as error:
        raise AssemblyError(str(error)) from None
