"""What is started by a launch template or a task definition that no template makes.

The role is written there, so nobody here knows as whom it acts.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""

from collections.abc import Iterator, Mapping
from typing import Final

from whomay.engine.templates.formats import values_at
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item, Items
from whomay.iam.patterns.symbols import unknown_reasons

_CONFIGS: Final = ("LaunchTemplateConfigs", "LaunchTemplateSpecification")
_MIXED: Final = ("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification")
_LAUNCH_TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::AutoScaling::AutoScalingGroup": ("LaunchTemplate",),
    "AWS::Batch::ComputeEnvironment": ("ComputeResources", "LaunchTemplate"),
    "AWS::EC2::EC2Fleet": _CONFIGS,
    "AWS::EC2::Instance": ("LaunchTemplate",),
    "AWS::EC2::SpotFleet": ("SpotFleetRequestConfigData", *_CONFIGS),
    "AWS::EKS::Nodegroup": ("LaunchTemplate",),
}
_ECS: Final = ("EcsParameters", "TaskDefinitionArn")
_TASKS: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::ECS::Service": ("TaskDefinition",),
    "AWS::ECS::TaskSet": ("TaskDefinition",),
    "AWS::Events::Rule": ("Targets", *_ECS),
    "AWS::Scheduler::Schedule": ("Target", *_ECS),
}


def started_elsewhere(items: Items) -> Iterator[tuple[Item, str, str]]:
    """Yield each resource, its property, and the launch template or task definition by its ARN."""
    templates = _here(items, "AWS::EC2::LaunchTemplate", "LaunchTemplateName")
    for kind, path in (*_LAUNCH_TEMPLATES.items(), ("AWS::AutoScaling::AutoScalingGroup", _MIXED)):
        for item in items.of(kind):
            if item.kind == "AWS::EC2::Instance" and item.text("IamInstanceProfile"):
                continue  # what an instance names itself wins over its launch template
            for name in ("LaunchTemplateId", "LaunchTemplateName", "Id", "Name"):
                yield from _elsewhere(item, (*path, name), templates, "ec2", "launch-template")
    tasks = _here(items, "AWS::ECS::TaskDefinition", "Family")
    for kind, path in _TASKS.items():
        for item in items.of(kind):
            yield from _elsewhere(item, path, tasks, "ecs", "task-definition")


def _here(items: Items, kind: str, name: str) -> set[tuple[str, str]]:
    """Return account and name of all of a type, by each name that one may have."""
    return {(i.account, each) for i in items.of(kind) for each in (i.get("Ref"), i.text(name))}


def _elsewhere(
    item: Item, path: tuple[str, ...], here: set[tuple[str, str]], service: str, kind: str
) -> Iterator[tuple[Item, str, str]]:
    for value, _ in values_at(item, path):
        name = as_text(value)
        if name and (item.account, name) not in here:
            place = item.resolver.environment(item.template)
            arn = f"arn:{place['Partition']}:{service}:{item.region}:{item.account}:{kind}/{name}"
            as_written = name.startswith("arn:") or bool(unknown_reasons(name))
            yield item, ".".join(path), name if as_written else arn
