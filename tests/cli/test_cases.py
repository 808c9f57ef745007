"""`whomay cases`: verdicts beside what is expected, and a bad case named with its line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.decision_cases import CASES, DECISIONS, changed_case, policies

from whomay.cli.cases import command


def test_the_command_prints_every_case_as_json() -> None:
    result = CliRunner().invoke(command, [str(CASES / "decisions.jsonl"), "--format", "json"])
    outcomes = json.loads(result.output)
    assert result.exit_code == 0
    assert [(o["id"], o["verdict"], o["expected"]) for o in outcomes] == [
        (c["id"], c["expected"], c["expected"]) for c in DECISIONS[: len(outcomes)]
    ]
    assert len(outcomes) == 105


BAD_CASES = {
    "an action without service": (
        changed_case(policies__identity=policies(Action=["s3:*", "GetObject"])),
        "policies.identity: Statement[0] has the action 'GetObject', which names no service",
    ),
    "an identity policy without resource": (
        changed_case(policies__boundary=policies(Resource=None)),
        "policies.boundary: Statement[0] must have a Resource or NotResource",
    ),
    "an identity policy with a principal": (
        changed_case(policies__scp=policies(Principal="*")),
        "policies.scp[0]: Statement[0] must name no principal",
    ),
    "a resource policy without principal": (
        changed_case(policies__resource=policies()),
        "policies.resource: Statement[0] must have a Principal or NotPrincipal",
    ),
    "a group as caller": (
        changed_case(request__principal="arn:aws:iam::111122223333:group/writers"),
        "request.principal is 'arn:aws:iam::111122223333:group/writers'; of ARNs these make",
    ),
    "a condition key in two cases": (
        changed_case(request__context={"aws:SourceIp": "10.0.0.1", "aws:sourceip": "10.0.0.2"}),
        "request.context has 'aws:sourceip' twice",
    ),
    "a key of an object twice": (
        json.dumps(DECISIONS[2]).replace('"Effect": "Deny"', '"Effect": "Deny", "Effect": "Allow"'),
        "an object has the key 'Effect' twice",
    ),
}


@pytest.mark.parametrize("case", BAD_CASES)
def test_what_aws_refuses_is_an_error_beside_the_verdicts(tmp_path: Path, case: str) -> None:
    line, message = BAD_CASES[case]
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{line}\n{json.dumps(DECISIONS[0])}\n")
    result = CliRunner().invoke(command, [str(file), "--format", "json"])
    assert result.exit_code == 2
    assert f"{file}:1: " in result.stderr
    assert message in result.stderr
    assert [each["id"] for each in json.loads(result.stdout)] == ["basic-01"]


def test_a_line_separator_within_a_text_ends_no_line(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    title = "a\u2028b"
    file.write_text(json.dumps(DECISIONS[0] | {"title": title}, ensure_ascii=False), "utf-8")
    assert CliRunner().invoke(command, [str(file)]).exit_code == 0


def test_a_file_without_a_case_is_no_success(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n")
    result = CliRunner().invoke(command, [str(file)])
    assert (result.exit_code, result.stderr) == (2, f"Error: {file}: holds no case\n")


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
