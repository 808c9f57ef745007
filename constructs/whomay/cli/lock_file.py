"""`access.lock` as a file: YAML, read line by line by people, and back with the line of a mistake."""

import re
from pathlib import Path
from typing import Final

import yaml

from whomay.cli.inputs import BadInputError
from whomay.engine import LockError, Snapshot, from_lock, to_lock
from whomay.files import FileError, read_text
from whomay.files.nesting import is_too_deep
from whomay.files.strict_yaml import FaultKind, YamlError, refuse

HEAD: Final = (
    "# Who can do what. Written by `whomay lock` from the synthesized templates: review it like code,\n"
    "# never edit it by hand.\n"
)
_LOADER: Final = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # in C where PyYAML was built with it
MOST_BYTES: Final = 8_000_000  # some 20,000 principals
_SAID: Final = {
    FaultKind.ALIAS: "a lock has no aliases",
    FaultKind.MERGE: "a lock has no merge keys (<<)",
    FaultKind.REPEATED_KEY: "{0!r} stands here twice",
}
_CONFLICT: Final = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)


class Lists(yaml.SafeDumper):
    """Indents lists below their name, and never writes an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's signature
        """Indent a list wherever it is."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, _data: object) -> bool:
        """Write everything out."""
        return True


def text_of(snapshot: Snapshot) -> str:
    """Return the whole text of the lock."""
    data = to_lock(snapshot)
    text: str = yaml.dump(data, Dumper=Lists, sort_keys=False, width=100, allow_unicode=True)
    return HEAD + text


def read(path: Path) -> Snapshot:
    """Return the snapshot of a lock file.

    Raises BadInputError in one line, with the line of the file where there is one.
    """
    return parsed(text_in(path), str(path))


def parsed(text: str, path: str) -> Snapshot:
    """Return the snapshot of a lock's text; `path` names it in errors.

    Raises BadInputError as `read` does.
    """
    refuse_conflict(path, text)
    if is_too_deep(text):
        raise BadInputError(f"{path}: nested too deeply")
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        refuse(node, _SAID)
        return from_lock(loader.construct_document(node) if node else None)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInputError(f"{path}:{line}: not YAML: {error.problem}") from error
    except YamlError as error:
        raise BadInputError(f"{path}:{error.line}: {error}") from None
    except LockError as error:
        line = _line(node, error.path)
        raise BadInputError(f"{path}:{line}: {error}; write it anew by `whomay lock`") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadInputError(f"{path}: not YAML: {error or type(error).__name__}") from error
    finally:
        loader.dispose()


def refuse_conflict(path: Path | str, text: str) -> None:
    """Raise BadInputError, with the line, when a merge left its marks in the text of a lock."""
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise BadInputError(f"{path}:{line}: a merge conflict: solve it by `whomay lock`")


def text_in(path: Path) -> str:
    """Return the text of a lock; raises BadInputError when it cannot be read."""
    try:
        return read_text(path, most=MOST_BYTES)
    except FileNotFoundError:
        raise BadInputError(f"{path}: there is no such file or folder") from None
    except FileError as error:
        raise BadInputError(str(error)) from None


def _line(node: yaml.Node | None, path: tuple[str | int, ...]) -> int:
    """Return the line of the place that a path leads to, or of the last step that exists."""
    line = 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line
