"""`whomay contract init`: today's access as a contract, proved before it is written."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly
from support.checkout import ROOT

from whomay.cli import main
from whomay.engine.contract import schema

BUCKET = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
OBJECTS = {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]}
ADA = "arn:aws:iam::111122223333:user/ada"


def policy(*actions: str, resource: Any = "*") -> dict[str, Any]:
    return {"PolicyName": actions[0][3:], "PolicyDocument": document(*actions, resource=resource)}


def app(**resources: Any) -> None:
    write_assembly(Path("cdk.out"), {"S": {"Resources": resources}})


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def outcomes() -> set[str]:
    """What became of the statements, whatever the rules find besides."""
    return {
        each["outcome"] for each in json.loads(run("check", "--format", "json").stdout)["results"]
    }


def written() -> str:
    return Path("access-contract.yaml").read_text().partition("statements:\n")[2]


def reader(**properties: Any) -> dict[str, Any]:
    return role(Policies=[policy("s3:GetObject", resource=OBJECTS)], **properties)


def test_the_contract_names_what_each_principal_may_and_who_becomes_it() -> None:
    trust = trusting({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]})
    guarded = {"Condition": {"StringEquals": {"sts:ExternalId": "course"}}}
    trust["Statement"] = [trust["Statement"], trusting({"AWS": ADA})["Statement"] | guarded]
    app(Bucket=BUCKET, Reader=reader(AssumeRolePolicyDocument=trust))

    result = run("contract", "init")

    assert (result.exit_code, result.output) == (
        0,
        "access-contract.yaml is written: 2 statements\n",
    )
    assert (
        written()
        == """
  # S/Reader
  - may_only: S/Reader
    statements:
      - {Action: 's3:GetObject', Resource: S/Bucket/*}
  - assumable_only_by: S/Reader
    trusted:
      - ec2.amazonaws.com
      - lambda.amazonaws.com
      - Principal: {AWS: 'arn:aws:iam::111122223333:user/ada'}
        Condition:
          StringEquals: {'sts:ExternalId': course}
"""
    )
    assert "cdk.out: 2 statements, 2 kept" in run("check").stdout


def trusting(principal: dict[str, Any]) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": statement}


def denying(action: str, resource: str) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Action": action, "Resource": resource}
    return {"PolicyName": "D", "PolicyDocument": {"Statement": statement}}


READS = policy("s3:GetObject", "s3:PutObject", resource=OBJECTS)
LISTS = policy("s3:ListAllMyBuckets", "sqs:*")
SECRET = denying("s3:*", "arn:aws:s3:::*/secret")
BOUNDED = {
    "Type": "AWS::IAM::ManagedPolicy",
    "Properties": {"PolicyDocument": document("s3:*", "sqs:SendMessage")},
}
GRANT = {
    "Type": "AWS::S3::BucketPolicy",
    "Properties": {
        "Bucket": {"Ref": "Bucket"},
        "PolicyDocument": {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": {"Fn::GetAtt": ["Reader", "Arn"]}},
                "Action": "s3:DeleteObject",
                "Resource": OBJECTS,
            }
        },
    },
}


@pytest.mark.parametrize(
    ("policies", "others", "resources"),
    [
        ([READS, LISTS, SECRET, policy("s3:DeleteObject")], {}, {}),
        ([policy("s3:GetObject"), LISTS, SECRET], {}, {}),
        ([READS, LISTS], {}, {}),
        ([READS, LISTS, SECRET], {"PermissionsBoundary": None}, {}),
        (
            [READS, LISTS, SECRET],
            {"AssumeRolePolicyDocument": trusting({"Service": "lambda.amazonaws.com"})},
            {},
        ),
        ([READS, LISTS, SECRET], {}, {"Grant": GRANT}),
    ],
    ids=["an action", "a resource", "no deny", "no boundary", "the trust", "a bucket's grant"],
)
def test_whatever_becomes_wider_breaks_it(
    policies: list[Any], others: dict[str, Any], resources: dict[str, Any]
) -> None:
    bounded = {"PermissionsBoundary": {"Ref": "Boundary"}}
    app(Bucket=BUCKET, Boundary=BOUNDED, Reader=role(Policies=[READS, LISTS, SECRET], **bounded))
    assert run("contract", "init").exit_code == 0
    assert outcomes() <= {"kept", "kept, but capped"}

    changed = {key: value for key, value in {**bounded, **others}.items() if value is not None}
    app(Bucket=BUCKET, Boundary=BOUNDED, Reader=role(Policies=policies, **changed), **resources)
    assert "broken" in outcomes()

    assert run("contract", "init", "--force").exit_code == 0
    assert outcomes() <= {"kept", "kept, but capped"}


