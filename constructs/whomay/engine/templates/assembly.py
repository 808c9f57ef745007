"""A cloud assembly: the folder cdk.out that every CDK app writes, whatever its language.

The format is that of aws-cdk's cloud-assembly-schema: a manifest names stacks, nested assemblies
(one for each Stage) and the files that hold metadata.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.acknowledgements import acknowledged
from whomay.engine.templates.assembly_reader import AssemblyReader
from whomay.engine.templates.collected_accounts import CollectedAccounts, is_collected
from whomay.engine.templates.deployment import Deployment
from whomay.engine.templates.organization_folder import (
    OrganizationFolder,
    is_organization_folder,
)
from whomay.engine.templates.resolver import Resolver
from whomay.engine.templates.resources import Items
from whomay.engine.templates.snapshot_of import snapshot_of
from whomay.engine.templates.template import AssemblyError, Metadata, Template
from whomay.engine.templates.template_files import (
    TemplateFile,
    TemplateFiles,
)

_NOT_KNOWN: Final = Deployment()


@dataclass(frozen=True, slots=True)
class Assembly:
    """What `cdk synth` wrote into one folder, and what follows from it.

    `templates` and `metadata` are as written. `items` are all resources, with their references
    resolved. `snapshot` is who may do what.

    >>> from whomay.engine import read
    >>> app = read("cdk.out")
    >>> [template.path for template in app.templates]
    ['Reports']
    >>> [(item.path, item.kind) for item in app.items]
    [('Reports/Bucket', 'AWS::S3::Bucket'), ('Reports/Reader', 'AWS::IAM::User')]
    """

    folder: Path
    templates: tuple[Template, ...]
    metadata: tuple[Metadata, ...]
    items: Items
    snapshot: Snapshot

    @property
    def resolver(self) -> Resolver:
        """What evaluates the references and functions of the templates."""
        return self.items.resolver


def read(source: str | Path | TemplateFiles, deployment: Deployment = _NOT_KNOWN) -> Assembly:
    """Return the assembly of a folder that `cdk synth` wrote, with the snapshot that it makes.

    >>> from whomay.engine import read
    >>> [principal.path for principal in read("cdk.out").snapshot.principals]
    ['Reports/Reader']

    A single template of CloudFormation, in JSON or YAML, is an assembly of one stack that is called
    like the file; several are `TemplateFiles`. What `aws iam get-account-authorization-details` wrote
    of an account is read alike. `deployment` is what is known of it besides; by default nothing.

    Raises:
        AssemblyError: there is no manifest, or the assembly is half-written or of another schema
            version. Or a file is too large, is not JSON or lies outside the folder, or a template is
            none.
        DeploymentError: it names a stack or a parameter that the assembly does not have, or a value
            that the template does not allow.
        OrganizationError: the deployment has an organization that lacks an account of the app.

    """
    if isinstance(source, TemplateFiles):
        return _of_files(source.files, deployment)
    folder = Path(str(source))
    if folder.is_file():
        return _of_files((TemplateFile(folder),), deployment)
    if is_organization_folder(folder):
        return _of_organization(folder, deployment)
    if is_collected(folder):
        return _of_collected(folder, deployment)
    if not (folder / "manifest.json").is_file():
        raise AssemblyError(
            f"{folder} holds no cloud assembly (no manifest.json): run `cdk synth`, "
            "or name the folder that it wrote"
        )
    reader = AssemblyReader(folder, deployment)
    reader.read_assembly(folder)
    return _assembled(folder, reader)


def _of_files(files: Sequence[TemplateFile], deployment: Deployment) -> Assembly:
    reader = AssemblyReader(_around(files), deployment)
    for each in files:
        reader.read_template(each)
    return _assembled(files[0].path, reader)


def _of_organization(folder: Path, deployment: Deployment) -> Assembly:
    """Return what several accounts told. An organization file that is given goes before their word."""
    told = OrganizationFolder(folder)
    above = deployment.organization or told.organization
    reader = AssemblyReader(folder, replace(deployment, organization=above))
    reader.unseen += told.not_told()
    for each in told.files():
        reader.read_template(each)
    return _assembled(folder, reader)


def _of_collected(folder: Path, deployment: Deployment) -> Assembly:
    """Return what iam-collect has of several accounts."""
    told, reader = CollectedAccounts(folder), AssemblyReader(folder, deployment)
    reader.unseen += told.not_read()
    for account, body in told.accounts():
        reader.read_body(body, TemplateFile(account))
    return _assembled(folder, reader)


def _assembled(folder: Path, reader: AssemblyReader) -> Assembly:
    """Return the assembly of all that was read."""
    reader.read_stack_sets()
    if reader.deployment.all_here:
        reader.deployment.refuse_strangers(reader.templates)
    items = Items(reader.templates)
    templates, metadata = tuple(reader.templates), tuple(reader.metadata)
    snapshot = snapshot_of(items, reader.deployment.organization)
    snapshot = replace(snapshot, unseen=(*snapshot.unseen, *reader.unseen))
    found = Assembly(folder, templates, metadata, items, snapshot)
    accepted = acknowledged(found)
    return replace(found, snapshot=replace(snapshot, acknowledged=accepted))


def _around(files: Sequence[TemplateFile]) -> Path:
    """Return the folder that holds all files."""
    return Path(os.path.commonpath([each.path.resolve().parent for each in files]))
