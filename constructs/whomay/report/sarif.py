"""What is found as SARIF 2.1.0, the format that code scanning services read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. What GitHub shows of it is told at
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from whomay.engine import Rule
from whomay.engine.contract import Outcome, Result, StatementKind
from whomay.engine.rules import PACK, RULES, Acknowledgement, Finding
from whomay.iam.patterns.symbols import printable
from whomay.report import words
from whomay.report.source_lines import Place, SourceLines

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_HELP: Final = "https://github.com/whomay/whomay/blob/main/docs/how-the-proof-works.md"
_ROOT: Final = "%SRCROOT%"
_LEVELS: Final = {
    Outcome.WRONG: "error",
    Outcome.BROKEN: "error",
    Outcome.UNKNOWN: "warning",
    Outcome.CAPPED: "note",
}
# GitHub sorts alerts by it, from 0 to 10.
_SECURITY: Final = {"error": "8.0", "warning": "5.0"}


def sarif(
    findings: Iterable[Finding],
    lines: SourceLines,
    *,
    version: str,
    acknowledged: Iterable[Acknowledgement] = (),
    results: Sequence[Result] = (),
) -> dict[str, Any]:
    """Return the log of one run, ready for `json.dumps`.

    An acknowledged finding is in it as a suppressed result, with its reason. `results` are those of
    the contract: what is kept is left out. `version` is that of this package.
    """
    given = list(acknowledged)
    told = [each for each in results if each.finding.outcome in _LEVELS]
    rules = [*map(_rule, RULES), *map(_statement, StatementKind)]
    driver = {"name": "whomay", "version": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the folder of the command"}}},
        "results": [
            *(_broken(each, lines) for each in told),
            *(_result(finding, lines, given) for finding in findings),
        ],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": f"Finds {rule.title}"},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix, "markdown": f"{rule.fix} [Why, by AWS]({rule.page})"},
        "helpUri": rule.page,
        "defaultConfiguration": {"level": rule.severity},
        "properties": {
            "tags": ["security"],
            "problem.severity": rule.severity,
            "security-severity": _SECURITY[rule.severity],
        },
    }


def _statement(kind: StatementKind) -> dict[str, Any]:
    says = f"The templates do not keep what {kind} states"
    return {
        "id": kind.value,
        "name": kind.value,
        "shortDescription": {"text": says},
        "fullDescription": {"text": f"{says}, or nobody can tell whether they do."},
        "help": {"text": says, "markdown": f"{says}. [How it is proved]({_HELP})"},
        "helpUri": _HELP,
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["security"],
            "problem.severity": "error",
            "security-severity": _SECURITY["error"],
        },
    }


def _broken(each: Result, lines: SourceLines) -> dict[str, Any]:
    who = each.principal.path if each.principal else each.stated.principal
    place = lines.of_statement(each.stated.at)
    name = f"{each.stated.kind} {who} {words.stated(each.stated)}"
    return {
        "ruleId": each.stated.kind.value,
        "level": _LEVELS[each.finding.outcome],
        "message": {"text": printable("; ".join(each.lines()))},
        "locations": list(_location(place, who)),
        "partialFingerprints": {"finding/v1": _hash(name)},
    }


def _result(
    finding: Finding, lines: SourceLines, given: Iterable[Acknowledgement]
) -> dict[str, Any]:
    accepted = [one for one in given if one.covers(finding.path, f"{PACK}::{finding.id}")]
    text = f"{finding.path}: {finding.message}. {finding.rule.fix}"
    return {
        "ruleId": finding.rule.id,
        "level": finding.rule.severity,
        "message": {"text": printable(text)},
        "locations": list(_location(lines.of_finding(finding), finding.path)),
        "partialFingerprints": {"finding/v1": _hash(f"{finding.path} {finding.id}")},
        "suppressions": [
            {"kind": "external", "justification": printable(one.reason)} for one in accepted
        ],
    }


def _location(place: Place | None, construct: str) -> Iterator[dict[str, Any]]:
    """Yield where a result is: one below the root is told by it, as code scanning wants it."""
    logical = {
        "logicalLocations": [{"fullyQualifiedName": printable(construct), "kind": "resource"}]
    }
    if place is None:
        yield logical
        return
    absolute = place.file.startswith("/")
    uri = f"file://{quote(place.file)}" if absolute else quote(place.file)
    base = {} if absolute else {"uriBaseId": _ROOT}
    physical = {
        "artifactLocation": {"uri": uri, **base},
        "region": {"startLine": max(1, place.line)},
    }
    yield {"physicalLocation": physical, **logical}


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
