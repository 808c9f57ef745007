"""What an assembly is about to make, and where: the facts that a check asks an account about.

https://docs.aws.amazon.com/cdk/v2/guide/deploy.html (the manifest of a cloud assembly)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from whomay.engine import Assembly
from whomay.files import FileError, read_text
from whomay.iam import unique_json
from whomay.iam.patterns.symbols import is_symbolic
from whomay.live.errors import LiveError

_STACK: Final = "aws:cloudformation:stack"
_UNKNOWN: Final = ("", "unknown-account", "unknown-region")


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """What a stack asks of the bootstrap of its environment: a parameter, and the least version."""

    account: str
    region: str
    parameter: str
    version: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A resource about to be made, with the values that its template writes out."""

    stack: str
    kind: str
    path: str
    account: str
    region: str
    values: Any

    def text(self, name: str) -> str:
        """Return a property that is a text without a part that only a deployment knows, or ""."""
        value = self.values(name)
        return value if isinstance(value, str) and not is_symbolic(value) else ""


class Plan:
    """An assembly with its environments: those that it leaves open are the caller's.

    Raises LiveError for a manifest that cannot be read.
    """

    def __init__(self, assembly: Assembly, account: str, region: str) -> None:
        self._assembly = assembly
        self._own = (account, region)
        self.bootstraps = tuple(dict.fromkeys(self._bootstraps()))

    def resources(self, *kinds: str) -> Iterator[Planned]:
        """Yield the resources of these types that are made by a stack of the assembly itself."""
        for item in self._assembly.items.of(*kinds):
            template = item.template
            account, region = self._where(template.account, template.region)
            yield Planned(template.stack_name, item.kind, item.path, account, region, item.plain)

    def accounts(self) -> Sequence[str]:
        """Return the accounts of all environments."""
        return sorted({one.account for one in self.bootstraps})

    def regions(self) -> Sequence[str]:
        """Return the Regions of all environments."""
        return sorted({one.region for one in self.bootstraps})

    def _where(self, account: str, region: str) -> tuple[str, str]:
        own_account, own_region = self._own
        return (
            own_account if account in _UNKNOWN or is_symbolic(account) else account,
            own_region if region in _UNKNOWN or is_symbolic(region) else region,
        )

    def _bootstraps(self) -> Iterator[Bootstrap]:
        for artifact in self._artifacts():
            where = str(artifact.get("environment", "")).removeprefix("aws://")
            account, _, region = where.partition("/")
            properties = artifact.get("properties", {})
            parameter = properties.get("bootstrapStackVersionSsmParameter", "")
            version = int(properties.get("requiresBootstrapStackVersion", 0))
            yield Bootstrap(*self._where(account, region), parameter, version)

    def _artifacts(self) -> Iterator[dict[str, Any]]:
        folder = self._assembly.folder
        for file in sorted(folder.rglob("manifest.json")) if folder.is_dir() else ():
            for artifact in _read(file).get("artifacts", {}).values():
                if artifact.get("type") == _STACK:
                    yield artifact


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = unique_json.loads(read_text(file))
    except (FileError, ValueError) as error:
        raise LiveError(f"{file}: {error}") from None
    return found
