"""How `whomay check` tells what the rules found."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from whomay.cli.inputs import shown
from whomay.engine import Assembly
from whomay.engine.rules import PACK, AcknowledgedFindings, Finding


def as_lines(rules: AcknowledgedFindings) -> Iterator[str]:
    """Return the open findings and complaints for people; nothing when there are none."""
    for finding in rules.open:
        yield f"{shown(finding.path)}: {PACK}::{shown(finding.id)}"
        yield f"  {shown(finding.message)}"
        yield f"  to mend it: {finding.rule.fix}"
    yield from (shown(complaint) for complaint in rules.complaints)
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
                        "at": shown(one.path),
                        "reason": shown(one.reason),
                        "owner": shown(one.owner),
                        "expires": one.expires.isoformat() if one.expires else None,
                    },
                }
                for finding, one in rules.accepted
            ),
        ],
        "complaints": [shown(complaint) for complaint in rules.complaints],
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
        "id": f"{PACK}::{shown(finding.id)}",
        "rule": finding.rule.id,
        "severity": finding.rule.severity,
        "path": shown(finding.path),
        "message": shown(finding.message),
        "fix": finding.rule.fix,
        "page": finding.rule.page,
        "statement": source and {"policy": shown(source.policy), "index": source.index},
    }
