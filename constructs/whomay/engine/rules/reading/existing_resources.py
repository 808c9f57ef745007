"""Resources that run code with a role of their own, and the actions that bring own code to them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from whomay.engine.rules.app import App
from whomay.engine.snapshot import Principal
from whomay.engine.templates.resource_attributes import own_attribute

INSTANCE: Final = "AWS::EC2::Instance"


class Existing(NamedTuple):
    """One way to run code with the role of a resource that exists.

    `actions` are all needed, the first of them on the resource itself. `role` is the property that
    holds the role, level by level; it is empty where an instance profile holds it.
    """

    kind: str
    word: str
    actions: tuple[str, ...]
    role: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """The actions as part of a sentence."""
        return " and ".join(self.actions)


WAYS: Final = (
    Existing(
        "AWS::AppRunner::Service",
        "service of App Runner",
        ("apprunner:UpdateService",),
        ("InstanceConfiguration", "InstanceRoleArn"),
    ),
    Existing(
        "AWS::BedrockAgentCore::CodeInterpreterCustom",
        "code interpreter",
        (
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ),
        ("ExecutionRoleArn",),
    ),
    Existing("AWS::CloudFormation::Stack", "stack", ("cloudformation:UpdateStack",)),
    Existing(
        "AWS::CloudFormation::Stack",
        "stack",
        ("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    ),
    Existing("AWS::CodeBuild::Project", "project", ("codebuild:StartBuild",), ("ServiceRole",)),
    Existing(
        "AWS::CodeBuild::Project", "project", ("codebuild:StartBuildBatch",), ("ServiceRole",)
    ),
    Existing(INSTANCE, "instance", ("ssm:StartSession",)),
    Existing(INSTANCE, "instance", ("ssm:SendCommand",)),
    Existing(INSTANCE, "instance", ("ec2-instance-connect:SendSSHPublicKey",)),
    Existing(
        INSTANCE,
        "instance",
        ("ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
    ),
    Existing(
        "AWS::EC2::LaunchTemplate",
        "launch template",
        ("ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"),
    ),
    Existing("AWS::ECS::Service", "task of ECS", ("ecs:ExecuteCommand", "ecs:DescribeTasks")),
    Existing("AWS::Glue::DevEndpoint", "endpoint", ("glue:UpdateDevEndpoint",), ("RoleArn",)),
    Existing("AWS::Lambda::Function", "function", ("lambda:UpdateFunctionCode",), ("Role",)),
    Existing(
        "AWS::SageMaker::NotebookInstance",
        "notebook",
        ("sagemaker:CreatePresignedNotebookInstanceUrl",),
        ("RoleArn",),
    ),
    Existing(
        "AWS::SageMaker::NotebookInstance",
        "notebook",
        (
            "sagemaker:UpdateNotebookInstance",
            "sagemaker:StopNotebookInstance",
            "sagemaker:StartNotebookInstance",
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
        ),
        ("RoleArn",),
    ),
)


def may_use(app: App, who: Principal, way: Existing, resource: str) -> bool:
    """Tell whether the principal may go the way to a resource, all of its actions included."""
    first, *others = way.actions
    return app.may(who, first, resource) and all(app.can_do(who, other) for other in others)


def roles_of(app: App, way: Existing, roles: Mapping[str, Principal]) -> dict[str, Principal]:
    """Return the role of each resource that the app makes for the way, by the resource's ARN."""
    found = _instances(app, roles) if way.kind == INSTANCE else _written(app, way)
    return {arn: roles[role] for arn, role in found if role in roles}


def _written(app: App, way: Existing) -> Iterator[tuple[str, str]]:
    attribute = own_attribute(way.kind) or "Ref"
    for item in app.items.of(way.kind) if way.role else ():
        value: Any = item.plain(way.role[0])
        for level in way.role[1:]:
            value = value.get(level) if isinstance(value, dict) else None
        yield item.get(attribute), str(value)


def _instances(app: App, roles: Mapping[str, Principal]) -> Iterator[tuple[str, str]]:
    of_path = {path: role.arn for role in roles.values() for path in role.instances}
    for item in app.items.of(INSTANCE):
        if item.path in of_path:
            environment = item.resolver.environment(item.template)
            prefix = f"arn:{environment['Partition']}:ec2:{item.region}:{item.account}"
            yield f"{prefix}:instance/{item.get('Ref')}", of_path[item.path]
