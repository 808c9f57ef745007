"""Whether the organization lets StackSets in, and who administers them for it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
"""

from typing import Final

from whomay.live.deploying.asking import Asking, DeployFinding, Findings, LackingError, own
from whomay.live.deploying.planned import Plan

_STACK_SETS: Final = "member.org.stacksets.cloudformation.amazonaws.com"


def stack_sets(ask: Asking, plan: Plan) -> Findings:
    """Yield what a StackSet for the organization lacks."""
    for one in own(ask, plan, "AWS::CloudFormation::StackSet"):
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
            yield from _administrator(ask, one.account)


def _administrator(ask: Asking, account: str) -> Findings:
    """Yield that the account is not, or may not be, the one that administers StackSets.

    The management account may ask, and delegated administrators; another account is refused.
    """
    fix = (
        "aws organizations register-delegated-administrator "
        f"--account-id {account} --service-principal {_STACK_SETS}"
    )
    try:
        listed = ask(
            "organizations:ListDelegatedAdministrators",
            "list_delegated_administrators",
            ServicePrincipal=_STACK_SETS,
        )
    except LackingError:
        text = (
            f"account {account} may not ask who administers StackSets for the organization: it "
            "does not, or these credentials lack organizations:ListDelegatedAdministrators"
        )
        yield DeployFinding(text, f"{fix}   # in the management account", unknown=True)
        return
    if all(each["Id"] != account for each in listed.get("DelegatedAdministrators", [])):
        text = f"account {account} does not administer StackSets for the organization"
        yield DeployFinding(text, f"{fix}   # in the management account")
