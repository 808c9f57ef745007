"""Templates by themselves, without an assembly around them: each with the account and Region of its stack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from whomay.engine.snapshot import Unseen
from whomay.engine.templates.account_snapshot import AccountSnapshot, is_account_snapshot
from whomay.engine.templates.authorization_details import AccountDetails, is_details
from whomay.engine.templates.config_snapshot import (
    accounts_of,
    is_config_snapshot,
    not_recorded,
)
from whomay.engine.templates.deployment import Deployment, DeploymentError
from whomay.engine.templates.template import AssemblyError, Template, lacking


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template of CloudFormation in JSON or YAML, and where its stack is deployed, if that is known.

    >>> from whomay.engine.templates import TemplateFile
    >>> TemplateFile.named("network.yaml@111122223333/eu-west-1").region
    'eu-west-1'

    Raises DeploymentError for an account that is no id of twelve digits, and for a text that is no
    Region.
    """

    path: Path
    account: str = ""
    region: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not an account and no Region."""
        try:
            Deployment(self.account, self.region)
        except DeploymentError as error:
            raise DeploymentError(f"{self.path}@{self.account}/{self.region}: {error}") from None

    @property
    def stack(self) -> str:
        """The name of its stack, by which its resources are named: that of the file."""
        return self.path.name.partition(".")[0]

    @classmethod
    def named(cls, text: str) -> Self:
        """Return the file of `FILE`, `FILE@ACCOUNT`, `FILE@ACCOUNT/REGION` or `FILE@/REGION`.

        An `@` in the name of a file that is there belongs to the name.
        """
        file, at, environment = text.rpartition("@")
        if not at or Path(text).exists():
            return cls(Path(text))
        account, _, region = environment.partition("/")
        return cls(Path(file), account, region)


@dataclass(frozen=True, slots=True)
class TemplateFiles:
    """Several templates that are one app; their stacks may import each other's exports.

    Raises DeploymentError when two have the same name.
    """

    files: tuple[TemplateFile, ...]

    def __post_init__(self) -> None:
        """Refuse two stacks of one name."""
        names: dict[str, Path] = {}
        for each in self.files:
            if each.stack in names:
                raise DeploymentError(
                    f"{names[each.stack]} and {each.path} would both be the stack {each.stack}: "
                    "give one file another name"
                )
            names[each.stack] = each.path

    def __str__(self) -> str:
        """Return their names, for a message."""
        return ", ".join(str(each.path) for each in self.files)


def sources(names: Sequence[str]) -> Path | TemplateFiles:
    """Return what the names of a command line mean: a folder or one template, or templates.

    Raises DeploymentError as the two classes do.
    """
    files = tuple(map(TemplateFile.named, names))
    if len(files) == 1 and not (files[0].account or files[0].region):
        return files[0].path
    return TemplateFiles(files)


def templates_of(body: Mapping[str, Any], of: TemplateFile) -> Iterator[Template]:
    """Yield the template that a file holds, or those of each account of which it tells.

    Raises AssemblyError for what is neither.
    """
    file, name = of.path, of.stack
    if is_account_snapshot(body):
        for one in AccountSnapshot(body, str(file)).templates():
            place = (one.path, one.path, file, one.account, one.region)
            yield Template(*place, body=one.body, physical=one.physical)
    elif is_config_snapshot(body):
        for made in accounts_of(body, str(file)):
            yield from templates_of(made, of)
    elif is_details(body):
        for account, region, made in AccountDetails(body, str(file)).templates():
            yield Template(account, account, file, account, region, body=made)
    elif isinstance(body.get("Resources"), dict):
        yield Template(name, name, file, of.account, of.region, body=body)
    else:
        raise AssemblyError(f"{file} {lacking(body)}")


def not_told(body: Mapping[str, Any], of: TemplateFile) -> Iterator[Unseen]:
    """Yield what a file says that it lacks: the calls that an account refused.

    Raises AssemblyError for a snapshot that cannot be read.
    """
    if is_account_snapshot(body):
        yield from AccountSnapshot(body, str(of.path)).not_told()
    elif is_config_snapshot(body):
        yield from not_recorded(body, str(of.path))
        for made in accounts_of(body, str(of.path)):
            yield from not_told(made, of)
