"""`access-contract.yaml`: a contract beside the app, for apps in any language.

Each entry of `statements` names one of the five statements with its principal, and what it says:

    version: 1
    statements:
      - must_allow: Reports/Reader
        actions: s3:GetObject
        resources: Reports/Bucket/*
      - assumable_only_by: Reports/Reader
        trusted:
          - Service: ec2.amazonaws.com
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from whomay.engine.contract.contract import Contract
from whomay.engine.contract.file_names import FileNames
from whomay.engine.contract.mistakes import problems, subjects
from whomay.engine.contract.yaml_words import in_yaml
from whomay.engine.names import PrincipalNames
from whomay.engine.templates.assembly import Assembly
from whomay.files import FileError, read_text
from whomay.files.nearest import nearest
from whomay.iam.patterns.symbols import printable
from whomay.metadata.records import StatementKind

if TYPE_CHECKING:
    import yaml

VERSION: Final = 1
MOST_BYTES: Final = 8_000_000
_OF_REQUESTS: Final = ({"actions", "resources"}, {"given"})
# What each statement must say, and what it may say besides.
SAYS: Final[Mapping[StatementKind, tuple[set[str], set[str]]]] = {
    StatementKind.MUST_ALLOW: _OF_REQUESTS,
    StatementKind.MUST_NOT_ALLOW: _OF_REQUESTS,
    StatementKind.CANNOT_REACH: ({"actions"}, {"resources", "given"}),
    StatementKind.MAY_ONLY: ({"statements"}, set()),
    StatementKind.ASSUMABLE_ONLY_BY: ({"trusted"}, set()),
}
_KINDS: Final = {kind.value: kind for kind in StatementKind}


class ContractFileError(ValueError):
    """A contract file cannot be used. Its text is one line for people, with file and line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the file: its data, the line that it begins on, and that of each of its texts."""

    data: Any
    line: int
    texts: Sequence[tuple[str, int]]


def read_contract(file: Path, assembly: Assembly) -> Contract:
    """Return what an app's own constructs state and what the file states besides.

    Raises:
        ContractFileError: the file cannot be read, is not YAML or is of another version. So is a
            statement that lacks a key, has another, or says nothing.
        AssemblyError: the app holds a statement that this version does not know

    """
    contract = Contract.of(assembly)
    names = FileNames(assembly.snapshot)
    principals = PrincipalNames(assembly.snapshot)
    for entry in _entries(file):
        try:
            state(contract, f"{file}:{entry.line}", entry.data, names)
            *_, stated = contract
            wrong = subjects(principals, stated)[1] or next(problems(stated), "")
            if wrong:
                raise ValueError(wrong)  # noqa: TRY301 - told like any other mistake, with its line
        except ValueError as error:
            line = _line(entry, str(error))
            raise ContractFileError(printable(f"{file}:{line}: {in_yaml(str(error))}")) from None
    return contract


def state(contract: Contract, at: str, entry: Any, names: FileNames) -> None:
    """Add what an entry of a file says to a contract; `at` says where it is.

    Raises ValueError for an entry that lacks a key, has another, names nothing or says nothing.
    """
    if not isinstance(entry, dict):
        raise ValueError(f"{entry!r} is not a mapping; write one such as must_allow: PRINCIPAL")  # noqa: TRY004 - a mistake of the file
    named = [key for key in entry if key in _KINDS]
    if len(named) != 1:
        problem = f"names {' and '.join(named)}" if named else _unknown(entry)
        raise ValueError(f"{problem}; allowed is one of {', '.join(_KINDS)}")
    kind = _KINDS[named[0]]
    said = {key: value for key, value in entry.items() if key != kind}
    must, may = SAYS[kind]
    for key in said:
        if key not in must | may:
            raise ValueError(
                f"{key!r} is not a key of {kind}; {nearest(str(key), sorted(must | may))}"
            )
    if missing := must - said.keys():
        raise ValueError(f"{kind} lacks {' and '.join(sorted(missing))}")
    if kind is StatementKind.CANNOT_REACH:
        said.setdefault("resources", "*")
    if isinstance(said.get("statements"), list):
        said["statements"] = [each for one in said["statements"] for each in names.statement(one)]
    if isinstance(said.get("trusted"), list):
        said["trusted"] = [names.trusted(one) for one in said["trusted"]]
    contract.add(kind, entry[kind], at=at, **said)


def _entries(file: Path) -> list[Entry]:
    """Return the entries of the file, each with its lines."""
    from whomay.files.strict_yaml import YamlError, plain  # noqa: PLC0415 - YAML, where there is a file

    try:
        data, node = plain(read_text(file, most=MOST_BYTES))
    except FileError as error:
        raise ContractFileError(printable(str(error))) from None
    except YamlError as error:
        raise ContractFileError(printable(f"{file}:{error.line}: {error}")) from None
    except (ValueError, RecursionError) as error:
        raise ContractFileError(printable(f"{file}: {error or 'nested too deeply'}")) from None
    if not isinstance(data, dict) or node is None:
        _fail(file, 1, f"holds no contract; allowed is version: {VERSION} and statements")
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value}
    for key in data:
        if key not in ("version", "statements"):
            near = nearest(str(key), ("version", "statements"))
            _fail(file, lines[str(key)], f"{key!r} is not a key here; {near}")
    if data.get("version") != VERSION:
        found = f"a contract of version {data.get('version')!r}; allowed is {VERSION}"
        _fail(file, lines.get("version", 1), found)
    entries = data.get("statements")
    if not isinstance(entries, list) or not entries:
        allowed = "statements is not a list with a statement; allowed is one entry a statement"
        _fail(file, lines.get("statements", 1), allowed)
    [nodes] = [value.value for key, value in node.value if key.value == "statements"]
    return [_entry(each, of) for each, of in zip(entries, nodes, strict=True)]


def _entry(data: Any, node: "yaml.Node") -> Entry:
    return Entry(data, node.start_mark.line + 1, [*_texts(node)])


def _texts(node: "yaml.Node") -> Iterator[tuple[str, int]]:
    """Yield the keys and values below a node in the order of the file, each with its line."""
    if isinstance(node.value, str):
        yield node.value, node.start_mark.line + 1
    for each in node.value if isinstance(node.value, list) else ():
        for one in each if isinstance(each, tuple) else (each,):
            yield from _texts(one)


def _line(entry: Entry, problem: str) -> int:
    """Return the line of the text that a sentence quotes, of the key it begins with, or the first."""
    quoted = (line for text, line in entry.texts if text and repr(text) in problem)
    first = problem.partition(":")[0].partition("[")[0]
    named = (line for text, line in entry.texts if text == first)
    return next(quoted, None) or next(named, entry.line)


def _unknown(entry: Mapping[Any, Any]) -> str:
    first = str(next(iter(entry), ""))
    close = difflib.get_close_matches(first, _KINDS, n=1)
    return f"{first!r} is not a statement" + (f", nearest is {close[0]}" if close else "")


def _fail(file: Path, line: int, what: str) -> NoReturn:
    raise ContractFileError(printable(f"{file}:{line}: {what}"))
