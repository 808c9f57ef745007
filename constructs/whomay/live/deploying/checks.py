"""What a real account refuses a deployment for, each asked by calls that read alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from whomay.live.deploying.planned import Plan, Planned
from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError

_STACK_SETS: Final = "member.org.stacksets.cloudformation.amazonaws.com"
_VPCS: Final = "L-F678F1CE"  # the quota "VPCs per Region"
_GITHUB: Final = "token.actions.githubusercontent.com"

# type -> property with the name, permission, operation, parameter, error code for "there is none"
_NAMED: Final = {
    "AWS::IAM::User": ("UserName", "iam:GetUser", "get_user", "UserName"),
    "AWS::IAM::Group": ("GroupName", "iam:GetGroup", "get_group", "GroupName"),
    "AWS::IAM::Role": ("RoleName", "iam:GetRole", "get_role", "RoleName"),
}


class LackingError(Exception):
    """The credentials lack a permission; its text is the permission."""


@dataclass(frozen=True, slots=True)
class DeployFinding:
    """What a deployment would end with, and the one command that settles it.

    `unknown` tells that it could not be told; the command then says how it can.
    """

    what: str
    command: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """An account, asked by the permission that a call needs."""

    account: Account

    def __call__(
        self, permission: str, operation: str, region: str = "", *, absent: str = "", **more: Any
    ) -> dict[str, Any]:
        """Return the answer; empty for the error codes `absent`, which say "none".

        Raises LackingError where it is refused, LiveError where it is not answered.
        """
        service = permission.partition(":")[0]
        try:
            return self.account.ask(
                _CLIENTS.get(service, service), operation, region, absent=absent, **more
            )
        except RefusedError as error:
            raise LackingError(permission) from error


_CLIENTS: Final = {"access-analyzer": "accessanalyzer", "servicequotas": "service-quotas"}
Findings = Iterator[DeployFinding]


class DeployCheck(NamedTuple):
    """One check: what it is about, the permissions that it needs, and how it finds."""

    about: str
    permissions: tuple[str, ...]
    find: Callable[[Asking, Plan], Findings]


def _bootstrap(ask: Asking, plan: Plan) -> Findings:
    for one in plan.bootstraps:
        if one.account != ask.account.id or not one.parameter:
            continue
        told = ask(
            "ssm:GetParameter",
            "get_parameter",
            one.region,
            absent="ParameterNotFound",
            Name=one.parameter,
        )
        version = int(told["Parameter"]["Value"]) if told else 0
        where = f"aws://{one.account}/{one.region}"
        if not version:
            yield DeployFinding(f"{where} is not bootstrapped", f"cdk bootstrap {where}")
        elif version < one.version:
            text = f"the bootstrap of {where} is version {version}, and {one.version} is needed"
            yield DeployFinding(text, f"cdk bootstrap {where}")


def _other_accounts(ask: Asking, plan: Plan) -> Findings:
    for account in plan.accounts():
        if account != ask.account.id:
            text = f"account {account} was not asked: these credentials are of {ask.account.id}"
            yield DeployFinding(text, "AWS_PROFILE=… whomay doctor --deploy", unknown=True)


def _partitions(ask: Asking, plan: Plan) -> Findings:
    for region in plan.regions():
        partition = ask.account.session.get_partition_for_region(region)
        if partition != ask.account.partition:
            text = f"{region} is of {partition}, these credentials of {ask.account.partition}"
            yield DeployFinding(text, "AWS_PROFILE=… whomay doctor --deploy")


def _own(ask: Asking, plan: Plan, *kinds: str) -> Iterator[Planned]:
    return (one for one in plan.resources(*kinds) if one.account == ask.account.id)


def _is_its_own(ask: Asking, one: Planned, physical: str) -> bool:
    """Tell whether what is there was made by the very stack that is to make it."""
    made = ask(
        "cloudformation:DescribeStackResources",
        "describe_stack_resources",
        one.region,
        absent="ValidationError",
        PhysicalResourceId=physical,
    )
    return one.stack in {each["StackName"] for each in made.get("StackResources", [])}


def _names(ask: Asking, plan: Plan) -> Findings:
    for one in _own(ask, plan, *_NAMED):
        named, permission, operation, parameter = _NAMED[one.kind]
        name = one.text(named)
        if not name or not ask(permission, operation, absent="NoSuchEntity", **{parameter: name}):
            continue
        if not _is_its_own(ask, one, name):
            what = one.kind.rpartition("::")[2].lower()
            text = f"the {what} {name} exists already, and {one.path} would be made with its name"
            yield DeployFinding(text, f"cdk import {one.stack}   # or name it otherwise in the app")


def _provider(ask: Asking, plan: Plan) -> Findings:
    for one in _own(ask, plan, "AWS::IAM::OIDCProvider"):
        host = one.text("Url").removeprefix("https://")
        listed = ask("iam:ListOpenIDConnectProviders", "list_open_id_connect_providers")
        for each in listed.get("OpenIDConnectProviderList", []):
            arn = each["Arn"]
            if arn.partition("oidc-provider/")[2] == host and not _is_its_own(ask, one, arn):
                fix = '"provider_exists": true   # in the section github of cdk.json'
                text = f"the identity provider of {host} exists already: an account has one"
                yield DeployFinding(text, fix if host == _GITHUB else "use the one that exists")


def _analyzer(ask: Asking, plan: Plan) -> Findings:
    for one in _own(ask, plan, "AWS::AccessAnalyzer::Analyzer"):
        kind = one.text("Type")
        listed = ask("access-analyzer:ListAnalyzers", "list_analyzers", one.region, type=kind)
        for each in listed.get("analyzers", []):
            if not _is_its_own(ask, one, each["arn"]):
                text = f"the analyzer {each['name']} exists in {one.region}: an account has one of {kind}"
                fix = '"access_analyzer": false   # in the section audit of cdk.json'
                yield DeployFinding(text, fix)


def _stack_sets(ask: Asking, plan: Plan) -> Findings:
    for one in _own(ask, plan, "AWS::CloudFormation::StackSet"):
        if one.text("PermissionModel") != "SERVICE_MANAGED":
            continue
        delegated = one.text("CallAs") == "DELEGATED_ADMIN"
        told = ask(
            "cloudformation:DescribeOrganizationsAccess",
            "describe_organizations_access",
            one.region,
            **({"CallAs": "DELEGATED_ADMIN"} if delegated else {}),
        )
        if told.get("Status") != "ENABLED":
            text = "StackSets have no access to the organization"
            yield DeployFinding(text, "aws cloudformation activate-organizations-access")
        if delegated:
            listed = ask(
                "organizations:ListDelegatedAdministrators",
                "list_delegated_administrators",
                ServicePrincipal=_STACK_SETS,
            )
            if all(each["Id"] != one.account for each in listed.get("DelegatedAdministrators", [])):
                text = f"account {one.account} does not administer StackSets for the organization"
                fix = (
                    "aws organizations register-delegated-administrator "
                    f"--account-id {one.account} --service-principal {_STACK_SETS}"
                )
                yield DeployFinding(text, fix)


def _instance_types(ask: Asking, plan: Plan) -> Findings:
    wanted = {
        (one.region, str(one.values("InstanceType")))
        for one in _own(ask, plan, "AWS::EC2::Instance")
        if one.text("InstanceType")
    }
    for region, kind in sorted(wanted):
        zones = ask("ec2:DescribeAvailabilityZones", "describe_availability_zones", region)
        names = sorted(zone["ZoneName"] for zone in zones["AvailabilityZones"])
        told = ask(
            "ec2:DescribeInstanceTypeOfferings",
            "describe_instance_type_offerings",
            region,
            LocationType="availability-zone",
            Filters=[{"Name": "instance-type", "Values": [kind]}],
        )
        offered = {one["Location"] for one in told["InstanceTypeOfferings"]}
        if names and names[0] not in offered:
            other = next(iter(sorted(offered)), "")
            text = f"{kind} is not offered in {names[0]}, the first zone of {region}"
            fix = f'availability_zone="{other}"' if other else "instance_type=…"
            yield DeployFinding(text, f"{fix}   # of the project, in the stack")


def _vpcs(ask: Asking, plan: Plan) -> Findings:
    planned = list(_own(ask, plan, "AWS::EC2::VPC"))
    for region in sorted({one.region for one in planned}):
        told = ask(
            "servicequotas:GetServiceQuota",
            "get_service_quota",
            region,
            ServiceCode="vpc",
            QuotaCode=_VPCS,
        )
        there = ask("ec2:DescribeVpcs", "describe_vpcs", region)["Vpcs"]
        stacks = {one.stack for one in planned if one.region == region}
        own = sum(
            tag["Key"] == "aws:cloudformation:stack-name" and tag["Value"] in stacks
            for vpc in there
            for tag in vpc.get("Tags", [])
        )
        new = sum(one.region == region for one in planned) - own
        most = int(told["Quota"]["Value"])
        if len(there) + new > most:
            text = f"{region} has {len(there)} VPCs, {new} more are planned, and {most} are allowed"
            fix = (
                "aws service-quotas request-service-quota-increase --service-code vpc "
                f"--quota-code {_VPCS} --desired-value {len(there) + new} --region {region}"
            )
            yield DeployFinding(text, fix)


CHECKS: Final = (
    DeployCheck("the accounts that are deployed to", (), _other_accounts),
    DeployCheck("the partition of each Region", (), _partitions),
    DeployCheck("the bootstrap of each environment", ("ssm:GetParameter",), _bootstrap),
    DeployCheck(
        "users, groups and roles with the app's names",
        ("iam:GetUser", "iam:GetGroup", "iam:GetRole", "cloudformation:DescribeStackResources"),
        _names,
    ),
    DeployCheck("identity providers", ("iam:ListOpenIDConnectProviders",), _provider),
    DeployCheck("access analyzers", ("access-analyzer:ListAnalyzers",), _analyzer),
    DeployCheck(
        "StackSets in the organization",
        (
            "cloudformation:DescribeOrganizationsAccess",
            "organizations:ListDelegatedAdministrators",
        ),
        _stack_sets,
    ),
    DeployCheck(
        "instance types in their zone",
        ("ec2:DescribeAvailabilityZones", "ec2:DescribeInstanceTypeOfferings"),
        _instance_types,
    ),
    DeployCheck("the quota of VPCs", ("servicequotas:GetServiceQuota", "ec2:DescribeVpcs"), _vpcs),
)


def examine(account: Account, plan: Plan) -> Findings:
    """Yield what each check finds; one that is refused or not answered says so, and the rest go on."""
    ask = Asking(account)
    for check in CHECKS:
        try:
            yield from check.find(ask, plan)
        except LackingError as error:
            text = f"{check.about}: not known, these credentials lack {error}"
            yield DeployFinding(text, f"allow {error}", unknown=True)
        except LiveError as error:
            text = f"{check.about}: not known, {error}"
            yield DeployFinding(text, "run again later", unknown=True)
