"""A service that is handed another role than before is a change, whatever the service."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, role, snapshot_of_template

from whomay.engine.changes.diff import diff
from whomay.engine.changes.lock_reader import from_lock
from whomay.engine.changes.lock_writer import to_lock
from whomay.engine.changes.machines import newcomers
from whomay.engine.snapshot import Snapshot

ROLES = {
    "Low": role(Policies=[{"PolicyName": "P", "PolicyDocument": document("s3:GetObject")}]),
    "High": role(Policies=[{"PolicyName": "P", "PolicyDocument": document("*")}]),
    "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Low"}]}},
    "Other": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "High"}]}},
}


def arn(name: str) -> Any:
    return {"Fn::GetAtt": [name, "Arn"]}


def machine(kind: str, name: str) -> dict[str, Any]:
    """Return a resource of a type with the role of that name."""
    handed: dict[str, dict[str, Any]] = {
        "Lambda::Function": {"Role": arn(name)},
        "ECS::TaskDefinition": {"TaskRoleArn": arn(name)},
        "CodeBuild::Project": {"ServiceRole": arn(name)},
        "IoT::RoleAlias": {"RoleArn": arn(name)},
        "Cognito::IdentityPoolRoleAttachment": {"Roles": {"unauthenticated": arn(name)}},
        "StepFunctions::StateMachine": {"RoleArn": arn(name)},
        "Scheduler::Schedule": {"Target": {"Arn": "arn:x", "RoleArn": arn(name)}},
        "CodePipeline::Pipeline": {"Stages": [{"Actions": [{"RoleArn": arn(name)}]}]},
        "CodePipeline::Pipeline of CloudFormation": {
            "Stages": [{"Actions": [{"Configuration": {"RoleArn": arn(name)}}]}]
        },
        "SSM::Association": {"Parameters": {"AutomationAssumeRole": [arn(name)]}},
        "ApiGateway::Method": {"Integration": {"Credentials": arn(name)}},
        "EMR::Cluster": {"JobFlowRole": {"Ref": "Profile" if name == "Low" else "Other"}},
        "EKS::PodIdentityAssociation": {"ClusterName": "c", "RoleArn": arn(name)},
        "RolesAnywhere::Profile": {"RoleArns": [arn(name)]},
        "AccountAccess::Entitlement": {"Entitlement": {"PrincipalRole": {"RoleArn": arn(name)}}},
        "ServiceCatalog::LaunchRoleConstraint": {"RoleArn": arn(name)},
        "Transfer::User": {"Role": arn(name)},
    }
    return {"Type": f"AWS::{kind.partition(' ')[0]}", "Properties": handed[kind]}


def snapshot(folder: Path, **resources: Any) -> Snapshot:
    return snapshot_of_template(folder, {"Resources": {**ROLES, **resources}})


SERVICES = [
    "Lambda::Function",
    "ECS::TaskDefinition",
    "CodeBuild::Project",
    "IoT::RoleAlias",
    "Cognito::IdentityPoolRoleAttachment",
    "StepFunctions::StateMachine",
    "Scheduler::Schedule",
    "CodePipeline::Pipeline",
    "CodePipeline::Pipeline of CloudFormation",
    "SSM::Association",
    "ApiGateway::Method",
    "EMR::Cluster",
    "Transfer::User",
]
OPENING = [
    "EKS::PodIdentityAssociation",
    "RolesAnywhere::Profile",
    "ServiceCatalog::LaunchRoleConstraint",
    "IoT::RoleAlias",
]


@pytest.mark.parametrize("kind", SERVICES)
def test_a_low_role_swapped_for_an_administrator_is_wider(tmp_path: Path, kind: str) -> None:
    old = snapshot(tmp_path / "old", X=machine(kind, "Low"))
    new = snapshot(tmp_path / "new", X=machine(kind, "High"))
    [found] = diff(old, new)
    assert found.change == "wider"
    assert found.principal.startswith("S/X (")
    assert found.text == "it acts as S/High, before as S/Low"
    assert [each.change for each in diff(new, old)] == ["narrower"]
    assert diff(new, new) == []


@pytest.mark.parametrize("kind", OPENING)
def test_a_role_opened_to_callers_from_outside_is_wider(tmp_path: Path, kind: str) -> None:
    old, new = snapshot(tmp_path / "old"), snapshot(tmp_path / "new", X=machine(kind, "High"))
    [found] = diff(old, new)
    assert (found.change, found.text) == ("wider", "it acts as S/High now")


def test_a_new_function_with_a_role_that_was_there_gives_nobody_more(tmp_path: Path) -> None:
    old = snapshot(tmp_path / "old")
    new = snapshot(tmp_path / "new", X=machine("Lambda::Function", "High"))
    assert diff(old, new) == []
    assert newcomers(from_lock(to_lock(old)), from_lock(to_lock(new))) == [
        "new under a role that was there before: S/X (Role) acts as S/High"
    ]
    assert newcomers(new, new) == []


ADMIN = "arn:aws:iam::111122223333:role/admin"
BY_ID = {"LaunchTemplateId": "lt-1", "Version": "1"}


@pytest.mark.parametrize(
    ("made", "called"),
    [
        ({"Type": "AWS::Lambda::Function", "Properties": {"Role": ADMIN}}, ADMIN),
        ({"Type": "AWS::Glue::Job", "Properties": {"Role": "admin"}}, ADMIN),
        (
            {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": "admin"}},
            "arn:aws:iam::111122223333:instance-profile/admin",
        ),
        (
            {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {"LaunchTemplateData": {"IamInstanceProfile": {"Name": "admin"}}},
            },
            "arn:aws:iam::111122223333:instance-profile/admin",
        ),
        ({"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": ["admin"]}}, ADMIN),
        (
            {"Type": "AWS::EC2::Instance", "Properties": {"LaunchTemplate": BY_ID}},
            "arn:aws:ec2:eu-west-1:111122223333:launch-template/lt-1",
        ),
        (
            {
                "Type": "AWS::EC2::EC2Fleet",
                "Properties": {"LaunchTemplateConfigs": [{"LaunchTemplateSpecification": BY_ID}]},
            },
            "arn:aws:ec2:eu-west-1:111122223333:launch-template/lt-1",
        ),
        (
            {"Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": "admin:1"}},
            "arn:aws:ecs:eu-west-1:111122223333:task-definition/admin:1",
        ),
    ],
)
def test_something_new_under_a_role_from_elsewhere_cannot_be_told(
    tmp_path: Path, made: dict[str, Any], called: str
) -> None:
    old, new = snapshot(tmp_path / "old"), snapshot(tmp_path / "new", X=made)
    [found] = diff(from_lock(to_lock(old)), from_lock(to_lock(new)))
    assert found.change == "Unknown"
    assert found.text.startswith(f"it acts as {called}, and nothing here did before; what a role")
    again = snapshot(tmp_path / "again", X=made, Y=made)
    assert diff(new, again) == []


def test_what_is_started_by_a_definition_of_the_app_is_no_stranger(tmp_path: Path) -> None:
    made = {
        "T": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {}},
        "D": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Family": "web"}},
    }
    by_ref = {"LaunchTemplateId": {"Ref": "T"}, "Version": "1"}
    started = {
        "I": {"Type": "AWS::EC2::Instance", "Properties": {"LaunchTemplate": by_ref}},
        "S": {"Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": {"Ref": "D"}}},
        "N": {"Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": "web"}},
        "J": {
            "Type": "AWS::EC2::Instance",
            "Properties": {"LaunchTemplate": BY_ID, "IamInstanceProfile": {"Ref": "Profile"}},
        },
    }
    new = snapshot(tmp_path / "new", **made, **started)
    assert diff(snapshot(tmp_path / "old"), new) == []


COMMANDS: dict[str, dict[str, Any]] = {
    "SSM::Association": {"Name": "AWS-RunShellScript", "InstanceId": "i-0123456789abcdef0"},
    "SSM::Association by a tag": {"Targets": [{"Key": "tag:team", "Values": ["x"]}]},
    "SSM::Association one by one": {"Targets": [{"Key": "InstanceIds", "Values": ["i-1"]}]},
    "SSM::MaintenanceWindowTask": {
        "TaskType": "RUN_COMMAND",
        "Targets": [{"Key": "WindowTargetIds", "Values": ["w"]}],
    },
}


@pytest.mark.parametrize("kind", COMMANDS)
def test_commands_on_instances_from_elsewhere_cannot_be_told(tmp_path: Path, kind: str) -> None:
    made = {"Type": f"AWS::{kind.partition(' ')[0]}", "Properties": COMMANDS[kind]}
    [found] = diff(snapshot(tmp_path / "old"), snapshot(tmp_path / "new", X=made))
    assert found.change == "Unknown"
    assert ":instance/" in found.text


def test_commands_on_an_instance_of_the_app_are_its_code(tmp_path: Path) -> None:
    instance = {
        "Type": "AWS::EC2::Instance",
        "Properties": {"IamInstanceProfile": {"Ref": "Other"}},
    }
    command = {
        "Type": "AWS::SSM::Association",
        "Properties": {"Name": "AWS-RunShellScript", "InstanceId": {"Ref": "I"}},
    }
    old = snapshot(tmp_path / "old", I=instance)
    assert diff(old, snapshot(tmp_path / "new", I=instance, X=command)) == []


@pytest.mark.parametrize("written", [dict, json.dumps])
def test_a_runbook_that_names_its_role_is_named(tmp_path: Path, written: Any) -> None:
    content = written({"schemaVersion": "0.3", "assumeRole": ADMIN, "mainSteps": []})
    made = {"Type": "AWS::SSM::Document", "Properties": {"Content": content}}
    [found] = diff(snapshot(tmp_path / "old"), snapshot(tmp_path / "new", X=made))
    assert found.text.startswith(f"it acts as {ADMIN}, and nothing here did before")


ADMIN = "arn:aws:iam::111122223333:role/admin"


def test_a_role_that_is_linked_to_a_service_is_no_change(tmp_path: Path) -> None:
    linked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    made = {"Type": "AWS::Lambda::Function", "Properties": {"Role": linked}}
    assert diff(snapshot(tmp_path / "old"), snapshot(tmp_path / "new", X=made)) == []


def test_a_new_instance_under_a_role_that_was_there_is_named(tmp_path: Path) -> None:
    instance = {
        "Type": "AWS::EC2::Instance",
        "Properties": {"IamInstanceProfile": {"Ref": "Other"}},
    }
    old, new = snapshot(tmp_path / "old"), snapshot(tmp_path / "new", X=instance)
    assert newcomers(old, new) == ["new under a role that was there before: S/X acts as S/High"]


def test_a_role_of_another_stack_handed_in_place_of_one_here_cannot_be_told(
    tmp_path: Path,
) -> None:
    theirs = {"Role": "arn:aws:iam::111122223333:role/admin"}
    old = snapshot(tmp_path / "old", X=machine("Lambda::Function", "Low"))
    new = snapshot(tmp_path / "new", X={"Type": "AWS::Lambda::Function", "Properties": theirs})
    [found] = diff(old, new)
    assert found.change == "Unknown"
    assert found.text.startswith(
        "it acts as arn:aws:iam::111122223333:role/admin, before as S/Low; what a role outside"
    )


def test_a_lock_holds_who_acts_as_which_role(tmp_path: Path) -> None:
    old = snapshot(tmp_path / "old", X=machine("Lambda::Function", "Low"))
    new = snapshot(tmp_path / "new", X=machine("Lambda::Function", "High"))
    locked = from_lock(to_lock(old))
    assert locked.machines == old.machines
    assert [each.change for each in diff(locked, new)] == ["wider"]


TRUSTED: dict[str, tuple[str, dict[str, Any]]] = {
    "IAM::OIDCProvider": ("oidc-provider/idp.example.com", {"Url": "https://idp.example.com"}),
    "IAM::SAMLProvider": ("saml-provider/p", {"Name": "p", "SamlMetadataDocument": "one"}),
}


@pytest.mark.parametrize("kind", TRUSTED)
def test_a_provider_for_a_trust_that_was_dead_opens_the_role(tmp_path: Path, kind: str) -> None:
    called, properties = TRUSTED[kind]
    provider = {"Federated": f"arn:aws:iam::111122223333:{called}"}
    statement = {"Effect": "Allow", "Principal": provider, "Action": "sts:AssumeRoleWithSAML"}
    trusting = {
        **ROLES["High"],
        "Properties": {
            **ROLES["High"]["Properties"],
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }
    made = {"Type": f"AWS::{kind}", "Properties": properties}
    old = snapshot(tmp_path / "old", R=trusting)
    new = snapshot(tmp_path / "new", R=trusting, X=made)
    assert ("S/X (identity provider)", "wider") in [(d.principal, d.change) for d in diff(old, new)]
    assert diff(new, from_lock(to_lock(new))) == []
