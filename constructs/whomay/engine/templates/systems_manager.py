"""Who acts by Systems Manager: commands on instances that no template makes, and runbooks.

A command runs as the instance's role. An instance from elsewhere has one that nobody here knows.
https://docs.aws.amazon.com/systems-manager/latest/userguide/state-manager-associations-creating.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html
"""

from collections.abc import Iterator
from typing import Any, Final

from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item, Items

_ASSOCIATION: Final = "AWS::SSM::Association"
_TASK: Final = "AWS::SSM::MaintenanceWindowTask"
# The key that names instances one by one; another one is for all with a tag, or in a group.
_ONE_BY_ONE: Final = ("InstanceIds", "ParameterValues")


def by_systems_manager(items: Items) -> Iterator[tuple[Item, str, str]]:
    """Yield each resource, its property, and as what it acts: a role's ARN, or an instance's."""
    for item in items.of("AWS::SSM::Document"):
        role = as_text(_content(item).get("assumeRole") or "")
        if role and "{{" not in role:  # a parameter of the document: who starts it names the role
            yield item, "assumeRole", role
    here = {(item.account, item.get("Ref")) for item in items.of("AWS::EC2::Instance")}
    for item in items.of(_ASSOCIATION, _TASK):
        if item.kind == _TASK and item.text("TaskType") != "RUN_COMMAND":
            continue
        for target in _targets(item):
            if (item.account, target) not in here:
                partition = item.resolver.environment(item.template)["Partition"]
                place = f"arn:{partition}:ec2:{item.region}:{item.account}"
                yield item, "Targets", f"{place}:instance/{target}"


def _content(item: Item) -> dict[str, Any]:
    content = item.plain("Content")
    if isinstance(content, str):
        from whomay.engine.templates.yaml_text import parsed  # noqa: PLC0415 - few apps need YAML

        content = parsed(content)
    return content if isinstance(content, dict) else {}


def _targets(item: Item) -> Iterator[str]:
    """Yield the instances by their ids, and a star for those that tags or a group choose."""
    if item.text("InstanceId"):
        yield item.text("InstanceId")
    listed = item.plain("Targets")
    for target in listed if isinstance(listed, list) else ():
        known: dict[str, Any] = target if isinstance(target, dict) else {}
        values = known.get("Values") if known.get("Key") in _ONE_BY_ONE else None
        yield from map(as_text, values) if isinstance(values, list) else ("*",)
