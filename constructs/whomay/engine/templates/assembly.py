"""A cloud assembly: the folder cdk.out that every CDK app writes, whatever its language.

The format is that of aws-cdk's cloud-assembly-schema: a manifest names stacks, nested assemblies
(one for each Stage) and the files that hold metadata.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from whomay.engine.templates.construct_paths import construct_paths, nested_stacks

NEWEST_SCHEMA: Final = 55  # the major version that the pinned aws-cdk-lib writes
LARGEST_FILE: Final = 64_000_000  # bytes; CloudFormation itself takes templates of 1 MB
DEEPEST_NESTING: Final = 20  # nested stacks in nested stacks

PARTITIONS: Final = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


class AssemblyError(ValueError):
    """The folder is no cloud assembly that can be read. Its text is one line for people."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template of the assembly; nested stacks have one of their own.

    `path` is the construct path of its stack, unique in the assembly. `account` and `region` are
    empty when the stack names none; the partition is then taken to be aws. `paths` maps logical
    ids to construct paths. `parent` is the path of the stack that nests it, where it is the
    resource `parent_id`.
    """

    path: str
    stack_name: str
    file: Path
    account: str
    region: str
    body: Mapping[str, Any]
    paths: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    parent_id: str = ""

    @property
    def partition(self) -> str:
        """Return the partition of the region."""
        return next((p for start, p in PARTITIONS.items() if self.region.startswith(start)), "aws")

    def section(self, name: str) -> Mapping[str, Any]:
        """Return a section such as Resources; empty when the template has none."""
        return _object(self.body.get(name) or {}, f"{self.file}: {name}")

    def resources(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Return logical id, type and properties of each resource."""
        for logical_id, resource in self.section("Resources").items():
            if logical_id.startswith(
                "Fn::"
            ):  # a loop or macro: load() lists the transform as unread
                continue
            where = f"{self.file}: resource {logical_id}"
            kind = _object(resource, where).get("Type")
            if not isinstance(kind, str):
                raise AssemblyError(f"{where} has no Type")
            yield logical_id, kind, _object(resource.get("Properties") or {}, where)

    def path_of(self, logical_id: str) -> str:
        """Return the construct path of a resource, or stack and logical id where none is known."""
        return self.paths.get(logical_id) or f"{self.path}/{logical_id}"


@dataclass(frozen=True, slots=True)
class Metadata:
    """One entry that an app attached to a construct. `stack` is the path of its stack."""

    stack: str
    path: str
    type: str
    data: Any


@dataclass(frozen=True, slots=True)
class Assembly:
    """All templates and metadata of one cdk.out. `unread` names what could not be seen."""

    folder: Path
    templates: tuple[Template, ...]
    metadata: tuple[Metadata, ...] = ()
    unread: tuple[str, ...] = ()


def load(folder: Path) -> Assembly:
    """Read a cdk.out.

    Raises:
        AssemblyError: there is no manifest, the assembly is half-written or of another schema
            version, or a file is too large, is no JSON, or lies outside the folder.

    """
    if not (folder / "manifest.json").is_file():
        raise AssemblyError(
            f"{folder} holds no cloud assembly (no manifest.json): run `cdk synth`, "
            "or name the folder that it wrote"
        )
    reader = _Reader(folder)
    reader.read_assembly(folder)
    return Assembly(
        folder, tuple(reader.templates), tuple(reader.metadata), tuple(dict.fromkeys(reader.unread))
    )


