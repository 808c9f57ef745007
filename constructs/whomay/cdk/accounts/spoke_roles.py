"""The roles of the spokes, as both sides know them: permission and trust cannot drift apart."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.accounts.rollout_template import RolloutTemplate
from whomay.cdk.arguments import checks
from whomay.cdk.jsii.construct_facts import account_of, path_of, stack_of
from whomay.cdk.principals.trust import Mfa, Trust
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse, refuse_type, sequence
from whomay.metadata.tokens import unresolved

_SIGN_IN: Final = {
    "aws": "signin.aws.amazon.com",
    "aws-cn": "signin.amazonaws.cn",
    "aws-us-gov": "signin.amazonaws-us-gov.com",
}


@dataclass(frozen=True)
class SpokeRoles:
    """Names, path and trust of the roles that people of the hub assume in every spoke.

    `Hub` allows its groups to assume these roles, and `SpokeRole` makes them, from one object. Users
    of the hub account under `people_path` may assume them. The path names all of them, because a
    trust policy cannot name a user that does not exist yet. With `organization_id` they must be of
    that organization. They must have given an MFA code, within `mfa` where that is a Duration. A
    person assumes the role directly: the session of another role would carry no MFA.

    Raises ValueError for ids, names and paths that IAM would refuse, and for `mfa=False`. It refuses
    a role whose path and name are too long for the console's Switch Role page.
    """

    hub_account: str
    names: tuple[str, ...]
    organization_id: str | None = None
    mfa: Mfa = True
    partition: str = "aws"
    path: str = "/hub/"
    people_path: str = "/people/"

    def __post_init__(self) -> None:
        """Check everything that both sides will use."""
        checks.account_id("hub_account", self.hub_account)
        for parameter in ("path", "people_path"):
            checks.required_path(parameter, getattr(self, parameter))
        if self.people_path == "/":
            allowed = "a path of its own, such as /people/"
            refuse("people_path", "/", allowed, "/ is every user of the hub")
        if self.mfa is False:
            allowed = "True, or a Duration since the code was given"
            refuse("mfa", self.mfa, allowed, "people who cross accounts always give a code")
        for name in sequence("names", self.names, "a role's name"):
            checks.required_name("names", name, limits.ROLE_NAME_LENGTH)
            if [each.lower() for each in self.names].count(name.lower()) > 1:
                fix = "IAM takes names once, whatever their case: name the roles apart"
                refuse("names", name, "each role once", fix)
            if len(self.path + name) > limits.SWITCH_ROLE_LENGTH:
                allowed = f"path and name of {limits.SWITCH_ROLE_LENGTH} characters together"
                refuse("names", self.path + name, allowed, "the console takes no more")
        self.trust()

    def arn(self, name: str, account: str) -> str:
        """Return the ARN of one of the roles in an account."""
        return f"arn:{self.partition}:iam::{account}:role{self.path}{name}"

    def trust(self) -> iam.PrincipalBase:
        """Return the principal that each of the roles trusts."""
        return self._trust

    @cached_property
    def _trust(self) -> iam.PrincipalBase:
        people = f"arn:{self.partition}:iam::{self.hub_account}:user{self.people_path}*"
        return Trust.account(
            self.hub_account,
            principal_arns=[people],
            organization_id=self.organization_id,
            mfa=self.mfa,
        )

    def switch_link(self, name: str, account: str, label: str) -> str | None:
        """Return the console's link that switches to the role, or None where no console is public.

        No external id is asked for: the console could not send one (IAM User Guide, "Switch from a
        user to an IAM role (console)").
        """
        host = _SIGN_IN.get(self.partition)
        query = urlencode({"roleName": f"{self.path[1:]}{name}", "displayName": label})
        return f"https://{host}/switchrole?account={account}&{query}" if host else None

    def check_stack(self, scope: Construct, *, hub: bool) -> None:
        """Raise a ValueError unless the stack is in the hub, or else certainly outside of it.

        A `RolloutTemplate` is deployed to many accounts, never to the one that rolls it out.
        """
        stack, account = stack_of(scope), account_of(scope)
        if isinstance(stack, RolloutTemplate) and not hub:
            return
        place = f"the hub account {self.hub_account}" if hub else "an account other than the hub"
        if unresolved(account):
            fix = "give the stack env=Environment(account=…, region=…)"
            refuse("env", f"no account for {path_of(stack)}", place, fix)
        if (account == self.hub_account) is not hub:
            refuse("env", account, place)


def check_roles(roles: object) -> None:
    """Raise an error for what is no `SpokeRoles`, such as one role's name."""
    if not isinstance(roles, SpokeRoles):
        fix = "give Hub and SpokeRole the same object"
        refuse_type("roles", roles, "a SpokeRoles", fix)
