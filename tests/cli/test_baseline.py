"""`whomay check --baseline`: what was there passes, what is new fails, and so does what is gone."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly

from whomay.cli import main


def wide(*services: str) -> dict[str, Any]:
    policies = [{"PolicyName": each, "PolicyDocument": document(f"{each}:*")} for each in services]
    return {"Resources": {"Role": role(Policies=policies)}}


def check(*options: str, **app: Any) -> Result:
    if app:
        write_assembly(Path("cdk.out"), {"S": app})
    return CliRunner().invoke(main, ["check", *options])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_app_with_findings_passes_until_there_is_another() -> None:
    assert check(**wide("s3")).exit_code == 1
    written = check("--write-baseline", "known.json")
    assert (written.exit_code, written.stderr) == (0, "known.json is written: 1 finding\n")

    assert check("--baseline", "known.json").exit_code == 0
    more = check("--baseline", "known.json", **wide("s3", "sqs"))
    assert more.exit_code == 1
    assert "sqs:* allows every action" in more.stdout
    assert "s3:* allows every action" not in more.stdout


def test_a_finding_that_is_gone_makes_the_baseline_stale() -> None:
    check("--write-baseline", "known.json", **wide("s3", "sqs"))

    result = check("--baseline", "known.json", **wide("s3"))

    assert result.exit_code == 1
    assert (
        "S/Role: AccessRules::full-access[sqs:*] is in the baseline and found no more: write it "
        "anew by --write-baseline"
    ) in result.stdout


def test_the_same_finding_twice_counts_twice() -> None:
    check("--write-baseline", "known.json", **wide("s3"))

    assert check("--baseline", "known.json", **wide("s3", "s3")).exit_code == 1


def test_json_and_sarif_hold_what_is_new_alone() -> None:
    check("--write-baseline", "known.json", **wide("s3"))
    of_json = check("--baseline", "known.json", "--format", "json", **wide("s3", "sqs"))
    of_sarif = check("--baseline", "known.json", "--format", "sarif")

    assert len(json.loads(of_json.stdout)["findings"]) == 1
    assert len(json.loads(of_sarif.stdout)["runs"][0]["results"]) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "known.json: no JSON ("),
        ("[]", "known.json: a baseline of version None; allowed is 1: write it anew"),
        ('{"version": 2}', "known.json: a baseline of version 2; allowed is 1: write it anew"),
        ('{"version": 1, "version": 1}', "known.json: no JSON (line 1: an object has the key"),
        ('{"version": 1}', "known.json: findings is not a list: write it anew"),
        (
            '{"version": 1, "findings": [7]}',
            "known.json: 7 is not a finding; allowed is path and id",
        ),
    ],
)
def test_a_baseline_that_is_none_is_one_line(text: str, said: str) -> None:
    Path("known.json").write_text(text)

    result = check("--baseline", "known.json", **wide("s3"))

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith(f"Error: {said}")
    assert Path("known.json").read_text() == text


def test_a_baseline_that_is_missing_or_cannot_be_written_is_one_line() -> None:
    missing = check("--baseline", "known.json", **wide("s3"))
    unwritable = check("--write-baseline", "nowhere/known.json")

    assert (missing.exit_code, unwritable.exit_code) == (2, 2)
    assert missing.stderr.startswith("Error: known.json: there is no such file: write it anew by")
    assert unwritable.stderr == (
        "Error: nowhere/known.json: cannot be written: No such file or directory\n"
    )
