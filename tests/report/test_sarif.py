"""SARIF: every finding with its rule, its place and what was accepted."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import write_assembly
from support.rule_examples import role_trusting

from whomay.engine import findings, read
from whomay.engine.rules import RULES, Acknowledgement
from whomay.report.sarif import sarif

EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


@pytest.fixture
def log(tmp_path: Path) -> Any:
    template = {"Resources": {"Open": role_trusting(EVERYONE), "Kept": role_trusting(EVERYONE)}}
    folder = write_assembly(tmp_path, {"S": template})
    file = folder / "S.template.json"
    file.write_text(json.dumps(template, indent=1))
    kept = Acknowledgement("S/Kept", "AccessRules::trust-everyone[*]", "It is a public data set")
    written = sarif(findings(read(folder)), folder, version="1.0", acknowledged=[kept])
    return json.loads(json.dumps(written))


def test_a_result_names_rule_file_line_and_construct(log: Any) -> None:
    [first, second] = log["runs"][0]["results"]
    assert first["ruleId"] == "trust-everyone"
    assert first["level"] == "error"
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "S.template.json"},
                "region": {"startLine": 3},
            },
            "logicalLocations": [{"fullyQualifiedName": "S/Open", "kind": "resource"}],
        }
    ]
    assert first["partialFingerprints"] != second["partialFingerprints"]
    assert first["message"]["text"].startswith("S/Open: every principal of every account")


def test_an_accepted_finding_is_suppressed_with_its_reason(log: Any) -> None:
    [first, second] = log["runs"][0]["results"]
    assert first["suppressions"] == []
    assert second["suppressions"] == [
        {"kind": "external", "justification": "It is a public data set"}
    ]


def test_all_rules_are_described(log: Any) -> None:
    described = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == [rule.id for rule in RULES]
    assert {rule["defaultConfiguration"]["level"] for rule in described} <= {"error", "warning"}
