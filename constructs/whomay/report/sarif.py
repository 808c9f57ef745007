"""Findings as SARIF 2.1.0, the format that code scanning services read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from whomay.engine import Rule
from whomay.engine.rules import PACK, RULES, Acknowledgement, Finding


def sarif(
    findings: Iterable[Finding],
    folder: Path,
    *,
    version: str,
    acknowledged: Iterable[Acknowledgement] = (),
) -> dict[str, Any]:
    """Return the log of one run over the assembly in `folder`, ready for `json.dumps`.

    An acknowledged finding is in it as a suppressed result, with its reason. `version` is that of
    this package.
    """
    given = list(acknowledged)
    lines: dict[Path, Mapping[str, int]] = {}
    driver = {"name": "whomay", "version": version, "rules": [_rule(rule) for rule in RULES]}
    results = [_result(finding, folder, given, lines) for finding in findings]
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": f"Finds {rule.title}"},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix},
        "helpUri": rule.page,
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(
    finding: Finding,
    folder: Path,
    given: Iterable[Acknowledgement],
    lines: dict[Path, Mapping[str, int]],
) -> dict[str, Any]:
    file = finding.item.template.file
    if file not in lines:
        lines[file] = _lines(file)
    accepted = [one for one in given if one.covers(finding.path, f"{PACK}::{finding.id}")]
    place = {
        "physicalLocation": {
            "artifactLocation": {"uri": file.relative_to(folder).as_posix()},
            "region": {"startLine": lines[file].get(finding.item.logical_id, 1)},
        },
        "logicalLocations": [{"fullyQualifiedName": finding.path, "kind": "resource"}],
    }
    name = f"{finding.path} {finding.id}"
    return {
        "ruleId": finding.rule.id,
        "level": finding.rule.severity,
        "message": {"text": f"{finding.path}: {finding.message}. {finding.rule.fix}"},
        "locations": [place],
        "partialFingerprints": {"finding/v1": hashlib.sha256(name.encode()).hexdigest()},
        "suppressions": [{"kind": "external", "justification": one.reason} for one in accepted],
    }


def _lines(file: Path) -> Mapping[str, int]:
    """Return on which line of a template each resource begins: CDK indents them by two."""
    text = file.read_text("utf-8").splitlines()
    return {
        line.strip().split('"')[1]: number
        for number, line in enumerate(text, 1)
        if line.startswith('  "') and line.endswith("{")
    }
