"""Which instances act as which role, through an instance profile.

The profile is on the instance, or on the launch template that it is started from.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from whomay.engine.templates.resources import Item, Items
from whomay.iam.patterns.symbols import unknown_reasons


def instances_by_role(items: Items) -> defaultdict[tuple[str, str], list[str]]:
    """Map account and role name to construct paths of instances, groups and launch templates."""
    roles = roles_of_profiles(items)
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item, profile in _running(items):
        for role in roles.get((item.account, profile), ()):
            if item.path not in found[item.account, role]:
                found[item.account, role].append(item.path)
    return found


def profiles_elsewhere(items: Items) -> Iterator[tuple[Item, str]]:
    """Yield each instance, group and launch template with a profile that no template makes: its ARN."""
    here = roles_of_profiles(items)
    for item, profile in _running(items):
        if profile and (item.account, profile) not in here:
            partition = item.resolver.environment(item.template)["Partition"]
            named = f"arn:{partition}:iam::{item.account}:instance-profile/{profile}"
            yield item, profile if profile.startswith("arn:") or unknown_reasons(profile) else named


def roles_of_profiles(items: Items) -> Mapping[tuple[str, str], list[str]]:
    """Map account and instance profile, by name or ARN, to the names of its roles."""
    return {
        (item.account, name): item.texts("Roles")
        for item in items.of("AWS::IAM::InstanceProfile")
        for name in (item.get("Ref"), item.get("Arn"))
    }


def _running(items: Items) -> Iterator[tuple[Item, str]]:
    """Yield all that runs instances with each profile that these may have."""
    templates = {
        (item.account, name): profile
        for item, profile in _launch_templates(items)
        for name in (item.get("Ref"), item.text("LaunchTemplateName"))
        if name
    }
    for item, profiles in _with_profiles(items, templates):
        yield from ((item, profile) for profile in profiles)


def _launch_templates(items: Items) -> Iterator[tuple[Item, str]]:
    for item in items.of("AWS::EC2::LaunchTemplate"):
        profile = _object(_object(item.plain("LaunchTemplateData")).get("IamInstanceProfile"))
        yield item, str(profile.get("Arn") or profile.get("Name") or "")
    for item in items.of("AWS::AutoScaling::LaunchConfiguration"):
        yield item, item.text("IamInstanceProfile")


def _with_profiles(
    items: Items, templates: dict[tuple[str, str], str]
) -> Iterator[tuple[Item, list[str]]]:
    """Return all that runs instances, with the profiles that these may have."""
    for item, profile in _launch_templates(items):
        yield item, [profile]
    for item in items.of("AWS::EC2::Instance", "AWS::AutoScaling::AutoScalingGroup"):
        mixed = _object(_object(item.plain("MixedInstancesPolicy")).get("LaunchTemplate"))
        specifications = [
            _object(item.plain("LaunchTemplate")),
            _object(mixed.get("LaunchTemplateSpecification")),
        ]
        names = [
            item.text("LaunchConfigurationName"),
            *(each.get("LaunchTemplateId", "") for each in specifications),
            *(each.get("LaunchTemplateName", "") for each in specifications),
        ]
        started = [templates[item.account, n] for n in names if (item.account, n) in templates]
        # What an instance names itself wins over its launch template.
        own = item.text("IamInstanceProfile")
        yield item, [own] if own else started


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
