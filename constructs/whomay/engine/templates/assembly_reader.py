"""The files of one assembly, read: stacks, nested ones, and templates that are given alone.

The format is that of aws-cdk's cloud-assembly-schema: a manifest names stacks, nested assemblies
(one for each Stage) and the files that hold metadata.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from whomay.engine.templates.asset_files import AssetFiles
from whomay.engine.templates.asset_programs import asset_programs
from whomay.engine.templates.construct_paths import construct_paths, nested_stacks
from whomay.engine.templates.deployment import Deployment
from whomay.engine.templates.language_extensions import without_loops
from whomay.engine.templates.resolver import Resolver
from whomay.engine.templates.sam import translated
from whomay.engine.templates.stack_sets import in_accounts_of_their_sets, rolled_out
from whomay.engine.templates.template import AssemblyError, Metadata, Template, json_object
from whomay.engine.templates.template_files import TemplateFile, not_told, templates_of
from whomay.files import FileError, read_text
from whomay.iam import unique_json

if TYPE_CHECKING:
    from whomay.engine.snapshot import Unseen

NEWEST_SCHEMA: Final = 55  # the major version that the pinned aws-cdk-lib writes
DEEPEST_NESTING: Final = 20  # nested stacks in nested stacks
MOST_TEMPLATES: Final = 2_000  # an account may have as many stacks, unless AWS raises its quota
MOST_CHARACTERS: Final = 128_000_000  # of all files together


class AssemblyReader:
    """Gathers what the folders of one assembly hold."""

    def __init__(self, root: Path, deployment: Deployment) -> None:
        self.root = root.resolve()
        self.deployment = deployment
        self.templates: list[Template] = []
        self.metadata: list[Metadata] = []
        self.folders: set[Path] = set()
        self.unseen: list[Unseen] = []
        self.assets = AssetFiles()
        self.stacks: set[str] = set()
        self.paths: set[str] = set()
        self.characters = 0

    def read_assembly(self, folder: Path) -> None:
        """Read a folder that `cdk synth` wrote, with the assemblies in it."""
        if folder.resolve() in self.folders:
            raise AssemblyError(f"{folder / 'manifest.json'}: an assembly contains itself")
        self.folders.add(folder.resolve())
        manifest = self.read_json(folder / "manifest.json")
        _check_version(folder / "manifest.json", manifest.get("version"))
        where = f"{folder / 'manifest.json'}: artifact"
        artifacts = [
            (
                name,
                json_object(artifact, f"{where} {name}"),
                json_object(artifact.get("properties") or {}, f"{where} {name}: properties"),
            )
            for name, artifact in json_object(manifest.get("artifacts") or {}, f"{where}s").items()
        ]
        for name, artifact, properties in artifacts:
            if artifact.get("type") == "cdk:asset-manifest":
                self.read_assets(name, folder / str(properties.get("file")))
        for name, artifact, properties in artifacts:
            if artifact.get("type") == "cdk:cloud-assembly":
                self.read_assembly(folder / str(properties.get("directoryName")))
            elif artifact.get("type") == "aws:cloudformation:stack":
                self.read_stack(folder, name, artifact, properties)

    def read_assets(self, name: str, file: Path) -> None:
        """Read which files are published, where there is a list of them."""
        if file.is_file():
            manifest = self.read_json(file)
            self.unseen += asset_programs(name, manifest)
            self.assets.add(file.parent, manifest)

    def read_stack(
        self, folder: Path, name: str, artifact: Mapping[str, Any], properties: Mapping[str, Any]
    ) -> None:
        """Read one stack of an assembly."""
        path = str(artifact.get("displayName") or name)
        metadata = dict(json_object(artifact.get("metadata") or {}, f"{folder}: {name}: metadata"))
        if "additionalMetadataFile" in artifact:
            metadata |= self.read_json(folder / str(artifact["additionalMetadataFile"]))
        metadata = {at: _entries(entries) for at, entries in metadata.items()}
        environment = str(artifact.get("environment", "")).removeprefix("aws://")
        account, _, region = environment.partition("/")
        file = folder / str(properties.get("templateFile"))
        url = properties.get("stackTemplateAssetObjectUrl")
        if url is not None and not self.assets.are_at(url, file):
            raise AssemblyError(
                f"{file} is not what is deployed: the manifest names {url}, where no asset manifest "
                "puts this file, or another one too; synthesize again"
            )
        template = Template(
            path=path,
            stack_name=str(properties.get("stackName") or name),
            file=file,
            account="" if account.startswith("unknown-") else account,
            region="" if region.startswith("unknown-") else region,
            body=self.read_json(file),
        )
        self.metadata += [
            Metadata(path, at.removeprefix("/"), str(entry.get("type")), entry.get("data"))
            for at, entries in metadata.items()
            for entry in entries
        ]
        given = json_object(properties.get("parameters") or {}, f"{folder}: {name}: parameters")
        self.add(self.deployment.of(template, given), metadata, 0)

    def read_template(self, of: TemplateFile) -> None:
        """Add what no assembly is around, and has no metadata but its own."""
        if not of.path.exists():
            raise AssemblyError(f"{of.path}: there is no such file")
        self.read_body(self.read_object(of.path, _json_or_yaml), of)

    def read_body(self, body: Mapping[str, Any], of: TemplateFile) -> None:
        """Add what a file holds, or would hold."""
        self.unseen += not_told(body, of)
        for template in templates_of(body, of):
            self.add(self.deployment.of(template, {}), {}, 0)

    def add(self, template: Template, metadata: Mapping[str, Any], depth: int) -> None:
        """Add a template, then those of the stacks that it nests."""
        if depth > DEEPEST_NESTING:
            raise AssemblyError(f"{template.file}: stacks nest more than {DEEPEST_NESTING} deep")
        if len(self.templates) == MOST_TEMPLATES:
            raise AssemblyError(
                f"{self.root} has more than {MOST_TEMPLATES:,} stacks, nested ones counted"
            )
        template = translated(without_loops(template, self.templates))
        if template.path in self.stacks:
            raise AssemblyError(
                f"{template.file}: two stacks have the path {template.path}: synthesize again"
            )
        self.stacks.add(template.path)
        resources = template.section("Resources")
        paths = construct_paths(template.path, resources, metadata, self.paths)
        template = replace(template, paths=paths)
        self.templates.append(template)
        nesting = [*nested_stacks(template.path, resources, paths, metadata)]
        resolver = Resolver((template,) if nesting else ())
        for nested in nesting:
            if nested.file is None:
                continue
            file = template.file.parent / nested.file
            if not self.assets.are_nested(resolver, template, nested.logical_id, file):
                continue  # `unseen` names its address
            inner = replace(
                template,
                path=nested.path,
                stack_name="",
                file=file,
                body=self.read_json(file),
                parent=template.path,
                parent_id=nested.logical_id,
            )
            self.add(self.deployment.of(inner, {}), metadata, depth + 1)

    def read_stack_sets(self) -> None:
        """Add what the stack sets of all templates roll out."""
        self.templates[:] = in_accounts_of_their_sets(self.templates, self.deployment.account)
        for template in list(self.templates):
            for inner in rolled_out(template, self.templates):
                self.add(self.deployment.of(inner, {}), {}, 1)

    def read_json(self, file: Path) -> Mapping[str, Any]:
        """Return the object that a JSON file holds; raises AssemblyError for another."""
        return self.read_object(file, unique_json.loads)

    def read_object(self, file: Path, parse: Callable[[str], Any]) -> Mapping[str, Any]:
        """Return the object that a file holds as `parse` has it; raises AssemblyError for another."""
        try:
            if not Path(os.path.realpath(file)).is_relative_to(self.root):
                raise AssemblyError(f"{file} lies outside {self.root}: synthesize again")
            text = read_text(file)
            self.characters += len(text)
            if self.characters > MOST_CHARACTERS:
                raise AssemblyError(f"{self.root} holds more than {MOST_CHARACTERS:,} characters")
            return json_object(parse(text), str(file))
        except FileNotFoundError:
            raise AssemblyError(
                f"{self.root} is half-written: {file} is missing; run `cdk synth` again"
            ) from None
        except FileError as error:
            raise AssemblyError(str(error)) from None
        except RecursionError:
            raise AssemblyError(f"{file} is nested too deeply") from None
        except json.JSONDecodeError as error:
            raise AssemblyError(
                f"{file} is not JSON ({error}): it is half-written, run `cdk synth` again"
            ) from None
        except unique_json.AmbiguousError as error:
            raise AssemblyError(f"{file}: {error}") from None


def _json_or_yaml(text: str) -> Any:
    if text.lstrip().startswith("{"):
        return unique_json.loads(text)
    from whomay.engine.templates.yaml_text import loads  # noqa: PLC0415 - imported on need

    return loads(text)


def _check_version(manifest: Path, version: object) -> None:
    major = str(version).partition(".")[0]
    if not (major.isdecimal() and 1 <= int(major) <= NEWEST_SCHEMA):
        raise AssemblyError(
            f"{manifest}: cloud assembly schema {version!r} is unknown, 1 to {NEWEST_SCHEMA} are "
            "known: install a newer whomay, or synthesize with the aws-cdk-lib it was made for"
        )


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
