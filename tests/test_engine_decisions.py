"""The decisions kept as data: each must get the verdict that AWS documents."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from whomay.cli.cases import command
from whomay.engine.cases import run_case

CASES = Path(__file__).parent / "cases"
DECISIONS = [
    json.loads(line)
    for name in ("decisions.jsonl", "own_decisions.jsonl")
    for line in (CASES / name).read_text().splitlines()
]


@pytest.mark.parametrize("case", DECISIONS, ids=[case["id"] for case in DECISIONS])
def test_each_decision_is_what_aws_documents(case: dict[str, Any]) -> None:
    outcome = run_case(case)
    assert outcome.verdict == case["expected"], outcome.reason


def test_the_command_prints_every_case_as_json() -> None:
    result = CliRunner().invoke(command, [str(CASES / "decisions.jsonl"), "--format", "json"])
    outcomes = json.loads(result.output)
    assert result.exit_code == 0
    assert [(o["id"], o["verdict"], o["expected"]) for o in outcomes] == [
        (c["id"], c["expected"], c["expected"]) for c in DECISIONS[: len(outcomes)]
    ]
    assert len(outcomes) == 105


def test_a_mismatch_is_shown_and_exits_with_one(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(DECISIONS[0] | {"expected": "Allowed"}))
    result = CliRunner().invoke(command, [str(file)])
    assert result.exit_code == 1
    assert "basic-01: ImplicitDeny, expected Allowed" in result.output


def test_a_case_without_expectation_is_only_answered(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({k: v for k, v in DECISIONS[0].items() if k != "expected"}))
    result = CliRunner().invoke(command, [str(file), "--format", "json"])
    assert result.exit_code == 0
    assert json.loads(result.output)[0]["expected"] is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "cases.jsonl:2: not a JSON object on one line"),
        ("[" * 100_000, "cases.jsonl:2: not a JSON object on one line"),
        ("[]", "cases.jsonl:2: a case is an object with `policies` and `request`"),
        ("{}", "cases.jsonl:2: request is None; it must be an object"),
        (
            json.dumps(DECISIONS[0] | {"expected": "allowed"}),
            "expected is 'allowed'; allowed: Allowed, ExplicitDeny, ImplicitDeny, Unknown",
        ),
        (
            json.dumps(DECISIONS[0] | {"policies": {"identity": [{"Statement": [{}]}]}}),
            "policies.identity: Statement[0]: Effect is None; allowed: Allow, Deny",
        ),
    ],
)
def test_a_bad_line_is_named_and_exits_with_two(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(DECISIONS[0]) + "\n" + line + "\n")
    result = CliRunner().invoke(command, [str(file)])
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
