"""What an assembly is about to make, and where: the facts that a check asks an account about.

https://docs.aws.amazon.com/cdk/v2/guide/deploy.html (the manifest of a cloud assembly)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from whomay.engine import Assembly
from whomay.files import FileError, read_text
from whomay.iam import unique_json
from whomay.iam.patterns.symbols import ACCOUNT, REGION, is_symbolic
from whomay.live.errors import LiveError

_STACK: Final = "aws:cloudformation:stack"
_ERROR: Final = "aws:cdk:error"
_ASSETS: Final = "cdk:asset-manifest"
_LEFT_OPEN: Final = frozenset(("", "unknown-account", "unknown-region", ACCOUNT, REGION))


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """What a stack asks of the bootstrap of its environment: a parameter, and the least version."""

    account: str
    region: str
    parameter: str
    version: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A resource about to be made, with the values that its template writes out.

    `ref` is what a reference to it gives in the values of others.
    """

    stack: str
    kind: str
    path: str
    account: str
    region: str
    ref: str
    values: Any

    def text(self, name: str) -> str:
        """Return a property that is a text without a part that only a deployment knows, or ""."""
        value = self.values(name)
        return value if isinstance(value, str) and not is_symbolic(value) else ""


class PlannedTemplate(NamedTuple):
    """A template as it is written, and where it is deployed to."""

    stack: str
    account: str
    region: str
    resources: Sequence[tuple[str, str, Mapping[str, Any]]]


class PlannedStack(NamedTuple):
    """A stack, where it goes, and the roles that the CDK's command takes for it, which may be none."""

    name: str
    account: str
    region: str
    deploy_role: str
    execution_role: str


class AppError(NamedTuple):
    """An error that the app has noted at a construct: the CDK's command deploys no stack with one."""

    path: str
    text: str


class _Artifact(NamedTuple):
    folder: Path
    id: str
    kind: str
    environment: tuple[str, str]
    properties: Mapping[str, Any]
    metadata: Mapping[str, Any]


class Plan:
    """An assembly with its environments: those that it leaves open are the caller's.

    Raises LiveError for a manifest that cannot be read.
    """

    def __init__(
        self, assembly: Assembly, account: str, region: str, partition: str = "aws"
    ) -> None:
        self._assembly = assembly
        self._own = (account, region)
        self._partition = partition
        artifacts = list(self._artifacts())
        stacks = [one for one in artifacts if one.kind == _STACK]
        self.bootstraps = tuple(dict.fromkeys(map(self._bootstrap, stacks)))
        self.stacks = tuple(map(self._stack, stacks))
        self.errors = tuple(error for one in stacks for error in _errors(one))
        assets = (one for one in artifacts if one.kind == _ASSETS)
        found = (role for one in assets for role in self._publishing_roles(one))
        self.publishing_roles = tuple(dict.fromkeys(found))

    def resources(self, *kinds: str) -> Iterator[Planned]:
        """Yield the resources of these types that are made by a stack of the assembly itself."""
        for item in self._assembly.items.of(*kinds):
            template = item.template
            account, region = self._where(template.account, template.region)
            ref = item.get("Ref")
            yield Planned(
                template.stack_name, item.kind, item.path, account, region, ref, item.plain
            )

    def templates(self) -> Iterator[PlannedTemplate]:
        """Yield all templates as they are written."""
        for template in self._assembly.templates:
            where = self._where(template.account, template.region)
            name = template.stack_name or template.path
            yield PlannedTemplate(name, *where, list(template.resources()))

    def accounts(self) -> Sequence[str]:
        """Return the accounts of all environments."""
        return sorted({one.account for one in self.bootstraps})

    def regions(self) -> Sequence[str]:
        """Return the Regions of all environments."""
        return sorted({one.region for one in self.bootstraps})

    def _where(self, account: str, region: str) -> tuple[str, str]:
        """Return where it goes; an account of a StackSet stays one that nobody knows."""
        own_account, own_region = self._own
        return (
            own_account if account in _LEFT_OPEN else account,
            own_region if region in _LEFT_OPEN else region,
        )

    def _bootstrap(self, stack: _Artifact) -> Bootstrap:
        parameter = stack.properties.get("bootstrapStackVersionSsmParameter", "")
        version = int(stack.properties.get("requiresBootstrapStackVersion", 0))
        return Bootstrap(*stack.environment, parameter, version)

    def _stack(self, stack: _Artifact) -> PlannedStack:
        name = str(stack.properties.get("stackName", stack.id))
        roles = (
            self._written(stack.properties.get(each, ""), *stack.environment)
            for each in ("assumeRoleArn", "cloudFormationExecutionRoleArn")
        )
        return PlannedStack(name, *stack.environment, *roles)

    def _publishing_roles(self, assets: _Artifact) -> Iterator[str]:
        """Yield the roles that files and images are uploaded with."""
        listed = _read(assets.folder / str(assets.properties.get("file", "")))
        for kind in ("files", "dockerImages"):
            for asset in listed.get(kind, {}).values():
                for to in asset.get("destinations", {}).values():
                    account, region = self._where("", str(to.get("region", "")))
                    if role := self._written(to.get("assumeRoleArn", ""), account, region):
                        yield role

    def _written(self, arn: str, account: str, region: str) -> str:
        """Return an ARN of the manifest with its placeholders filled."""
        filled = {"Partition": self._partition, "AccountId": account, "Region": region}
        for name, value in filled.items():
            arn = arn.replace(f"${{AWS::{name}}}", value)
        return arn

    def _artifacts(self) -> Iterator[_Artifact]:
        folder = self._assembly.folder
        for file in sorted(folder.rglob("manifest.json")) if folder.is_dir() else ():
            for name, artifact in _read(file).get("artifacts", {}).items():
                where = str(artifact.get("environment", "")).removeprefix("aws://")
                account, _, region = where.partition("/")
                environment = self._where(account, region)
                kind, properties = artifact.get("type", ""), artifact.get("properties", {})
                metadata = dict(artifact.get("metadata") or {})
                if "additionalMetadataFile" in artifact:
                    metadata |= _read(file.parent / str(artifact["additionalMetadataFile"]))
                yield _Artifact(file.parent, name, kind, environment, properties, metadata)


def _errors(stack: _Artifact) -> Iterator[AppError]:
    for path, entries in stack.metadata.items():
        for one in entries:
            if one.get("type") == _ERROR:
                yield AppError(path.removeprefix("/"), str(one.get("data", "")))


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = unique_json.loads(read_text(file))
    except (FileError, ValueError) as error:
        raise LiveError(f"{file}: {error}") from None
    return found
