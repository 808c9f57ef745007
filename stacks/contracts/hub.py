"""A person of the hub: the own credentials, the named roles of the spokes with MFA, and nothing else."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from whomay.cdk import AccessContract, Accounts, Person

MFA: Final = "aws:MultiFactorAuthPresent"
ACCOUNT: Final = ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"]
ONESELF: Final = [
    *("iam:ChangePassword", "iam:GetUser"),
    *("iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:GetAccessKeyLastUsed"),
    *("iam:ListAccessKeys", "iam:UpdateAccessKey"),
    *("iam:DeactivateMFADevice", "iam:EnableMFADevice", "iam:GetMFADevice"),
    *("iam:ListMFADevices", "iam:ResyncMFADevice"),
]
DEVICE: Final = ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"]


def state(stack: Stack, user: Person, name: str, accounts: Accounts, roles: Sequence[str]) -> None:
    """State the contract of one person; `roles` are the ARNs that this person may assume."""
    own = f"arn:{accounts.hub.partition}:iam::{accounts.hub.id}:user/people/{name}"
    device = f"arn:{accounts.hub.partition}:iam::{accounts.hub.id}:mfa/{name}"
    contract = AccessContract.of(stack)
    allowed = {"*": ACCOUNT, own: ONESELF, device: DEVICE}
    contract.may_only(
        user,
        [
            *(
                iam.PolicyStatement(actions=actions, resources=[resource])
                for resource, actions in allowed.items()
            ),
            *(
                [iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[*roles])]
                if roles
                else []
            ),
        ],
    )
    contract.must_allow(user, "iam:CreateVirtualMFADevice", device)
    contract.must_allow(user, "iam:EnableMFADevice", own)
    for without in (None, False):
        guarded = ["iam:ChangePassword", "iam:CreateAccessKey", "iam:DeactivateMFADevice"]
        contract.must_not_allow(user, guarded, "*", given={MFA: without})
    if roles and not accounts.rolls_out:
        organization = accounts.organization
        member = {"aws:PrincipalOrgID": organization.id} if organization else {}
        contract.must_allow(user, "sts:AssumeRole", roles, given={MFA: True, **member})
        for without in (None, False):
            contract.must_not_allow(user, "sts:AssumeRole", "*", given={MFA: without})
        contract.cannot_reach(user, ["iam:Attach*", "iam:Put*", "iam:PassRole", "iam:CreateUser"])
