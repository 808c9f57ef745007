"""A baseline: the findings that an app had when its checks began, so that only new ones fail."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from whomay.cli.inputs import BadInputError
from whomay.cli.replace_file import replace as replace_file
from whomay.engine.rules import PACK, AcknowledgedFindings, Finding
from whomay.files import FileError, read_text
from whomay.iam import unique_json
from whomay.iam.patterns.symbols import printable

VERSION: Final = 1
_ALLOWED: Final = "write it anew by --write-baseline"


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One finding that was there: on the construct at `path`, by the name that acknowledgements use."""

    path: str
    id: str


def write(file: Path, rules: AcknowledgedFindings) -> int:
    """Write the open findings, replacing the file as a whole; return how many there are.

    Raises BadInputError when the file cannot be written.
    """
    known = sorted(map(_known, rules.open))
    listed = [{"path": one.path, "id": one.id} for one in known]
    text = json.dumps({"version": VERSION, "findings": listed}, indent=1)
    try:
        replace_file(file, f"{text}\n", mode=0o644)
    except OSError as error:
        raise BadInputError(f"{file}: cannot be written: {error.strerror}") from None
    return len(known)


def read(file: Path) -> Counter[Known]:
    """Return the findings of a baseline. Raises BadInputError, in one line, when it is none."""
    try:
        data = unique_json.loads(read_text(file))
    except FileNotFoundError as error:
        raise BadInputError(f"{error}: {_ALLOWED}") from None
    except FileError as error:
        raise BadInputError(printable(str(error))) from None
    except (ValueError, RecursionError) as error:
        raise BadInputError(printable(f"{file}: no JSON ({error}): {_ALLOWED}")) from None
    if not isinstance(data, dict) or data.get("version") != VERSION:
        found = data.get("version") if isinstance(data, dict) else None
        raise BadInputError(
            printable(f"{file}: a baseline of version {found!r}; allowed is {VERSION}: {_ALLOWED}")
        )
    return Counter(_entry(file, each) for each in _listed(file, data.get("findings")))


def beyond(rules: AcknowledgedFindings, known: Counter[Known]) -> AcknowledgedFindings:
    """Return what a baseline leaves open: findings that it lacks, and its own that are gone."""
    left = known.copy()
    fresh: list[Finding] = []
    for finding in rules.open:
        one = _known(finding)
        if left[one] > 0:
            left[one] -= 1
        else:
            fresh.append(finding)
    return replace(rules, open=tuple(fresh), complaints=(*rules.complaints, *_gone(left)))


def _gone(left: Counter[Known]) -> Iterator[str]:
    for one in sorted(left.elements()):
        yield f"{one.path}: {one.id} is in the baseline and found no more: {_ALLOWED}"


def _known(finding: Finding) -> Known:
    return Known(printable(finding.path), f"{PACK}::{printable(finding.id)}")


def _listed(file: Path, findings: Any) -> Iterable[Any]:
    if not isinstance(findings, list):
        raise BadInputError(f"{file}: findings is not a list: {_ALLOWED}")
    return findings


def _entry(file: Path, each: Any) -> Known:
    if not (
        isinstance(each, dict)
        and each.keys() == {"path", "id"}
        and all(isinstance(value, str) for value in each.values())
    ):
        raise BadInputError(
            printable(f"{file}: {each!r} is not a finding; allowed is path and id: {_ALLOWED}")
        )
    return Known(each["path"], each["id"])
