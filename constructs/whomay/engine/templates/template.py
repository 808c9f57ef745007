"""One template of a cloud assembly, and what an app attached to its constructs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

PARTITION_OF_REGIONS: Final = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


class AssemblyError(ValueError):
    """The folder is no cloud assembly that can be read. Its text is one line for people.

    >>> from whomay.engine import AssemblyError, read
    >>> try:
    ...     read("elsewhere")
    ... except AssemblyError as error:
    ...     print(error)
    elsewhere holds no cloud assembly (no manifest.json): run `cdk synth`, or name the folder that it wrote
    """


@dataclass(frozen=True, slots=True)
class Template:
    """One template of the assembly; nested stacks have one of their own.

    `path` is the construct path of its stack, unique in the assembly. `account` and `region` are
    empty when the stack names none; the partition is then taken to be aws. `paths` maps logical
    ids to construct paths. `parent` is the path of the stack that nests it, where it is the
    resource `parent_id`. `parameters` are the values that are known of its parameters. `untranslated` says
    why a template of SAM is still one. `physical` tells what `Ref` gives of a logical id, where the
    resource is there already.
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
    parameters: Mapping[str, str] = field(default_factory=dict)
    untranslated: str = ""
    physical: Mapping[str, str] = field(default_factory=dict)

    @property
    def partition(self) -> str:
        """Return the partition of the region."""
        return _partition_of(self.region)

    def section(self, name: str) -> Mapping[str, Any]:
        """Return a section such as Resources; empty when the template has none."""
        found = self.body.get(name) or {}
        return found if isinstance(found, dict) else json_object(found, f"{self.file}: {name}")

    def resources(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Return logical id, type and properties of each resource."""
        file = str(self.file)
        for logical_id, resource in self.section("Resources").items():
            if logical_id.startswith("Fn::"):  # a loop or a macro: `unseen` names it
                continue
            where = f"{file}: resource {logical_id}"
            kind = json_object(resource, where).get("Type")
            if not isinstance(kind, str):
                raise AssemblyError(f"{where} has no Type")
            yield logical_id, kind, json_object(resource.get("Properties") or {}, where)

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


@lru_cache(maxsize=256)
def _partition_of(region: str) -> str:
    found = (name for start, name in PARTITION_OF_REGIONS.items() if region.startswith(start))
    return next(found, "aws")


def json_object(value: Any, where: str) -> Mapping[str, Any]:
    """Return a value that must be a JSON object; raises AssemblyError, which says where it is."""
    if not isinstance(value, dict):
        found = "null" if value is None else type(value).__name__
        raise AssemblyError(f"{where} must be a JSON object, not {found}")
    return value


def lacking(body: Mapping[str, Any]) -> str:
    """Say what an object lacks to be a template.

    A macro gets the template that it changes as a part of its event:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
    """
    if isinstance(body.get("fragment"), dict):
        return "is the input of a macro: allowed is the template, which it has under fragment"
    return "has no Resources: allowed is a template of CloudFormation"


def symbol_names(templates: Sequence[Template]) -> dict[tuple[str, str], str]:
    """Name each resource's symbol by its construct path, and by its logical id where two agree."""
    paths = {
        (template.path, logical_id): template.path_of(logical_id).replace("/", ".")
        for template in templates
        for logical_id in template.section("Resources")
    }
    times = Counter(paths.values())
    return {
        (stack, logical_id): path if times[path] == 1 else f"{path}.{logical_id}"
        for (stack, logical_id), path in paths.items()
    }
