"""A stack set's template is a stack of every account that it is rolled out to."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, role, snapshot_of_template, write_assembly

from whomay.engine import read
from whomay.engine.snapshot import Snapshot
from whomay.iam.patterns.symbols import display

ADMIN = role(
    RoleName={"Ref": "Name"},
    Policies=[{"PolicyName": "P", "PolicyDocument": document("*")}],
)
INNER = {
    "Parameters": {"Name": {"Type": "String", "Default": "admin"}},
    "Resources": {"Admin": ADMIN},
}
YAML = """
Resources:
  Admin:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "admin-${AWS::Region}"
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {AWS: !Join [":", [arn, aws, iam, "", "444455556666", root]]}, Action: "sts:AssumeRole"}
"""


def stack_set(body: Any = INNER, **properties: Any) -> dict[str, Any]:
    targets = {"Accounts": ["444455556666", "777788889999"]}
    return {
        "Type": "AWS::CloudFormation::StackSet",
        "Properties": {
            "StackSetName": "s",
            "PermissionModel": "SELF_MANAGED",
            "StackInstancesGroup": [{"DeploymentTargets": targets, "Regions": ["us-east-1"]}],
            **(
                {}
                if body is None
                else {"TemplateBody": body if isinstance(body, str) else json.dumps(body)}
            ),
            **properties,
        },
    }


def snapshot(folder: Path, **properties: Any) -> Snapshot:
    return snapshot_of_template(folder, {"Resources": {"Set": stack_set(**properties)}})


def arns(found: Snapshot) -> dict[str, str]:
    return {each.path: each.arn for each in found.principals}


def test_its_roles_are_those_of_each_account(tmp_path: Path) -> None:
    found = snapshot(tmp_path)
    assert arns(found) == {
        "S/Set/444455556666/us-east-1/Admin": "arn:aws:iam::444455556666:role/admin",
        "S/Set/777788889999/us-east-1/Admin": "arn:aws:iam::777788889999:role/admin",
    }
    assert found.unseen == ()


def test_its_parameters_are_what_the_set_gives(tmp_path: Path) -> None:
    given = [{"ParameterKey": "Name", "ParameterValue": "reader"}]
    assert set(arns(snapshot(tmp_path, Parameters=given)).values()) == {
        "arn:aws:iam::444455556666:role/reader",
        "arn:aws:iam::777788889999:role/reader",
    }


def test_a_unit_stands_for_an_account_that_nobody_knows(tmp_path: Path) -> None:
    unit = {"OrganizationalUnitIds": ["ou-ab12-11111111"]}
    group = [{"DeploymentTargets": unit, "Regions": ["us-east-1"]}]
    [found] = snapshot(tmp_path, StackInstancesGroup=group).principals
    assert "an account of S/Set" in found.account


def test_its_template_may_be_yaml_with_short_functions(tmp_path: Path) -> None:
    found = snapshot(tmp_path, body=YAML)
    assert "arn:aws:iam::444455556666:role/admin-us-east-1" in arns(found).values()
    [statement] = found.principals[0].trust.statements if found.principals[0].trust else ()
    assert statement.principals == (("AWS", ("arn:aws:iam::444455556666:root",)),)
    assert found.principals[0].trust
    assert found.principals[0].trust.version == "2012-10-17"


@pytest.mark.parametrize("body", [None, "", "no template", "{", {"Resources": []}])
def test_a_template_that_is_elsewhere_or_none_is_not_seen(tmp_path: Path, body: Any) -> None:
    found = snapshot(tmp_path, body=body, TemplateURL="https://s3.example/t.json")
    assert [each.path for each in found.unseen] == ["S/Set"]
    assert found.unseen[0].account == ""


def test_a_template_that_the_assembly_has_is_read_once(tmp_path: Path) -> None:
    folder = write_assembly(tmp_path, {"S": {"Resources": {"Set": stack_set()}}, "Inner": INNER})
    found = read(folder).snapshot
    assert list(arns(found)) == ["Inner/Admin"]
    assert found.unseen == ()


@pytest.mark.parametrize(
    "groups",
    [
        [{"Fn::ImportValue": "group"}],
        [{"DeploymentTargets": {"Fn::ImportValue": "targets"}, "Regions": ["us-east-1"]}],
        [{"DeploymentTargets": {"AccountsUrl": "s3://list"}, "Regions": {"Ref": "Regions"}}],
    ],
)
def test_where_it_is_rolled_out_may_be_unknown(tmp_path: Path, groups: Any) -> None:
    found = arns(snapshot(tmp_path, StackInstancesGroup=groups))
    assert [display(arn) for arn in found.values()] == [
        "arn:aws:iam::<an account of S/Set>:role/admin"
    ]
