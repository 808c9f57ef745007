"""The roll-out to organizational units: the StackSet, and the template that it carries."""

import json
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk.assertions import Template
from support.checkout import ROOT
from support.reading import only

from stacks.rollout import RolloutStack
from whomay.cdk import Accounts, GateError, OrganizationRollout, RolloutTemplate, synth

UNIT = "ou-ab12-11111111"
ACCOUNTS = {
    "hub": {"id": "111111111111", "region": "us-east-1"},
    "spokes": {"dev": {"id": "222222222222", "region": "us-east-1"}},
    "organization": {"id": "o-a1b2c3d4e5", "organizational_units": [UNIT]},
}


def rollout(scope: Stack, **changes: Any) -> OrganizationRollout:
    props: dict[str, Any] = {"organizational_units": [UNIT], "regions": ["eu-west-1"]} | changes
    return OrganizationRollout(scope, "Spokes", **props)


def add_role(template: Stack, actions: list[str], id: str = "Role") -> None:
    statement = iam.PolicyStatement(actions=actions, resources=["arn:aws:s3:::a/b"])
    iam.Role(
        template,
        id,
        assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
        inline_policies={"Access": iam.PolicyDocument(statements=[statement])},
    )


def test_the_stack_set_goes_to_the_units_carefully(stack: Stack) -> None:
    add_role(rollout(stack).template, ["s3:GetObject"])
    found = only(Template.from_stack(stack), "AWS::CloudFormation::StackSet")
    assert json.loads(found.pop("TemplateBody"))["Resources"].keys() == {"Role1ABCC5F0"}
    assert found == {
        "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
        "CallAs": "SELF",
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "ManagedExecution": {"Active": True},
        "OperationPreferences": {
            "FailureTolerancePercentage": 0,
            "MaxConcurrentPercentage": 10,
            "RegionConcurrencyType": "SEQUENTIAL",
        },
        "PermissionModel": "SERVICE_MANAGED",
        "StackInstancesGroup": [
            {
                "DeploymentTargets": {"OrganizationalUnitIds": [UNIT]},
                "Regions": ["eu-west-1"],
            }
        ],
        "StackSetName": "Stack-Spokes",
    }


def test_what_is_given_reaches_the_stack_set(stack: Stack) -> None:
    one = rollout(
        stack,
        auto_deployment=False,
        delegated_administrator=True,
        description="Roles of the spokes",
        failure_tolerance_percent=20,
        max_concurrent_percent=50,
        organizational_units=[UNIT, "r-ab12"],
        regions=["eu-west-1", "us-east-1"],
        stack_set_name="spokes",
    )
    add_role(one.template, ["s3:GetObject"])
    found = only(Template.from_stack(stack), "AWS::CloudFormation::StackSet")
    found.pop("TemplateBody")
    assert found == {
        "AutoDeployment": {"Enabled": False},
        "CallAs": "DELEGATED_ADMIN",
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Description": "Roles of the spokes",
        "ManagedExecution": {"Active": True},
        "OperationPreferences": {
            "FailureTolerancePercentage": 20,
            "MaxConcurrentPercentage": 50,
            "RegionConcurrencyType": "SEQUENTIAL",
        },
        "PermissionModel": "SERVICE_MANAGED",
        "StackInstancesGroup": [
            {
                "DeploymentTargets": {"OrganizationalUnitIds": [UNIT, "r-ab12"]},
                "Regions": ["eu-west-1", "us-east-1"],
            }
        ],
        "StackSetName": "spokes",
    }


def test_the_template_needs_no_bootstrap_and_holds_no_construct_paths(app: App) -> None:
    app.node.set_context("aws:cdk:enable-path-metadata", True)
    stack = Stack(app, "Stack")
    add_role(rollout(stack).template, ["s3:GetObject"])
    body = only(Template.from_stack(stack), "AWS::CloudFormation::StackSet")["TemplateBody"]
    template = json.loads(body)
    assert template.keys() == {"Resources"}
    assert template["Resources"]["Role1ABCC5F0"].keys() == {"Type", "Properties"}


