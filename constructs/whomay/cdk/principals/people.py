"""Users who are people: they look after their own credentials, and do nothing without MFA.

Prefer IAM Identity Center or another federation where there is one (`docs/guides/many-accounts.md`,
"What to use instead of users").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from whomay.cdk.access.granted import document_of, granted
from whomay.cdk.acknowledge import acknowledge, acknowledge_wildcards
from whomay.cdk.arguments import checks
from whomay.iam.facts import limits
from whomay.metadata.refusals import items, refuse

_WITHOUT_MFA: Final = (
    "iam:CreateVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetMFADevice",
    "iam:GetUser",
    "iam:ListMFADevices",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    # the code comes with the call itself, and it is the role's trust policy that asks for it
    "sts:AssumeRole",
    "sts:GetSessionToken",
)


@dataclass(frozen=True)
class SelfServiceAccess:
    """Look after one's own password, access keys and MFA device, and little else without MFA.

    AWS's documented policy (IAM User Guide, "AWS: Allows MFA-authenticated IAM users to manage their
    own credentials on the Security credentials page"), narrowed to users under `path`, to the one
    device that is named as the user, and without the credentials of CodeCommit. As there, a password
    cannot be changed while signing in: only after the device is enrolled and used. Without a code a
    device can be enrolled, a session begun, and a role assumed whose trust policy asks for no code.
    """

    path: str = "/"

    def __post_init__(self) -> None:
        """Refuse what is no path, and one that would reach other people's users."""
        checks.required_path("path", self.path)

    wildcard_reason: ClassVar[str] = (
        "The account's password rules and its list of MFA devices have no resource type in IAM"
    )

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return what is allowed on oneself, and the denial of all else to who gave no code."""
        iam_arn = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}"
        own_user = f"{iam_arn}:user{self.path}${{aws:username}}"
        own_device = f"{iam_arn}:mfa/${{aws:username}}"
        return [
            iam.PolicyStatement(
                actions=["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"],
                resources=["*"],
            ),
            iam.PolicyStatement(
                actions=[
                    "iam:ChangePassword",
                    "iam:CreateAccessKey",
                    "iam:DeactivateMFADevice",
                    "iam:DeleteAccessKey",
                    "iam:EnableMFADevice",
                    "iam:GetAccessKeyLastUsed",
                    "iam:GetMFADevice",
                    "iam:GetUser",
                    "iam:ListAccessKeys",
                    "iam:ListMFADevices",
                    "iam:ResyncMFADevice",
                    "iam:UpdateAccessKey",
                ],
                resources=[own_user],
            ),
            iam.PolicyStatement(
                actions=["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"],
                resources=[own_device],
            ),
            iam.PolicyStatement(
                # IfExists: calls signed with a long-lived key carry no MFA key, and are denied too
                conditions={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
                effect=iam.Effect.DENY,
                not_actions=[*_WITHOUT_MFA],
                resources=["*"],
            ),
        ]


class PeopleGroup(iam.Group):
    """The group of all people: it enforces MFA, and lets each look after the own credentials.

    Raises ValueError for a name or path that IAM refuses.
    """

    def __init__(
        self, scope: Construct, id: str, *, path: str = "/", group_name: str | None = None
    ) -> None:
        found = granted([SelfServiceAccess(path)])
        checks.name("group_name", group_name, limits.GROUP_NAME_LENGTH)
        super().__init__(scope, id, group_name=group_name, path=path)
        self.people_path = path
        policy = iam.Policy(self, "SelfService", document=document_of(found), groups=[self])
        acknowledge_wildcards(policy, found)


class Person(iam.User):
    """A user who is a person: a member of groups, first of the one that enforces MFA, at its path.

    The person enrolls the MFA device, named as the user: its seed must not pass through a template.
    There is no password by default. With `console_login=True` a random one is made, in Secrets
    Manager alone (`password`), to be changed once the device is enrolled. There is never a key: the
    person makes it.

    Raises ValueError for a name or path that IAM refuses, and for another path than that of `people`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        people: PeopleGroup,
        groups: Sequence[iam.Group | iam.IGroup] = (),
        user_name: str | None = None,
        path: str | None = None,
        console_login: bool = False,
    ) -> None:
        checks.name("user_name", user_name, limits.USER_NAME_LENGTH)
        fix = "it enforces MFA: other groups go into groups="
        checks.having("people", people, "people_path", "a PeopleGroup", fix)
        path = people.people_path if path is None else path
        checks.path(path)
        if path != people.people_path:
            fix = "elsewhere the person could not look after the own credentials: leave it out"
            refuse("path", path, f"the path of people, {people.people_path}", fix)
        groups = items("groups", groups, "a group")
        for group in groups:
            fix = "use iam.Group.from_group_name for one that exists"
            checks.having("groups", group, "group_arn", "group constructs", fix)
        checks.flag("console_login", console_login)
        self.password = _password(scope, f"{id}Password") if console_login else None
        super().__init__(
            scope,
            id,
            groups=[people, *groups],
            password=self.password.secret_value if self.password else None,
            path=path,
            user_name=user_name,
        )


def _password(scope: Construct, id: str) -> secretsmanager.Secret:
    secret = secretsmanager.Secret(
        scope,
        id,
        description="First password for the console, to be changed when MFA is enrolled",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=32, require_each_included_type=True
        ),
        removal_policy=RemovalPolicy.DESTROY,
    )
    acknowledge(
        secret,
        "AwsSolutions::AwsSolutions-SMG4",
        reason="It is a first password: the person changes it, so rotating the secret would set nothing",
    )
    return secret
