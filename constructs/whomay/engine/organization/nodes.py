"""YAML or JSON as a tree that knows the line of everything in it. All values are text.

JSON is YAML, but for tabs between its parts.
"""

from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from whomay.engine.organization.organization import OrganizationError
from whomay.files import FileError, read_text
from whomay.files.nearest import nearest
from whomay.files.strict_yaml import FaultKind, faults
from whomay.iam.patterns.symbols import printable

MOST_BYTES: Final = 10_000_000
_WHOLE: Final = "the file"


class Node:
    """One value of the file, with what it is called: `units.Production.scps`."""

    def __init__(self, file: Path, node: yaml.Node, name: str) -> None:
        self.file = file
        self.name = name
        self._node = node

    @property
    def line(self) -> int:
        """The line that it begins on, from 1."""
        return int(self._node.start_mark.line) + 1

    @property
    def is_text(self) -> bool:
        """Tell whether it is one text, number or Boolean."""
        return isinstance(self._node, yaml.ScalarNode)

    def fail(self, what: str) -> NoReturn:
        """Raise OrganizationError in one line that begins with file and line."""
        raise OrganizationError(printable(" ".join(f"{self.file}:{self.line}: {what}".split())))

    def text(self, allowed: str) -> str:
        """Return a text; `allowed` says what it must be."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.fail(f"{self.name} is not text; allowed is {allowed}")
        return str(self._node.value)

    def listed(self, allowed: str) -> list["Node"]:
        """Return the values of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            self.fail(f"{self.name} is not a list; allowed is {allowed}")
        return [
            Node(self.file, each, f"{self.name}[{number}]")
            for number, each in enumerate(self._node.value)
        ]

    def entries(self, allowed: str) -> dict[str, "Node"]:
        """Return the values of names; a name that is there twice is an error."""
        if not isinstance(self._node, yaml.MappingNode):
            self.fail(f"{self.name} is not a mapping; allowed is {allowed}")
        found: dict[str, Node] = {}
        for key, value in self._node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            inner = Node(self.file, value, name if self.name == _WHOLE else f"{self.name}.{name}")
            if name in found:
                Node(self.file, key, name).fail(self._twice(name, found[name]))
            found[name] = inner
        return found

    def _twice(self, name: str, first: "Node") -> str:
        if self.name == "accounts":
            return f"account {name} is here twice, first on line {first.line}: it is in one unit"
        return f"{name!r} is here twice, first on line {first.line}: leave one of them out"

    def keys(self, *known: str) -> dict[str, "Node"]:
        """Return the values of names of which all are known."""
        found = self.entries(f"a mapping with {', '.join(known)}")
        for name, value in found.items():
            if name not in known:
                value.fail(f"{name!r} is not a key here; {nearest(name, known)}")
        return found

    def plain(self) -> Any:
        """Return the value as JSON has it, with all of its values as text."""
        if isinstance(self._node, yaml.MappingNode):
            return {name: each.plain() for name, each in self.entries("a mapping").items()}
        if isinstance(self._node, yaml.SequenceNode):
            return [each.plain() for each in self.listed("a list")]
        return self.text("a text")


def tree(file: Path) -> Node:
    """Return the whole file. Raises OrganizationError when it cannot be read or is not YAML."""
    text = text_in(file)
    if text.lstrip().startswith("{"):
        text = text.replace("\t", " ")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OrganizationError(f"{file}:{line}: neither YAML nor JSON: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        words = " ".join(str(error).split()) or "nested too deeply"
        raise OrganizationError(f"{file}: neither YAML nor JSON: {words}") from None
    if node is None:
        raise OrganizationError(
            f"{file}: is empty; allowed is an organization, its units and accounts"
        )
    _refuse_aliases(file, node)
    return Node(file, node, _WHOLE)


def text_in(file: Path) -> str:
    """Return the text of a file. Raises OrganizationError when it cannot be read."""
    try:
        return read_text(file, most=MOST_BYTES)
    except FileError as error:
        raise OrganizationError(str(error)) from None


def _refuse_aliases(file: Path, node: yaml.Node) -> None:
    if any(fault.kind is FaultKind.ALIAS for fault in faults(node)):
        raise OrganizationError(
            f"{file}: an alias (*name) is not allowed: put a policy that is attached twice into "
            "a file of its own"
        )
