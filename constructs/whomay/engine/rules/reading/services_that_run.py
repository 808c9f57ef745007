"""Services that run somebody's code with the role that is passed to them, and by which action.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.snapshot import Principal

RUNS: Final[Mapping[str, tuple[str, ...]]] = {
    "apprunner.amazonaws.com": ("apprunner:CreateService",),
    "bedrock-agentcore.amazonaws.com": ("bedrock-agentcore:CreateCodeInterpreter",),
    "cloudformation.amazonaws.com": (
        "cloudformation:CreateStack",
        "cloudformation:UpdateStack",
        "cloudformation:CreateChangeSet",
        "cloudformation:CreateStackSet",
        "cloudformation:UpdateStackSet",
    ),
    "codebuild.amazonaws.com": ("codebuild:CreateProject", "codebuild:UpdateProject"),
    "datapipeline.amazonaws.com": ("datapipeline:CreatePipeline",),
    "ec2.amazonaws.com": (
        "ec2:RunInstances",
        "ec2:RequestSpotInstances",
        "ec2:AssociateIamInstanceProfile",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "autoscaling:CreateLaunchConfiguration",
    ),
    "ecs-tasks.amazonaws.com": (
        "ecs:RunTask",
        "ecs:StartTask",
        "ecs:RegisterTaskDefinition",
        "batch:RegisterJobDefinition",
    ),
    "elasticmapreduce.amazonaws.com": ("elasticmapreduce:RunJobFlow",),
    "glue.amazonaws.com": ("glue:CreateJob", "glue:UpdateJob", "glue:CreateDevEndpoint"),
    "lambda.amazonaws.com": ("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"),
    "sagemaker.amazonaws.com": (
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreateProcessingJob",
        "sagemaker:CreateTrainingJob",
    ),
    "scheduler.amazonaws.com": ("scheduler:CreateSchedule", "scheduler:UpdateSchedule"),
    "ssm.amazonaws.com": ("ssm:StartAutomationExecution", "ssm:CreateAssociation"),
    "states.amazonaws.com": ("states:CreateStateMachine", "states:UpdateStateMachine"),
}


def ways_to_run(
    app: App, who: Principal, role: str, services: Collection[str] = RUNS
) -> Iterator[tuple[str, str]]:
    """Yield those of some services that the principal can make act with the role, with the action.

    It may pass the role to the service, and may do the action on some resource. Whether the role
    trusts the service is not asked.
    """
    if not app.may_name(who, "iam:PassRole"):
        return
    for service, actions in RUNS.items():
        if service not in services:
            continue
        running = next((action for action in actions if app.can_do(who, action)), None)
        if running and app.may(who, "iam:PassRole", role, {"iam:PassedToService": service}):
            yield service, running
