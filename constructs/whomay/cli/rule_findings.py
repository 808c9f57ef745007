"""How `whomay check` tells what the rules found."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from whomay.engine import Assembly
from whomay.engine.rules import PACK, AcknowledgedFindings, Finding, line_of, told_apart
from whomay.iam.patterns.symbols import printable


def as_lines(rules: AcknowledgedFindings) -> Iterator[str]:
    """Return the open findings and complaints for people; nothing when there are none."""
    own, of_cdk = told_apart(rules.open)
    for finding in own:
        yield f"{printable(finding.path)}: {PACK}::{printable(finding.id)}"
        yield f"  {printable(finding.message)}"
        yield f"  to fix it: {finding.rule.fix}"
    yield from (f"{PACK}::{line_of(rule, found)}" for rule, found in of_cdk.items())
    yield from (printable(complaint) for complaint in rules.complaints)
    if rules.open or rules.accepted:
        yield f"rules: {len(rules.open)} findings open, {len(rules.accepted)} acknowledged"


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


def as_sarif(rules: AcknowledgedFindings, assembly: Assembly) -> dict[str, Any]:
    """Return all findings as a SARIF log, those that are accepted as suppressed."""
    from whomay.report.sarif import sarif  # noqa: PLC0415 - for this format alone

    found = {id(one): one for one in (*rules.open, *(finding for finding, _ in rules.accepted))}
    given = [one for _, one in rules.accepted]
    return sarif(
        found.values(),
        assembly.folder,
        version=version("whomay"),
        acknowledged=dict.fromkeys(given),
    )


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