class _Reader:
    """Gathers what the folders of one assembly hold."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.templates: list[Template] = []
        self.metadata: list[Metadata] = []
        self.unread: list[str] = []
        self.folders: set[Path] = set()

    def read_assembly(self, folder: Path) -> None:
        if folder.resolve() in self.folders:
            raise AssemblyError(f"{folder / 'manifest.json'}: an assembly contains itself")
        self.folders.add(folder.resolve())
        manifest = self.read_json(folder / "manifest.json")
        _check_version(folder / "manifest.json", manifest.get("version"))
        where = f"{folder / 'manifest.json'}: artifact"
        for name, artifact in _object(manifest.get("artifacts") or {}, f"{where}s").items():
            kind = _object(artifact, f"{where} {name}").get("type")
            properties = _object(artifact.get("properties") or {}, f"{where} {name}: properties")
            if kind == "cdk:cloud-assembly":
                self.read_assembly(folder / str(properties.get("directoryName")))
            elif kind == "aws:cloudformation:stack":
                self.read_stack(folder, name, artifact, properties)

    def read_stack(
        self, folder: Path, name: str, artifact: Mapping[str, Any], properties: Mapping[str, Any]
    ) -> None:
        path = str(artifact.get("displayName") or name)
        metadata = dict(_object(artifact.get("metadata") or {}, f"{folder}: {name}: metadata"))
        if "additionalMetadataFile" in artifact:
            metadata |= self.read_json(folder / str(artifact["additionalMetadataFile"]))
        metadata = {at: _entries(entries) for at, entries in metadata.items()}
        environment = str(artifact.get("environment", "")).removeprefix("aws://")
        account, _, region = environment.partition("/")
        file = folder / str(properties.get("templateFile"))
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
        self.add(template, metadata, 0)

    def add(self, template: Template, metadata: Mapping[str, Any], depth: int) -> None:
        """Add a template, then those of the stacks that it nests."""
        if depth > DEEPEST_NESTING:
            raise AssemblyError(f"{template.file}: stacks nest more than {DEEPEST_NESTING} deep")
        paths = construct_paths(template.path, template.section("Resources"), metadata)
        template = replace(template, paths=paths)
        self.templates.append(template)
        if transform := template.body.get("Transform"):
            self.unread.append(f"what {json.dumps(transform)} adds to stack {template.path}")
        for nested in nested_stacks(template.path, template.section("Resources"), paths, metadata):
            if nested.file is None:
                self.unread.append(f"nested stack {nested.path}, whose template is elsewhere")
                continue
            file = template.file.parent / nested.file
            inner = replace(
                template,
                path=nested.path,
                stack_name="",
                file=file,
                body=self.read_json(file),
                parent=template.path,
                parent_id=nested.logical_id,
            )
            self.add(inner, metadata, depth + 1)

    def read_json(self, file: Path) -> Mapping[str, Any]:
        try:
            if not file.resolve().is_relative_to(self.root):
                raise AssemblyError(f"{file} lies outside {self.root}: synthesize again")
            if file.stat().st_size > LARGEST_FILE:
                raise AssemblyError(f"{file} is larger than {LARGEST_FILE} bytes")
            return _object(json.loads(file.read_text("utf-8")), str(file))
        except FileNotFoundError:
            raise AssemblyError(
                f"{self.root} is half-written: {file} is missing; run `cdk synth` again"
            ) from None
        except OSError as error:
            raise AssemblyError(f"{file} cannot be read: {error.strerror}") from None
        except RecursionError:
            raise AssemblyError(f"{file} is nested too deeply") from None
        except ValueError as error:
            if isinstance(error, AssemblyError):
                raise
            raise AssemblyError(
                f"{file} is no JSON ({error}): it is half-written, run `cdk synth` again"
            ) from None


def _check_version(manifest: Path, version: object) -> None:
    major = str(version).partition(".")[0]
    if not (major.isdecimal() and 1 <= int(major) <= NEWEST_SCHEMA):
        raise AssemblyError(
            f"{manifest}: cloud assembly schema {version!r} is unknown, 1 to {NEWEST_SCHEMA} are "
            "known: install a newer whomay, or synthesize with the aws-cdk-lib it was made for"
        )


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise AssemblyError(f"{where} must be a JSON object, not {type(value).__name__}")
    return value


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
