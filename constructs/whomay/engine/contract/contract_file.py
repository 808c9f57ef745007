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
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from whomay.engine.contract.contract import Contract
from whomay.engine.templates.assembly import Assembly
from whomay.files import FileError, read_text
from whomay.iam.patterns.symbols import printable
from whomay.metadata.records import StatementKind

VERSION: Final = 1
MOST_BYTES: Final = 8_000_000
_OF_REQUESTS: Final = ({"actions", "resources"}, {"given"})
# What each statement must say, and what it may say besides.
_SAYS: Final[Mapping[StatementKind, tuple[set[str], set[str]]]] = {
    StatementKind.MUST_ALLOW: _OF_REQUESTS,
    StatementKind.MUST_NOT_ALLOW: _OF_REQUESTS,
    StatementKind.CANNOT_REACH: ({"actions"}, {"resources", "given"}),
    StatementKind.MAY_ONLY: ({"statements"}, set()),
    StatementKind.ASSUMABLE_ONLY_BY: ({"trusted"}, set()),
}
_KINDS: Final = {kind.value: kind for kind in StatementKind}


class ContractFileError(ValueError):
    """A contract file cannot be used. Its text is one line for people, with file and line."""


def read_contract(file: Path, assembly: Assembly) -> Contract:
    """Return what an app's own constructs state and what the file states besides.

    Raises:
        ContractFileError: the file cannot be read, is no YAML or is of another version. So is a
            statement that lacks a key, has another, or says nothing.
        AssemblyError: the app holds a statement that this version does not know

    """
    contract = Contract.of(assembly)
    for number, (line, entry) in enumerate(_entries(file)):
        try:
            _state(contract, f"{file}:{line}", entry)
        except ValueError as error:
            raise ContractFileError(
                printable(f"{file}:{line}: statement {number}: {error}")
            ) from None
    return contract


def _entries(file: Path) -> list[tuple[int, Any]]:
    """Return the entries of the file, each with its line."""
    from whomay.engine.templates import yaml_text  # noqa: PLC0415 - imported on need

    try:
        data, lines = yaml_text.with_lines(read_text(file, most=MOST_BYTES), "statements")
    except FileNotFoundError:
        raise ContractFileError(f"{file}: there is no such file") from None
    except FileError as error:
        raise ContractFileError(printable(str(error))) from None
    except (ValueError, RecursionError) as error:
        raise ContractFileError(printable(f"{file}: {error or 'nested too deeply'}")) from None
    if not isinstance(data, dict):
        _fail(file, f"holds no contract; allowed is version: {VERSION} and statements")
    for key in data:
        if key not in ("version", "statements"):
            _fail(file, f"{key!r} is no key here; {_near(str(key), ('version', 'statements'))}")
    if data.get("version") != VERSION:
        _fail(file, f"a contract of version {data.get('version')!r}; allowed is {VERSION}")
    entries = data.get("statements")
    if not isinstance(entries, list) or not entries:
        _fail(file, "statements is no list with a statement; allowed is one entry a statement")
    return [*zip(lines, entries, strict=True)]


def _state(contract: Contract, at: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        raise ValueError(f"{entry!r} is no mapping; allowed is such as must_allow: PRINCIPAL")  # noqa: TRY004 - a mistake of the file
    named = [key for key in entry if key in _KINDS]
    if len(named) != 1:
        problem = f"names {' and '.join(named)}" if named else _unknown(entry)
        raise ValueError(f"{problem}; allowed is one of {', '.join(_KINDS)}")
    kind = _KINDS[named[0]]
    said = {key: value for key, value in entry.items() if key != kind}
    must, may = _SAYS[kind]
    for key in said:
        if key not in must | may:
            raise ValueError(f"{key!r} is no key of {kind}; {_near(str(key), sorted(must | may))}")
    if missing := must - said.keys():
        raise ValueError(f"{kind} lacks {' and '.join(sorted(missing))}")
    if kind is StatementKind.CANNOT_REACH:
        said.setdefault("resources", "*")
    contract.add(kind, entry[kind], at=at, **said)


def _unknown(entry: Mapping[Any, Any]) -> str:
    first = str(next(iter(entry), ""))
    close = difflib.get_close_matches(first, _KINDS, n=1)
    return f"{first!r} is no statement" + (f", nearest is {close[0]}" if close else "")


def _near(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    nearest = f"nearest is {close[0]!r}; " if close else ""
    return f"{nearest}allowed: {', '.join(known)}"


def _fail(file: Path, what: str) -> NoReturn:
    raise ContractFileError(printable(f"{file}: {what}"))
