"""A spoke: the roles that people of the hub assume, and what these may do in this account."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.contracts import spoke as contract
from whomay.cdk import (
    Account,
    Accounts,
    AssumableRole,
    BucketAccess,
    PrivateBucket,
    SpokeRole,
    SpokeRoles,
    Trust,
)


class SpokeStack(Stack):
    """The parts of a spoke in one account."""

    def __init__(
        self, scope: Construct, id: str, *, accounts: Accounts, account: Account, **kwargs: Any
    ) -> None:
        super().__init__(scope, id, env=account.environment, tags=account.tags, **kwargs)
        add_spoke(self, accounts, label=f"in {id}")


def spoke_roles(accounts: Accounts) -> SpokeRoles:
    """Return the roles of every spoke, for the hub and for the spokes."""
    return SpokeRoles(
        accounts.hub.id,
        names=("Reader", "Writer"),
        organization_id=accounts.organization.id if accounts.organization else None,
        partition=accounts.hub.partition,
    )


def add_spoke(stack: Stack, accounts: Accounts, *, label: str) -> None:
    """Add a bucket, a role for each level of access to it, and one for each third party.

    `label` follows the role's name in the console's header, once one has switched to it.
    """
    shared = PrivateBucket(stack, "Shared")
    CfnOutput(stack, "BucketName", value=shared.bucket_name)

    roles = spoke_roles(accounts)
    levels = {
        "Reader": [BucketAccess.read(shared), BucketAccess.list(shared)],
        "Writer": [BucketAccess.read_write(shared)],
    }
    made = {
        name: SpokeRole(stack, name, access=access, role_name=name, roles=roles)
        for name, access in levels.items()
    }
    contract.state(stack, made, shared, accounts)
    for name, role in made.items():
        CfnOutput(stack, f"{name}RoleArn", value=role.role_arn)
        if link := roles.switch_link(name, stack.account, f"{name} {label}"):
            CfnOutput(stack, f"{name}SwitchRole", value=link)

    for name, party in accounts.third_parties.items():
        trusted = [Trust.account(party.id, external_id=party.external_id)]
        role_of_party = AssumableRole(
            stack, f"ThirdParty-{name}", access=[BucketAccess.list(shared)], trusted=trusted
        )
        contract.state_third_party(
            stack, role_of_party, shared, account=party.id, external_id=party.external_id
        )
        CfnOutput(stack, f"ThirdParty-{name}-RoleArn", value=role_of_party.role_arn)
