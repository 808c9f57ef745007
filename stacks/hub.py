"""The hub: the people, and the groups that may assume the roles of the spokes."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.contracts import hub as contract
from stacks.spoke import spoke_roles
from whomay.cdk import Accounts, Hub


class HubStack(Stack):
    """The people of the hub, in a group for each role of the spokes."""

    def __init__(self, scope: Construct, id: str, *, accounts: Accounts, **kwargs: Any) -> None:
        account = accounts.hub
        super().__init__(scope, id, env=account.environment, tags=account.tags, **kwargs)

        roles = spoke_roles(accounts)
        spokes = [spoke.id for spoke in accounts.spokes.values()]
        hub = Hub(self, "Hub", roles=roles, spokes=spokes)
        for name, person in accounts.people.items():
            user = hub.add_person(name, roles=person.roles, console_login=person.console_login)
            arns = [roles.arn(role, spoke) for role in person.roles for spoke in spokes]
            contract.state(self, user, name, accounts, arns)

        CfnOutput(self, "PeopleGroup", value=hub.people.group_name)
        for name, group in hub.groups.items():
            CfnOutput(self, f"{name}Group", value=group.group_name)
