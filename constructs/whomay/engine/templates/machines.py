"""Which services and machines are handed which role: functions, tasks, projects, identity pools.

The properties are those of the table `iam/facts/policy_carriers`, and settings that CloudFormation
hands on as they are. Instances have a role through an instance profile, and are read by
`instance_profiles`; a profile without an instance, or made elsewhere, is told here. An identity
provider is one as well: who signs in there acts as its roles.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from whomay.engine.snapshot import Machine, Principal
from whomay.engine.templates.formats import values_at
from whomay.engine.templates.instance_profiles import (
    instances_by_role,
    profiles_elsewhere,
    roles_of_profiles,
)
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item, Items
from whomay.engine.templates.started_elsewhere import started_elsewhere
from whomay.engine.templates.systems_manager import by_systems_manager
from whomay.iam.facts.policy_carriers import opening, roles
from whomay.iam.patterns.symbols import unknown_reasons

# Read with their launch templates and groups, by `instance_profiles`.
_INSTANCES: Final = frozenset(
    (
        "AWS::AutoScaling::LaunchConfiguration",
        "AWS::EC2::Instance",
        "AWS::EC2::LaunchTemplate",
        "AWS::IAM::InstanceProfile",
    )
)
# Roles in settings, of which the registry knows no properties.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
# https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html
_ASSUMED: Final = ("AutomationAssumeRole", "AssumeRole")
_AUTOMATION: Final = ("TaskInvocationParameters", "MaintenanceWindowAutomationParameters")
_SETTINGS: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    "AWS::CodePipeline::Pipeline": [("Stages", "Actions", "Configuration", "RoleArn")],
    "AWS::Config::RemediationConfiguration": [("Parameters", each) for each in _ASSUMED],
    "AWS::SSM::Association": [("Parameters", each) for each in _ASSUMED],
    "AWS::SSM::MaintenanceWindowTask": [(*_AUTOMATION, "Parameters", each) for each in _ASSUMED],
}
_PIPELINE_ROLES: Final = ("role", "resourceRole")
_PROVIDERS: Final = ("AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider")


def machines(items: Items, people: Sequence[Principal]) -> tuple[Machine, ...]:
    """Return all that is handed a role, by construct path and property."""
    found: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for provider in items.of(*_PROVIDERS):
        if trusting := {one.arn for one in people if _trusts(one, provider.get("Arn"))}:
            found[f"{provider.path} (identity provider)", True] = trusting
    elsewhere = (*_of_profiles(items), *started_elsewhere(items), *by_systems_manager(items))
    for item, place, role in (*_handed(items), *_of_pipelines(items), *elsewhere):
        found[f"{item.path} ({place})", item.kind in opening()].add(_arn(item, role))
    return tuple(
        Machine(path, tuple(sorted(some)), opens) for (path, opens), some in sorted(found.items())
    )


def _handed(items: Items) -> Iterator[tuple[Item, str, str]]:
    """Yield each resource with a property that hands it a role, and the role's ARN or name."""
    profiles = roles_of_profiles(items)
    for kind, paths in (*roles().items(), *_SETTINGS.items()):
        for item in items.of(kind) if kind not in _INSTANCES else ():
            for path in paths:
                yield from ((item, ".".join(path), r) for r in _roles_at(item, path, profiles))


def _of_profiles(items: Items) -> Iterator[tuple[Item, str, str]]:
    """Yield what of instance profiles and instances is not all here.

    A profile that no instance here has may be that of one elsewhere, so its roles are among them.
    So are the profiles of instances that are made elsewhere.
    """
    running = instances_by_role(items)
    for item in items.of("AWS::IAM::InstanceProfile"):
        for role in item.texts("Roles"):
            if not running[item.account, role]:
                yield item, "Roles", role
    for item, profile in profiles_elsewhere(items):
        yield item, "IamInstanceProfile", profile


def _of_pipelines(items: Items) -> Iterator[tuple[Item, str, str]]:
    """Yield the roles among the fields of data pipelines, each by its name.

    https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-roles.html
    """
    for item in items.of("AWS::DataPipeline::Pipeline"):
        for value, around in values_at(item, ("PipelineObjects", "Fields", "StringValue")):
            field = as_text(around["Fields"].get("Key", ""))
            if field in _PIPELINE_ROLES:
                yield item, field, as_text(value)


def _trusts(role: Principal, provider: str) -> bool:
    statements = role.trust.statements if role.trust is not None else ()
    named = (values for s in statements if s.effect == "Allow" for _, values in s.principals or ())
    return any(provider in values for values in named)


def _roles_at(
    item: Item, path: tuple[str, ...], profiles: Mapping[tuple[str, str], list[str]]
) -> Iterator[str]:
    for value, _ in values_at(item, path):
        for name in _texts(value):
            yield from profiles.get((item.account, name), [name])


def _texts(value: Any) -> Iterator[str]:
    """Yield the roles or profiles of a property: texts, lists and maps of them, `Arn` or `Name`."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value not in (None, ""):
        yield as_text(value)


def _arn(item: Item, role: str) -> str:
    """Return a role by its ARN; a name alone is one of the account, in no path."""
    if role.startswith("arn:") or unknown_reasons(role):
        return role
    partition = item.resolver.environment(item.template)["Partition"]
    return f"arn:{partition}:iam::{item.account}:role/{role}"
