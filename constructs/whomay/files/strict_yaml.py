"""What a file in YAML must not hold, since two readers would take it for two documents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import yaml

from whomay.files.nesting import is_too_deep


class YamlError(ValueError):
    """A text that is not YAML, or that two readers could take for two documents. `line` is from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class FaultKind(Enum):
    """What is wrong with a part of a file."""

    ALIAS = auto()
    MERGE = auto()
    REPEATED_KEY = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One part of a file that is refused: its line, from 1, and the key where it is one."""

    kind: FaultKind
    line: int
    key: str = ""


def refuse(node: yaml.Node | None, said: Mapping[FaultKind, str]) -> None:
    """Raise YamlError for the first fault, in the words of `said`; `{0!r}` in them is the key."""
    for fault in faults(node):
        raise YamlError(said[fault.kind].format(fault.key), fault.line)


def faults(node: yaml.Node | None) -> Iterator[Fault]:
    """Yield each alias, each merge key, and each key that its mapping has already."""
    seen: set[int] = set()
    waiting = [node] if node else []
    while waiting:
        found = waiting.pop()
        if id(found) in seen:
            yield Fault(FaultKind.ALIAS, found.start_mark.line + 1)
            continue  # what is in it was looked at: an alias may lead to itself
        seen.add(id(found))
        if isinstance(found, yaml.SequenceNode):
            waiting += found.value
        elif isinstance(found, yaml.MappingNode):
            names: set[str] = set()
            for key, value in found.value:
                line, name = key.start_mark.line + 1, str(key.value)
                if key.tag == "tag:yaml.org,2002:merge":
                    yield Fault(FaultKind.MERGE, line, name)
                elif name in names:
                    yield Fault(FaultKind.REPEATED_KEY, line, name)
                names.add(name)
                waiting += (key, value)


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # in C where PyYAML has it
    """Reads a date as the text that it is."""


_Plain.yaml_implicit_resolvers = {
    letter: [each for each in some if each[0] != "tag:yaml.org,2002:timestamp"]
    for letter, some in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def plain(text: str) -> tuple[Any, yaml.Node | None]:
    """Return the data of a text, and its nodes, which know their lines; None for both of an empty one.

    Raises YamlError when it is not YAML, and for an alias, a merge key, a repeated key and a tag.
    """
    if is_too_deep(text):
        raise YamlError("nested too deeply", 1)
    loader = _Plain(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        refuse(node, _SAID)
        return loader.construct_document(node), node
    except yaml.constructor.ConstructorError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(f"{error.problem}: tags are not read", line) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(f"no YAML: {error.problem}", line) from None
    except yaml.YAMLError as error:
        raise YamlError(f"no YAML: {' '.join(str(error).split())}", 1) from None
    finally:
        loader.dispose()


_SAID = {
    FaultKind.ALIAS: "aliases are not read: write it out",
    FaultKind.MERGE: "merge keys (<<) are not read: write it out",
    FaultKind.REPEATED_KEY: "the key {0!r} is here twice",
}
