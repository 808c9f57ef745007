"""What a real account refuses a deployment for, each asked by calls that read alone."""

from typing import Final

from whomay.live.deploying import (
    app_errors,
    endpoint_services,
    environments,
    instances,
    organization,
    permissions,
    policies,
    quotas,
    taken,
)
from whomay.live.deploying.asking import (
    Asking,
    DeployCheck,
    DeployFinding,
    Findings,
    LackingError,
)
from whomay.live.deploying.planned import Plan
from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account

_QUOTAS: Final = ("servicequotas:GetServiceQuota", "servicequotas:GetAWSDefaultServiceQuota")
_OWNER: Final = "cloudformation:DescribeStackResources"
_ENDPOINTS: Final = (*_QUOTAS, "ec2:DescribeVpcEndpoints", _OWNER)

CHECKS: Final = (
    DeployCheck("errors that the app has noted", (), app_errors.app_errors),
    DeployCheck("the accounts that are deployed to", (), environments.other_accounts),
    DeployCheck("the partition of each Region", (), environments.partitions),
    DeployCheck(
        "the bootstrap of each environment", ("ssm:GetParameter",), environments.bootstraps
    ),
    DeployCheck(
        "what the caller may do",
        ("iam:SimulatePrincipalPolicy", "iam:GetRole"),
        permissions.caller,
    ),
    DeployCheck("users with the app's names", ("iam:GetUser", _OWNER), taken.names("user")),
    DeployCheck("groups with the app's names", ("iam:GetGroup", _OWNER), taken.names("group")),
    DeployCheck("roles with the app's names", ("iam:GetRole", _OWNER), taken.names("role")),
    DeployCheck("identity providers", ("iam:ListOpenIDConnectProviders", _OWNER), taken.providers),
    DeployCheck("access analyzers", ("access-analyzer:ListAnalyzers", _OWNER), taken.analyzers),
    DeployCheck(
        "StackSets in the organization",
        (
            "cloudformation:DescribeOrganizationsAccess",
            "organizations:ListDelegatedAdministrators",
        ),
        organization.stack_sets,
    ),
    DeployCheck(
        "instance types in their zone",
        ("ec2:DescribeAvailabilityZones", "ec2:DescribeInstanceTypeOfferings"),
        instances.instance_types,
    ),
    DeployCheck(
        "the services that endpoints lead to",
        ("ec2:DescribeVpcEndpointServices",),
        endpoint_services.endpoint_services,
    ),
    DeployCheck("the quota of VPCs", (*_QUOTAS, "ec2:DescribeVpcs", _OWNER), quotas.vpcs),
    DeployCheck("the quota of gateway endpoints", _ENDPOINTS, quotas.gateway_endpoints),
    DeployCheck("the quota of interface endpoints", _ENDPOINTS, quotas.interface_endpoints),
    DeployCheck("the length of policies", _QUOTAS, policies.lengths),
    DeployCheck("how many policies one has", _QUOTAS, policies.counts),
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
