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
    assert "cdk.out: no contract yet. `whomay contract init` writes one" in check().stdout

    Path("access-contract.yaml").write_text(CONTRACT)
    assert check().stdout.startswith("cdk.out: 5 statements, 5 kept\n")


def test_a_broken_statement_is_told_with_its_line() -> None:
    said = 'must_not_allow: "S/*", actions: s3:GetObject, resources: "*"'
    Path("mine.yaml").write_text(f"version: 1\nstatements:\n  - {{{said}}}\n")

    result = check("--contract", "mine.yaml")

    assert result.exit_code == 1
    assert result.stdout.startswith("mine.yaml:3: must_not_allow is broken\n")
    assert "1 broken" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 1", "version: 2", ":1: a contract of version 2; allowed is 1"),
        ("statements:\n  - must_allow", "statement:\n  - must_allow", ":2: 'statement' is not a key here; nearest is 'statements'; allowed: version, statements"),
        ("must_allow: S", "must_alow: S", ":3: 'must_alow' is not a statement, nearest is must_allow; allowed is one of "),
        ("must_allow: S/Role", "must_allow: S/Rol", ":3: no role or user is called 'S/Rol'; nearest: S/Role"),
        ("    actions: s3:GetObject\n", "    action: s3:GetObject\n", ":4: 'action' is not a key of must_allow; nearest is 'actions'; allowed: actions, given, resources"),
        ("    actions: s3:GetObject\n", "", ":3: must_allow lacks actions"),
        ("    actions: s3:GetObject\n", "    actions: []\n", ":4: actions: got []; allowed is at least one of text"),
        ("    actions: s3:GetObject\n", "    actions: 7\n", ":4: actions: got 7; allowed is a list of text; write actions: […]"),
        ("    resources: S/Bucket/*\n", "    resources: S/Bucket/*\n    given: [x]\n", ":6: given: got ['x']; allowed is a mapping of condition key to value; such as given: {sts:ExternalId: course-2026}"),
        ("    resources: S/Bucket/*\n", "    resources: S/Bucket/*\n    given: {x: 1}\n", ":6: given: got 'x'; allowed is condition keys with their service; such as given: {sts:ExternalId: course-2026}"),
        ("    resources: S/Bucket/*\n", "    resources: S/Bucket/*\n    given: {s3:prefix: []}\n", ":6: given: got {'s3:prefix': []}; allowed is at least one value; write null for an absent key"),
        ("must_allow: S/Role", "must_allow:", ":3: principal: got null; allowed is a role, a user, an ARN or a construct path; name the role or user"),
        ("s3:PutObject", "s3:PutObjct", ":7: AWS has no action 's3:PutObjct'; nearest: s3:PutObject"),
        ("resources: S/Bucket/*", "resources: S/Buket/*", ":5: no ARN or resource is called 'S/Buket/*'; nearest: S/Bucket"),
        ("      - Action: s3:GetObject\n", "      - Action: s3:GetObject\n        Sid: [a]\n", ":13: statements: Sid: got ['a']; allowed is text; a statement has one Sid, or none"),
        ("      - Action: s3:GetObject\n", "      - Acton: s3:GetObject\n", ":12: statements: got 'Acton'; allowed is the elements "),
        ('Resource: "*"', "Resource: S/Buket", ":13: no ARN or resource is called 'S/Buket'; nearest: S/Bucket"),
        ('Resource: "*"', "Resource: 'arn:aws:s3:::<S.Buket>/*'", ":10: no generated name is called 'S.Buket'; nearest: S.Bucket"),
        ("      - Action: s3:GetObject\n", "      - managed: ReadOnlyAcess\n      - Action: s3:GetObject\n", ":12: no AWS managed policy is called 'ReadOnlyAcess'; nearest: ReadOnlyAccess"),
        ("    actions: iam:*\n", "    actions: iam:*\n    actions: s3:*\n", ":16: the key 'actions' is here twice"),
        ("  - may_only: S/Role", "  - 7\n  - may_only: S/Role", ":10: 7 is not a mapping; write one such as must_allow: PRINCIPAL"),
        ("S/Bucket/*", "&x S/Bucket/*\n  - *x", ":5: aliases are not read: write it out"),
        ("statements:", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\nstatements:", ":2: aliases are not read: write it out"),
        ("version: 1", "<<: {version: 1}", ":1: merge keys (<<) are not read: write it out"),
        ("version: 1", "version: [", ":3: no YAML: did not find expected node content"),
        ("S/Bucket/*", "!Sub S/Bucket/*", ":5: could not determine a constructor for the tag '!Sub': tags are not read"),
        ("Service: ec2", "Servise: ec2", ":18: trusted: got 'Servise'; allowed is one of AWS, Service"),
        ("- Service: ec2.amazonaws.com", "- S/Rol", ":18: no role or user is called 'S/Rol'; nearest: S/Role"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("style", ["text", "json", "sarif"])
def test_a_mistake_in_the_file_is_one_line(old: str, new: str, said: str, style: str) -> None:
    assert old in CONTRACT
    Path("access-contract.yaml").write_text(CONTRACT.replace(old, new, 1))

    result = check("--format", style)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: access-contract.yaml{said}"), result.stderr
    assert result.stderr.count("\n") == 1


def test_names_are_construct_paths_services_and_what_locks_call_generated_names() -> None:
    Path("access-contract.yaml").write_text("""\
version: 1
statements:
  - may_only: S/*
    statements:
      - {Action: s3:GetObject, Resource: S/Bucket/*}
  - may_only: S/Role
    statements:
      - {Action: "s3:Get*", Resource: "arn:aws:s3:::<S.Bucket>/*"}
  - may_only: S/Role
    statements:
      - managed: AmazonS3ReadOnlyAccess
  - assumable_only_by: S/Role
    trusted: [ec2.amazonaws.com, "111122223333", "arn:aws:iam::111122223333:user/ada", S/Role]
""")

    assert check().stdout.startswith("cdk.out: 4 statements, 4 kept\n"), check().output


def test_a_contract_that_is_named_and_missing_is_one_line() -> None:
    result = check("--contract", "mine.yaml")

    assert (result.exit_code, result.stderr) == (2, "Error: mine.yaml: there is no such file\n")