def test_what_is_not_known_is_a_comment_with_its_reason() -> None:
    elsewhere = role(ManagedPolicyArns=["arn:aws:iam::111122223333:policy/elsewhere"])
    app(Bucket=BUCKET, Reader=reader(), Other=elsewhere)

    result = run("contract", "init")

    assert result.exit_code == 3
    assert result.output == (
        "access-contract.yaml is written: 3 statements, and 1 that are not proved, as comments\n"
    )
    assert """
  # S/Other
  # not proved: not known: managed policy arn:aws:iam::111122223333:policy/elsewhere is not in the assembly
  # - may_only: S/Other
""" in written()
    assert run("check").exit_code == 0


def test_the_closed_world_of_a_policy_with_thousands_of_actions_is_proved() -> None:
    managed = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    app(Bucket=BUCKET, Reader=reader(ManagedPolicyArns=[managed]))
    assert run("contract", "init").exit_code == 0
    assert "- {managed: ReadOnlyAccess}" in written()
    assert outcomes() == {"kept"}
    queue = policy("sqs:SendMessage")
    app(Bucket=BUCKET, Reader=role(Policies=[queue], ManagedPolicyArns=[managed]))
    assert outcomes() == {"kept", "broken"}


def test_a_file_that_is_there_is_not_replaced() -> None:
    app(Bucket=BUCKET, Reader=reader())
    Path("access-contract.yaml").write_text("mine")

    result = run("contract", "init")

    assert (result.exit_code, result.stderr) == (
        2,
        "Error: access-contract.yaml is there already: give --force to replace it, or -o FILE\n",
    )
    assert Path("access-contract.yaml").read_text() == "mine"


def test_an_app_without_principals_has_nothing_to_state() -> None:
    app(Bucket=BUCKET)

    result = run("contract", "init")

    assert (result.exit_code, result.stderr) == (
        2,
        "Error: cdk.out: nothing can be stated: there is no role and no user\n",
    )
    assert not Path("access-contract.yaml").exists()


def test_todays_access_of_the_example_is_proved(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "cloudformation" / "template.yaml").read_text()
    (tmp_path / "template.yaml").write_text(text)

    assert run("contract", "init", "-a", "template.yaml").exit_code == 0
    assert run("check", "template.yaml").exit_code == 0


def test_the_schema_that_is_shipped_is_that_of_the_reader() -> None:
    shipped = ROOT / "constructs/whomay/engine/contract/access-contract.schema.json"

    assert json.loads(shipped.read_text()) == schema()
    assert json.loads(run("contract", "schema").stdout) == schema()


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    app(Bucket=BUCKET, Reader=reader())
    run("contract", "init")
    page = (ROOT / "docs" / "reference" / "contract-file.md").read_text()
    of_the_page = page.partition("```yaml\n")[2].partition("```")[0]

    for text in (Path("access-contract.yaml").read_text(), of_the_page):
        jsonschema.validate(yaml.safe_load(text), schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: 2"),
        ("must_allow", "must_alow"),
        ("actions", "action"),
        ("Service", "Servise"),
        ("Action:", "Acton:"),
        ("resources: Reports", "resources: 7 #"),
        ("trusted:", "trust:"),
        ("- Action:", "- Sid: [a, b]\n        Action:"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    page = (ROOT / "docs" / "reference" / "contract-file.md").read_text()
    text = page.partition("```yaml\n")[2].partition("```")[0]
    assert old in text
    changed = yaml.safe_load(text.replace(old, new, 1))

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed, schema())