def test_the_spokes_of_the_app_roll_out_with_the_same_roles(app: App) -> None:
    stack = RolloutStack(app, "Rollout", accounts=Accounts.read(ACCOUNTS))
    synth(app)
    body = only(Template.from_stack(stack), "AWS::CloudFormation::StackSet")["TemplateBody"]
    template = json.loads(body)
    roles = {
        one["Properties"]["RoleName"]: one["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        for one in template["Resources"].values()
        if one["Type"] == "AWS::IAM::Role"
    }
    trust = [
        {
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::111111111111:user/people/*"]},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
            },
            "Effect": "Allow",
            "Principal": {
                "AWS": {
                    "Fn::Join": [
                        "",
                        ["arn:", {"Ref": "AWS::Partition"}, ":iam::111111111111:root"],
                    ]
                }
            },
        }
    ]
    assert roles == {"Reader": trust, "Writer": trust}
    assert {"BucketName", "ReaderRoleArn", "ReaderSwitchRole"} <= template["Outputs"].keys()


def test_the_packs_see_what_the_template_holds(app: App) -> None:
    add_role(rollout(Stack(app, "Stack")).template, ["s3:*"])
    with pytest.raises(GateError) as caught:
        synth(app)
    place = "Stack/Spokes/Accounts/Template/Role/Resource: "
    assert any(
        line.startswith(f"{place}AwsSolutions::AwsSolutions-IAM5[") for line in caught.value.args
    )


def test_the_template_is_in_the_assembly_but_not_among_the_stacks_of_the_app(app: App) -> None:
    add_role(rollout(Stack(app, "Stack")).template, ["s3:GetObject"])
    assembly = app.synth()
    assert [one.stack_name for one in assembly.stacks] == ["Stack"]
    assert [one.display_name for one in assembly.stacks_recursively] == [
        "Stack",
        "Stack/Spokes/Accounts/Template (Accounts-Template)",
    ]


def test_a_template_beyond_what_stack_sets_take_inline_is_refused(stack: Stack) -> None:
    template = rollout(stack).template
    for number in range(150):
        add_role(template, ["s3:GetObject"], f"Role{number}")
    with pytest.raises(RuntimeError, match=r"template: got '\d+ bytes'; allowed is up to 51200"):
        Template.from_stack(stack)


def test_an_empty_template_is_refused(stack: Stack) -> None:
    rollout(stack)
    with pytest.raises(RuntimeError, match="template: got 'no resource'; allowed is at least one"):
        Template.from_stack(stack)


def test_the_template_takes_no_assets(stack: Stack) -> None:
    with pytest.raises(RuntimeError, match="Cannot add assets"):
        s3_assets.Asset(rollout(stack).template, "File", path=str(ROOT / "LICENSE"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"organizational_units": []}, r"organizational_units: got \[\]; allowed is at least one"),
        ({"organizational_units": UNIT}, "organizational_units: got str 'ou-ab12-11111111'"),
        ({"organizational_units": ["222222222222"]}, "allowed is an id such as ou-ab12-11111111"),
        ({"regions": []}, r"regions: got \[\]; allowed is at least one of a Region"),
        ({"failure_tolerance_percent": 101}, "allowed is a whole number of 0 to 100"),
        ({"max_concurrent_percent": 0}, "allowed is a whole number of 1 to 100"),
        ({"max_concurrent_percent": 0.1}, "max_concurrent_percent: got float 0.1; allowed is a"),
        ({"stack_set_name": "my spokes"}, "stack_set_name: got 'my spokes'; allowed is letters"),
    ],
)
def test_a_rollout_that_cloudformation_would_refuse_is_refused_at_once(
    stack: Stack, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rollout(stack, **changes)


def test_a_rollout_needs_units(app: App) -> None:
    accounts = Accounts.read({key: ACCOUNTS[key] for key in ("hub", "spokes")})
    with pytest.raises(ValueError, match=r"^accounts\.organization: "):
        RolloutStack(app, "Rollout", accounts=accounts)


def test_the_template_is_a_stack_without_an_account(app: App) -> None:
    template = rollout(
        Stack(app, "Stack", env=Environment(account="111111111111", region="us-east-1"))
    ).template
    assert isinstance(template, RolloutTemplate)
    assert template.resolve(template.account) == {"Ref": "AWS::AccountId"}
