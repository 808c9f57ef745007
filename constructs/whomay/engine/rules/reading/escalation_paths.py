"""The names that the catalogue pathfinding.cloud gives to ways of escalation, by action.

https://pathfinding.cloud, of whose catalogue these are the 65 paths of December 2025.
"""

from collections.abc import Iterable, Mapping
from typing import Final

# The action that decides a path, without the iam:PassRole before it and the calls after it.
_PATHS: Final[Mapping[str, str]] = {
    "apprunner:CreateService": "apprunner-001",
    "apprunner:UpdateService": "apprunner-002",
    "bedrock-agentcore:CreateCodeInterpreter": "bedrock-001",
    "bedrock-agentcore:StartCodeInterpreterSession": "bedrock-002",
    "cloudformation:CreateChangeSet": "cloudformation-005",
    "cloudformation:CreateStack": "cloudformation-001",
    "cloudformation:CreateStackSet": "cloudformation-003",
    "cloudformation:UpdateStack": "cloudformation-002",
    "cloudformation:UpdateStackSet": "cloudformation-004",
    "codebuild:CreateProject": "codebuild-001 codebuild-004",
    "codebuild:StartBuild": "codebuild-002",
    "codebuild:StartBuildBatch": "codebuild-003",
    "datapipeline:CreatePipeline": "datapipeline-001",
    "ec2-instance-connect:SendSSHPublicKey": "ec2instanceconnect-003",
    "ec2:CreateLaunchTemplateVersion": "ec2-004",
    "ec2:ModifyInstanceAttribute": "ec2-002",
    "ec2:RequestSpotInstances": "ec2-003",
    "ec2:RunInstances": "ec2-001",
    "ecs:ExecuteCommand": "ecs-006",
    "ecs:RegisterTaskDefinition": "ecs-001 ecs-003",
    "ecs:RunTask": "ecs-002 ecs-004",
    "ecs:StartTask": "ecs-005",
    "glue:CreateDevEndpoint": "glue-001",
    "glue:CreateJob": "glue-003 glue-004",
    "glue:UpdateDevEndpoint": "glue-002",
    "glue:UpdateJob": "glue-005 glue-006",
    "iam:AddUserToGroup": "iam-013",
    "iam:AttachGroupPolicy": "iam-010",
    "iam:AttachRolePolicy": "iam-009 iam-014 iam-019",
    "iam:AttachUserPolicy": "iam-008 iam-015",
    "iam:CreateAccessKey": "iam-002 iam-003",
    "iam:CreateLoginProfile": "iam-004",
    "iam:CreatePolicyVersion": "iam-001 iam-016 iam-020",
    "iam:PutGroupPolicy": "iam-011",
    "iam:PutRolePolicy": "iam-005 iam-017 iam-021",
    "iam:PutUserPolicy": "iam-007 iam-018",
    "iam:UpdateAssumeRolePolicy": "iam-012",
    "iam:UpdateLoginProfile": "iam-006",
    "lambda:CreateFunction": "lambda-001 lambda-002 lambda-006",
    "lambda:UpdateFunctionCode": "lambda-003 lambda-004 lambda-005",
    "sagemaker:CreateNotebookInstance": "sagemaker-001",
    "sagemaker:CreatePresignedNotebookInstanceUrl": "sagemaker-004",
    "sagemaker:CreateProcessingJob": "sagemaker-003",
    "sagemaker:CreateTrainingJob": "sagemaker-002",
    "sagemaker:UpdateNotebookInstance": "sagemaker-005",
    "ssm:SendCommand": "ssm-002",
    "ssm:StartSession": "ssm-001",
    "sts:AssumeRole": "sts-001",
}


def paths_of(actions: Iterable[str]) -> str:
    """Return the names of the paths that the actions open, in brackets; empty when there is none.

    >>> paths_of(["iam:PutGroupPolicy"])
    ' (pathfinding.cloud iam-011)'
    """
    names = sorted(name for action in actions for name in _PATHS.get(action, "").split())
    return f" (pathfinding.cloud {', '.join(names)})" if names else ""
