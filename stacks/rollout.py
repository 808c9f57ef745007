"""The spokes by organizational units: one StackSet in place of one stack for each account."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.spoke import add_spoke
from whomay.cdk import Accounts, OrganizationRollout


class RolloutStack(Stack):
    """The parts of a spoke, rolled out to every account of the units."""

    def __init__(self, scope: Construct, id: str, *, accounts: Accounts, **kwargs: Any) -> None:
        account, organization = accounts.hub, accounts.organization
        super().__init__(scope, id, env=account.environment, tags=account.tags, **kwargs)
        if organization is None:
            raise ValueError("accounts.organization: a rollout needs one with its units")

        rollout = OrganizationRollout(
            self,
            "Spokes",
            delegated_administrator=organization.delegated_administrator,
            organizational_units=organization.units,
            regions=[account.region],
        )
        add_spoke(rollout.template, accounts, label="of the hub")

        CfnOutput(self, "StackSetName", value=str(rollout.stack_set.stack_set_name))
