"""Project 1: an instance that uses a bucket through its role, without any keys."""

from collections.abc import Sequence

from constructs import Construct

from whomay.cdk.access.granted import Access
from whomay.cdk.access.session_manager import SessionManagerAccess
from whomay.cdk.jsii.interfaces import MachineImage, Vpc
from whomay.cdk.parts.cli_profiles import default_profile
from whomay.cdk.parts.instance import PrivateInstance
from whomay.cdk.principals.roles import InstanceRole
from whomay.metadata.refusals import sequence


class Ec2RoleProject(Construct):
    """A role whose inline policy is the given access, its instance profile, and an instance.

    `aws s3 cp` works on the instance without any configuration or key: the CLI takes the role's
    credentials from the instance's metadata. The role gets Session Manager's actions as well, for
    the login. The instance's network carries what the access allows, and nothing else. `vpc`, `machine_image`, `instance_type`,
    `availability_zone` and `termination_protection` are `PrivateInstance`'s.

    Raises ValueError for an access to a service that no VPC endpoint leads to.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        access: Sequence[Access],
        vpc: Vpc | None = None,
        machine_image: MachineImage | None = None,
        instance_type: str = "t3.micro",
        availability_zone: str | None = None,
        termination_protection: bool = False,
    ) -> None:
        access = sequence("access", access, "an access")
        super().__init__(scope, id)
        self.role = InstanceRole(self, "Role", access=[*access, SessionManagerAccess()])
        self.instance = PrivateInstance(
            self,
            "Instance",
            access=access,
            cli_config=default_profile(),
            availability_zone=availability_zone,
            instance_type=instance_type,
            machine_image=machine_image,
            role=self.role,
            termination_protection=termination_protection,
            vpc=vpc,
        )
