"""Project 2: a user who may do nothing but assume a role, and an instance to do it on."""

from collections.abc import Sequence

from aws_cdk import Duration
from constructs import Construct

from whomay.cdk.access.assume_role import AssumeRoleAccess
from whomay.cdk.access.granted import Access
from whomay.cdk.access.secret import SecretAccess
from whomay.cdk.access.session_manager import SessionManagerAccess
from whomay.cdk.jsii.interfaces import MachineImage, Vpc
from whomay.cdk.parts.cli_profiles import assume_role_profiles, default_profile
from whomay.cdk.parts.instance import PrivateInstance
from whomay.cdk.principals.programmatic_user import ProgrammaticUser
from whomay.cdk.principals.roles import AssumableRole, InstanceRole
from whomay.cdk.principals.trust import AnyPrincipal, Mfa, Trust
from whomay.metadata.refusals import sequence


class UserAssumeRoleProject(Construct):
    """A user, the one role it may assume, and an instance whose CLI is configured for both.

    The role trusts the user, and the principals in `trusted` too (Lambda and Systems Manager in the
    course). The user alone must meet `external_id` and `mfa`. The user's group allows
    `sts:AssumeRole` on the role and nothing else.

    With `access_key_serial` the user has a key, in Secrets Manager, which the instance's own role may
    read. `~/.aws/config` there then holds three profiles: `instance`, `user` and `role`. The key of
    `user` comes through `credential_process`, never from disk. With MFA, name the device as the user.
    Without a serial there is no key and no such profile. The instance's network carries what the
    user, the role and the instance may do, and nothing else. `vpc`, `machine_image` and
    `termination_protection` are `PrivateInstance`'s.

    Raises ValueError for an access to a service that no VPC endpoint leads to.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        access: Sequence[Access],
        trusted: Sequence[AnyPrincipal] = (),
        external_id: str | None = None,
        mfa: Mfa = False,
        access_key_serial: int | None = None,
        max_session: Duration | None = None,
        vpc: Vpc | None = None,
        machine_image: MachineImage | None = None,
        instance_type: str = "t3.micro",
        availability_zone: str | None = None,
        termination_protection: bool = False,
    ) -> None:
        others = list(sequence("trusted", trusted, "a principal")) if trusted != () else []
        access = sequence("access", access, "an access")
        super().__init__(scope, id)
        self.user = ProgrammaticUser(self, "User", access_key_serial=access_key_serial)
        self.role = AssumableRole(
            self,
            "Role",
            access=access,
            max_session=max_session,
            trusted=[Trust.user(self.user, external_id=external_id, mfa=mfa), *others],
        )
        assume = AssumeRoleAccess(self.role)
        self.user.add_access(assume)

        secret = self.user.access_key_secret
        read_key = [SecretAccess.read(secret)] if secret else []
        self.instance_role = InstanceRole(
            self, "InstanceRole", access=[*read_key, SessionManagerAccess()]
        )
        self.instance = PrivateInstance(
            self,
            "Instance",
            access=[assume, *access, *read_key],
            cli_config=(
                assume_role_profiles(
                    self.user, secret, self.role, external_id=external_id, mfa=bool(mfa)
                )
                if secret
                else default_profile()
            ),
            availability_zone=availability_zone,
            instance_type=instance_type,
            machine_image=machine_image,
            role=self.instance_role,
            termination_protection=termination_protection,
            vpc=vpc,
        )
