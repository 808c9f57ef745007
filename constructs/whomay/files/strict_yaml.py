"""What a file in YAML must not hold, since two readers would take it for two documents."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

import yaml


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
