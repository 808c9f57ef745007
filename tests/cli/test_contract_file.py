"""`access-contract.yaml`: a contract beside an app of any language."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly

from whomay.cli import main

BUCKET = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
READS = {
    "PolicyName": "read",
    "PolicyDocument": document(
        "s3:GetObject", resource={"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]}
    ),
}
CONTRACT = """\
version: 1
statements:
  - must_allow: S/Role
    actions: s3:GetObject
    resources: S/Bucket/*
  - must_not_allow: S/*
    actions: [s3:PutObject, "iam:*"]
    resources: "*"
    given: {aws:SourceVpce: null}
  - may_only: S/Role
    statements:
      - Action: s3:GetObject
        Resource: "*"
  - cannot_reach: S/Role
    actions: iam:*
  - assumable_only_by: S/Role
    trusted:
      - Service: ec2.amazonaws.com
      - Principal: {AWS: "arn:aws:iam::111122223333:user/ada"}
        Condition: {Bool: {"aws:MultiFactorAuthPresent": true}}
"""


def check(*options: str) -> Result:
    return CliRunner().invoke(main, ["check", *options])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    resources = {"Role": role(Policies=[READS]), "Bucket": BUCKET}
    write_assembly(Path("cdk.out"), {"S": {"Resources": resources}})


def test_the_file_beside_the_assembly_is_the_contract() -> None:
    assert "cdk.out states no contract: state one in access-contract.yaml" in check().stdout

    Path("access-contract.yaml").write_text(CONTRACT)
    assert check().stdout.startswith("cdk.out: 5 statements, 5 kept\n")


def test_a_broken_statement_is_told_with_its_line() -> None:
    said = 'must_not_allow: "S/*", actions: s3:GetObject, resources: "*"'
    Path("mine.yaml").write_text(f"version: 1\nstatements:\n  - {{{said}}}\n")

    result = check("--contract", "mine.yaml")

    assert result.exit_code == 1
    assert result.stdout.startswith("mine.yaml:3: must_not_allow is broken\n")
    assert "1 broken" in result.stdout


def test_a_principal_that_does_not_exist_is_a_wrong_statement() -> None:
    Path("access-contract.yaml").write_text(
        CONTRACT.replace("must_allow: S/Role", "must_allow: S/Rol")
    )

    result = check()

    assert result.exit_code == 2
    assert "S/Rol" in result.stdout
    assert "S/Role" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 1", "version: 2", ": a contract of version 2; allowed is 1"),
        ("statements:\n  - must_allow", "statement:\n  - must_allow", ": 'statement' is no key here; nearest is 'statements'; allowed: version, statements"),
        ("must_allow: S", "must_alow: S", ":3: statement 0: 'must_alow' is no statement, nearest is must_allow; allowed is one of "),
        ("    actions: s3:GetObject\n", "    action: s3:GetObject\n", ":3: statement 0: 'action' is no key of must_allow; nearest is 'actions'; allowed: actions, given, resources"),
        ("    actions: s3:GetObject\n", "", ":3: statement 0: must_allow lacks actions"),
        ("    actions: s3:GetObject\n", "    actions: []\n", ":3: statement 0: actions: got []; allowed is at least one of text"),
        ("    actions: s3:GetObject\n", "    actions: 7\n", ":3: statement 0: actions: got int 7"),
        ("resources: S/Bucket/*", "resources: S/Buket/*", ":3: statement 0: "),
        ("    actions: iam:*\n", "    actions: iam:*\n    actions: s3:*\n", ": line 16: an object has the key 'actions' twice"),
        ("  - may_only: S/Role", "  - 7\n  - may_only: S/Role", ":10: statement 2: 7 is no mapping; allowed is such as must_allow: PRINCIPAL"),
        ("S/Bucket/*", "&x S/Bucket/*\n  - *x", ": line 5: a template has no aliases"),
        ("version: 1", "version: [", ": line "),
        ("Service: ec2", "Servise: ec2", ":16: statement 4: trusted: got 'Servise'"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_one_line(old: str, new: str, said: str) -> None:
    assert old in CONTRACT
    Path("access-contract.yaml").write_text(CONTRACT.replace(old, new, 1))

    result = check()

    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: access-contract.yaml{said}"), result.stderr
    assert result.stderr.count("\n") == 1


def test_a_contract_that_is_named_and_missing_is_one_line() -> None:
    result = check("--contract", "mine.yaml")

    assert (result.exit_code, result.stderr) == (2, "Error: mine.yaml: there is no such file\n")
