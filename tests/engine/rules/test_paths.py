"""The ways of escalation that the catalogue pathfinding.cloud lists: each is found, by its name."""

from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import found_in, role_trusting

# The permissions that each path requires; iam:PassRole before them where a new role is passed.
PASSED = """
apprunner-001 apprunner:CreateService
bedrock-001 bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter
cloudformation-001 cloudformation:CreateStack
cloudformation-003 cloudformation:CreateStackSet cloudformation:CreateStackInstances
cloudformation-004 cloudformation:UpdateStackSet
codebuild-001 codebuild:CreateProject codebuild:StartBuild
codebuild-004 codebuild:CreateProject codebuild:StartBuildBatch
datapipeline-001 datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline
ec2-001 ec2:RunInstances
ec2-003 ec2:RequestSpotInstances
ecs-001 ecs:CreateCluster ecs:RegisterTaskDefinition ecs:CreateService
ecs-002 ecs:CreateCluster ecs:RegisterTaskDefinition ecs:RunTask
ecs-003 ecs:RegisterTaskDefinition ecs:CreateService
ecs-004 ecs:RegisterTaskDefinition ecs:RunTask
ecs-005 ecs:RegisterTaskDefinition ecs:StartTask
glue-001 glue:CreateDevEndpoint
glue-003 glue:CreateJob glue:StartJobRun
glue-004 glue:CreateJob glue:CreateTrigger
glue-005 glue:UpdateJob glue:StartJobRun
glue-006 glue:UpdateJob glue:CreateTrigger
lambda-001 lambda:CreateFunction lambda:InvokeFunction
lambda-002 lambda:CreateFunction lambda:CreateEventSourceMapping
lambda-006 lambda:CreateFunction lambda:AddPermission
sagemaker-001 sagemaker:CreateNotebookInstance
sagemaker-002 sagemaker:CreateTrainingJob
sagemaker-003 sagemaker:CreateProcessingJob
"""
OTHERS = """
apprunner-002 apprunner:UpdateService
bedrock-002 bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter
cloudformation-002 cloudformation:UpdateStack
cloudformation-005 cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet
codebuild-002 codebuild:StartBuild
codebuild-003 codebuild:StartBuildBatch
ec2instanceconnect-003 ec2-instance-connect:SendSSHPublicKey
ec2-002 ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances
ec2-004 ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate
ecs-006 ecs:ExecuteCommand ecs:DescribeTasks
glue-002 glue:UpdateDevEndpoint
iam-001 iam:CreatePolicyVersion
iam-002 iam:CreateAccessKey
iam-003 iam:CreateAccessKey iam:DeleteAccessKey
iam-004 iam:CreateLoginProfile
iam-005 iam:PutRolePolicy
iam-006 iam:UpdateLoginProfile
iam-007 iam:PutUserPolicy
iam-008 iam:AttachUserPolicy
iam-009 iam:AttachRolePolicy
iam-010 iam:AttachGroupPolicy
iam-011 iam:PutGroupPolicy
iam-012 iam:UpdateAssumeRolePolicy
iam-013 iam:AddUserToGroup
iam-014 iam:AttachRolePolicy sts:AssumeRole
iam-015 iam:AttachUserPolicy iam:CreateAccessKey
iam-016 iam:CreatePolicyVersion sts:AssumeRole
iam-017 iam:PutRolePolicy sts:AssumeRole
iam-018 iam:PutUserPolicy iam:CreateAccessKey
iam-019 iam:AttachRolePolicy iam:UpdateAssumeRolePolicy
iam-020 iam:CreatePolicyVersion iam:UpdateAssumeRolePolicy
iam-021 iam:PutRolePolicy iam:UpdateAssumeRolePolicy
lambda-003 lambda:UpdateFunctionCode
lambda-004 lambda:UpdateFunctionCode lambda:InvokeFunction
lambda-005 lambda:UpdateFunctionCode lambda:AddPermission
sagemaker-004 sagemaker:CreatePresignedNotebookInstanceUrl
sagemaker-005 sagemaker:CreateNotebookInstanceLifecycleConfig sagemaker:StopNotebookInstance sagemaker:UpdateNotebookInstance sagemaker:StartNotebookInstance
ssm-001 ssm:StartSession
ssm-002 ssm:SendCommand
sts-001 sts:AssumeRole
"""
PATHS = {
    name: [*before, *actions]
    for before, text in ((["iam:PassRole"], PASSED), ([], OTHERS))
    for name, *actions in map(str.split, text.strip().splitlines())
}
# A role has no group and no policy for users; the others are of a user as well as of a role.
OF_ROLES = ("iam-005", "iam-009", "iam-019", "iam-021")


def app(actor: dict[str, Any], actions: list[str]) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": allowed}
    actor.setdefault("Properties", {})["Policies"] = [
        {"PolicyName": "Path", "PolicyDocument": document}
    ]
    account = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    administrator = role_trusting(account)
    administrator["Properties"]["ManagedPolicyArns"] = [
        "arn:aws:iam::aws:policy/AdministratorAccess"
    ]
    return {"Actor": actor, "Admin": administrator, "Group": {"Type": "AWS::IAM::Group"}}


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_found_by_its_name(name: str, tmp_path: Path) -> None:
    service = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}
    role = role_trusting(service | {"Action": "sts:AssumeRole"})
    user = {"Type": "AWS::IAM::User", "Properties": {"Groups": [{"Ref": "Group"}]}}

    found = found_in(tmp_path, {"Resources": app(role if name in OF_ROLES else user, PATHS[name])})

    told = " ".join(each.message for each in found if each.path == "S/Actor")
    assert name in told


def test_the_list_is_whole() -> None:
    assert len(PATHS) == 65 + 1  # ecs-006 came later


def test_a_resource_of_the_app_shows_whose_role_it_is(tmp_path: Path) -> None:
    user: dict[str, Any] = {"Type": "AWS::IAM::User", "Properties": {}}
    resources = app(user, ["codebuild:StartBuild"])
    role = {"Fn::GetAtt": ["Admin", "Arn"]}
    resources["Project"] = {"Type": "AWS::CodeBuild::Project", "Properties": {"ServiceRole": role}}

    found = found_in(tmp_path, {"Resources": resources})

    [message] = [each.message for each in found if each.rule.id == "escalation"]
    assert message == (
        "S/Actor becomes S/Admin by codebuild:StartBuild, which is an administrator "
        "(pathfinding.cloud codebuild-002)"
    )
