"""The account where people are: its groups may assume the roles of the spokes, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.access.granted import policy_document
from whomay.cdk.accounts.spoke_roles import SpokeRoles, check_roles
from whomay.cdk.arguments import checks
from whomay.cdk.principals.people import PeopleGroup, Person
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse, sequence


class Hub(Construct):
    """People, and one group for each role of the spokes: its members may assume exactly those roles.

    `spokes` are the ids of the spokes' accounts. Everybody is in `people`, which enforces MFA;
    `groups` has the others by the name of their role. `add_person` makes a user.

    Raises ValueError for a stack outside the hub account. It refuses a spoke that is not an account id,
    is the hub, or is named twice. It also refuses more spokes than the policies of one group can
    hold.
    """

    def __init__(
        self, scope: Construct, id: str, *, roles: SpokeRoles, spokes: Sequence[str]
    ) -> None:
        check_roles(roles)
        roles.check_stack(scope, hub=True)
        accounts = sequence("spokes", spokes, "an account id")
        for account in accounts:
            checks.account_id("spokes", account)
            if account == roles.hub_account or accounts.count(account) > 1:
                fix = "leave this one out"
                refuse("spokes", account, "accounts other than the hub, each once", fix)
        super().__init__(scope, id)
        self._roles = roles
        self.people = PeopleGroup(self, "People", path=roles.people_path)
        self.groups = {
            name: self._group(name, [roles.arn(name, account) for account in accounts])
            for name in roles.names
        }

    def add_person(self, name: str, *, roles: Sequence[str], console_login: bool = False) -> Person:
        """Make a user who may assume the named roles in every spoke, or as yet none; see `Person`.

        Raises ValueError for a role that the spokes do not have, and for one that is named twice. It
        refuses a name that is taken, also by a part of the group: Default, Resource, SelfService.
        """
        checks.required_name("name", name, limits.USER_NAME_LENGTH)
        # CDK leaves "Default" out of logical ids: the user would get the group's own
        if name == "Default" or self.people.node.try_find_child(name):
            allowed = "a name that neither another person nor a part of the group has"
            refuse("name", name, allowed, "name this person otherwise")
        for role in checks.texts("roles", roles, "a role of the spokes"):
            if role not in self.groups:
                near = checks.nearest(role, self.groups) or "give SpokeRoles its name too"
                refuse("roles", role, f"some of {', '.join(self.groups)}", near)
        return Person(
            self.people,
            name,
            console_login=console_login,
            groups=[self.groups[role] for role in roles],
            path=self._roles.people_path,
            people=self.people,
            user_name=name,
        )

    def _group(self, name: str, arns: Sequence[str]) -> iam.Group:
        group = iam.Group(self, name, path=self._roles.people_path)
        parts = list(_parts(arns))
        if len(parts) > limits.COUNTS["managed policies"]:
            most = limits.COUNTS["managed policies"] * len(parts[0])
            fix = "split the spokes over several hubs, or use IAM Identity Center"
            refuse("spokes", f"{len(arns)} accounts", f"up to {most} in one group", fix)
        for number, part in enumerate(parts):
            document = policy_document([_AssumeSpokeRoles(part)])
            iam.ManagedPolicy(group, f"Assume{number or ''}", document=document, groups=[group])
        return group


@dataclass(frozen=True)
class _AssumeSpokeRoles:
    """By ARN: the roles are in other accounts, so there are no constructs to name."""

    arns: Sequence[str]

    def statements(self) -> Sequence[iam.PolicyStatement]:
        return [iam.PolicyStatement(actions=["sts:AssumeRole"], resources=list(self.arns))]


def _parts(arns: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split the ARNs over policies of the size that IAM allows: each takes two quotes and a comma."""
    frame = len(
        '{"Version":"2012-10-17","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Resource":[]}]}'
    )
    each = (limits.MANAGED_POLICY_SIZE - frame) // (max(map(len, arns)) + 3)
    for start in range(0, len(arns), each):
        yield arns[start : start + each]
