"""Services that run somebody's code with the role that is passed to them, and by which action.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Iterator, Mapping
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import concrete
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


def ways_to_run(app: App, who: Principal, role: str) -> Iterator[tuple[str, str]]:
    """Yield services that the principal can make act with the role, each with the action.

    It may pass the role to the service, and may do the action on some resource. Whether the role
    trusts the service is not asked.
    """
    if not app.may_name(who, "iam:PassRole"):
        return
    for service, actions in RUNS.items():
        running = next((action for action in actions if can_do(app, who, action)), None)
        if running and app.may(who, "iam:PassRole", role, {"iam:PassedToService": service}):
            yield service, running


def can_do(app: App, who: Principal, action: str) -> bool:
    """Tell whether the principal may do the action on some resource that its policies name."""
    if not app.may_name(who, action):
        return False
    patterns = app.named_resources(who, action)
    return any(app.may(who, action, concrete(each, action, who.account)) for each in patterns)
