"""Where in the source of an app something is: the line that states it, or that makes the construct."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from whomay.engine import Assembly
from whomay.engine.rules import Finding

_CREATION_STACK: Final = "aws:cdk:creationStack"
# A frame of a construct's creation, as CDK writes it: `new Role (/app/lib/shop.ts:31:5)`.
_FRAME: Final = re.compile(r"\((?P<file>[^()]+?):(?P<line>\d+)(?::\d+)?\)\s*$")
_STATED: Final = re.compile(r"(?P<file>.+):(?P<line>\d+)")


class Place(NamedTuple):
    """A file, relative to the root where it is below it, with slashes; and a line, from 1."""

    file: str
    line: int


class SourceLines:
    """The places of what is found in one assembly, relative to `root`, such as a repository's root."""

    def __init__(self, assembly: Assembly, root: Path) -> None:
        """Read the stack traces that CDK keeps of how each construct was made."""
        self._app = assembly.folder.resolve().parent
        self._root = root.resolve()
        self._traces = {
            entry.path: entry.data
            for entry in assembly.metadata
            if entry.type == _CREATION_STACK and isinstance(entry.data, list)
        }

    def of_finding(self, finding: Finding) -> Place:
        """Return the line that makes the construct, or where its template has the resource.

        CDK knows the line of an app in TypeScript or JavaScript alone.
        """
        path = finding.path
        for name in (path, f"{path}/Resource", f"{path}/Default", path.rpartition("/")[0]):
            for frame in self._traces.get(name, ()):
                found = _FRAME.search(frame) if isinstance(frame, str) else None
                source = self._source(Path(found["file"])) if found else None
                if found and source:
                    return Place(source, int(found["line"]))
        file = finding.item.template.file
        line = _lines(file).get(finding.item.logical_id, 1)
        return Place(self._name(file.resolve()), line)

    def of_statement(self, at: str) -> Place | None:
        """Return the place of a statement of the contract, which says it as `shop.py:31`."""
        found = _STATED.fullmatch(at)
        return Place(self._name(self._app / found["file"]), int(found["line"])) if found else None

    def _source(self, file: Path) -> str | None:
        """Return the name of a file of the app's own; None for a file of a library.

        Where the app was synthesized elsewhere, it is the file at the end of the path that is here.
        """
        if "node_modules" in file.parts:
            return None
        if file.is_relative_to(self._app):
            return self._name(file)
        ends = (Path(*file.parts[start:]) for start in range(1, len(file.parts)))
        return next((end.as_posix() for end in ends if (self._root / end).is_file()), None)

    def _name(self, file: Path) -> str:
        """Return a file relative to the root, or else to the app, as if that were the root."""
        for folder in (self._root, self._app):
            if file.is_relative_to(folder):
                return file.relative_to(folder).as_posix()
        return file.as_posix()


@cache
def _lines(file: Path) -> Mapping[str, int]:
    """Return on which line of a template each resource begins: CDK indents them by two."""
    return dict(_resources(file.read_text("utf-8").splitlines()))


def _resources(lines: list[str]) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(lines, 1):
        if line.startswith('  "') and line.endswith("{"):
            yield line.strip().split('"')[1], number
