"""How `whomay check` tells what the rules found."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from whomay.engine import Assembly
from whomay.engine.contract import Result
from whomay.engine.rules import PACK, AcknowledgedFindings, Finding, line_of, told_apart
from whomay.iam.patterns.symbols import printable
from whomay.report.annotations import annotations, command
from whomay.report.finding_groups import grouped
from whomay.report.source_lines import SourceLines
from whomay.report.words import few

_PLACES: Final = 6  # how many are named; JSON names all


def as_lines(rules: AcknowledgedFindings, left_out: int = 0) -> Iterator[str]:
    """Return the open findings and complaints for people, worst first; nothing when there are none.

    The same in many places is told once. `left_out` is how many open ones a filter has left out.
    """
    own, of_cdk = told_apart(rules.open)
    for group in grouped(own):
        finding = group.first
        yield f"{printable(group.places)}: {PACK}::{printable(finding.id)}"
        yield f"  {printable(group.message)}"
        yield f"  to fix it: {finding.rule.fix}"
        if len(group.paths) > 1:
            yield f"  {printable(few(group.paths, _PLACES))}"
    yield from (f"{PACK}::{line_of(rule, found)}" for rule, found in of_cdk.items())
    yield from (printable(complaint) for complaint in rules.complaints)
    if rules.open or rules.accepted:
        findings = "finding" if len(rules.open) == 1 else "findings"
        yield f"rules: {len(rules.open)} {findings} open, {len(rules.accepted)} acknowledged"
    if left_out:
        yield f"rules: {left_out} open findings left out by --severity, --rule or --path"


def as_json(rules: AcknowledgedFindings) -> dict[str, Any]:
    """Return findings, open and accepted, and complaints, ready for `json.dumps`."""
    return {
        "findings": [
            *({**_finding(finding), "acknowledged": None} for finding in rules.open),
            *(
                {
                    **_finding(finding),
                    "acknowledged": {
                        "at": printable(one.path),
                        "reason": printable(one.reason),
                        "owner": printable(one.owner),
                        "expires": one.expires.isoformat() if one.expires else None,
                    },
                }
                for finding, one in rules.accepted
            ),
        ],
        "complaints": [printable(complaint) for complaint in rules.complaints],
    }


def as_sarif(
    rules: AcknowledgedFindings, results: Sequence[Result], assembly: Assembly
) -> dict[str, Any]:
    """Return the contract's results and all findings as a SARIF log, accepted ones as suppressed."""
    from whomay.report.sarif import sarif  # noqa: PLC0415 - for this format alone

    found = {id(one): one for one in (*rules.open, *(finding for finding, _ in rules.accepted))}
    given = [one for _, one in rules.accepted]
    return sarif(
        found.values(),
        SourceLines(assembly, Path.cwd()),
        version=version("whomay"),
        acknowledged=dict.fromkeys(given),
        results=results,
    )


def as_annotations(
    rules: AcknowledgedFindings, results: Sequence[Result], assembly: Assembly
) -> Iterator[str]:
    """Return what is not kept and what is open as annotations of GitHub Actions."""
    own, of_cdk = told_apart(rules.open)
    groups = [*grouped(own), *grouped(one for some in of_cdk.values() for one in some)]
    yield from annotations(results, groups, SourceLines(assembly, Path.cwd()))
    yield from (command("error", complaint) for complaint in rules.complaints)


def _finding(finding: Finding) -> dict[str, Any]:
    source = finding.statement
    return {
        "id": f"{PACK}::{printable(finding.id)}",
        "rule": finding.rule.id,
        "severity": finding.rule.severity,
        "path": printable(finding.path),
        "message": printable(finding.message),
        "fix": finding.rule.fix,
        "page": finding.rule.page,
        "statement": source and {"policy": printable(source.policy), "index": source.index},
    }
