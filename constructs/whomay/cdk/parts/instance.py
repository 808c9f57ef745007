"""A small private instance to work on, reached by Session Manager alone."""

import re
from collections.abc import Sequence
from typing import Final

from aws_cdk import Annotations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.access.caller_identity import CallerIdentity
from whomay.cdk.access.granted import Access
from whomay.cdk.access.session_manager import SessionManagerAccess
from whomay.cdk.acknowledge import acknowledge
from whomay.cdk.arguments import checks
from whomay.cdk.jsii.interfaces import MachineImage, Vpc
from whomay.cdk.parts.network import IsolatedNetwork
from whomay.iam.facts import limits
from whomay.metadata.refusals import items, refuse, refuse_type
from whomay.metadata.tokens import unresolved

_END: Final = "END-OF-CONFIG"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TYPE: Final = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")
_HOME: Final = "/home/ssm-user"


class PrivateInstance(Construct):
    """An Amazon Linux 2023 instance in isolated subnets, acting as the given role.

    Instance metadata answers version 2 alone, one hop far. The root volume is encrypted. There is no
    inbound rule, no public address and no key pair. Log in with `aws ssm start-session`. The first
    start installs the AWS CLI, and writes `cli_config` to `~/.aws/config` (mode 0600) of `ssm-user`,
    the user of Session Manager.

    `access` is what is done from the instance, by its role and by others. Its network carries that,
    Session Manager and `sts:GetCallerIdentity`, and nothing else. `services` names further interface
    endpoints, which admit everything. With `vpc` that network is used as it is, and must have:

    - isolated subnets;
    - an interface endpoint with private DNS for each of these services, and for `ssm`, `ssmmessages`
      and `sts`. It admits port 443 from the instance, and its policy admits the instance's role;
    - a gateway endpoint for S3 whose policy admits the buckets. It must also admit `s3:GetObject` on
      the Region's `al2023-repos-…` bucket for everyone, because dnf does not sign its requests.

    The newest image is taken at each deployment unless `machine_image` pins one, and a new image
    or a new `cli_config` replaces the instance. It keeps nothing: store files in S3.
    It is a `t3.micro` in the Region's first zone: `instance_type` and `availability_zone` name others
    where that zone does not offer it. `termination_protection=True` makes `cdk destroy` fail until it is lifted.

    Raises ValueError for an access to a service that no VPC endpoint leads to.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        role: iam.Role,
        cli_config: str,
        access: Sequence[Access] = (),
        services: Sequence[str] = (),
        vpc: Vpc | None = None,
        machine_image: MachineImage | None = None,
        instance_type: str = "t3.micro",
        availability_zone: str | None = None,
        termination_protection: bool = False,
    ) -> None:
        if not isinstance(role, iam.Role):
            # Without a role CDK would make one, and an imported one gets no instance profile.
            refuse_type("role", role, "a role of this app", "use InstanceRole")
        checks.flag("termination_protection", termination_protection)
        config = _config(cli_config)
        allowed = "an instance type, such as t3.micro or t4g.micro"
        if instance_type is None:
            refuse_type("instance_type", None, allowed, "leave it out for t3.micro")
        checks.text("instance_type", instance_type, _TYPE, allowed, length=32)
        names = items("services", services, "a service")
        reached = items("access", access, "an access")
        for one in reached:
            fix = "use BucketAccess.read(bucket) or another access"
            checks.having("access", one, "statements", "objects with statements()", fix)
        if machine_image is not None:
            fix = "use ec2.MachineImage.generic_linux({region: 'ami-…'})"
            checks.having("machine_image", machine_image, "get_image", "a machine image", fix)
        super().__init__(scope, id)
        self.vpc: Vpc
        if vpc is None:
            reached = [SessionManagerAccess(), CallerIdentity(), *reached]
            network = IsolatedNetwork(
                self,
                "Network",
                access=reached,
                availability_zone=availability_zone,
                services=names,
            )
            self.vpc, group = network.vpc, network.client
        else:
            fix = "use ec2.Vpc, or ec2.Vpc.from_lookup for one that exists"
            checks.having("vpc", vpc, "isolated_subnets", "a VPC", fix)
            if availability_zone is not None:
                fix = "leave it out: the instance is in the first isolated subnet of the vpc"
                refuse("availability_zone", availability_zone, "a zone only without vpc", fix)
            if not vpc.isolated_subnets:
                fix = "add subnets of SubnetType.PRIVATE_ISOLATED, or leave vpc out"
                refuse("vpc", vpc.node.path, "a VPC with isolated subnets", fix)
            self.vpc = vpc
            group = ec2.SecurityGroup(self, "Client", allow_all_outbound=False, vpc=vpc)
        # Both ways out lead to AWS alone: the endpoints' addresses, and S3's by the route table.
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.HTTPS, "S3 by the gateway endpoint")
        self.instance = ec2.Instance(
            self,
            "Resource",
            block_devices=[
                ec2.BlockDevice(
                    device_name="/dev/xvda", volume=ec2.BlockDeviceVolume.ebs(8, encrypted=True)
                )
            ],
            detailed_monitoring=True,
            disable_api_termination=termination_protection,
            http_put_response_hop_limit=1,
            http_tokens=ec2.HttpTokens.REQUIRED,
            instance_type=ec2.InstanceType(instance_type),
            machine_image=machine_image or _newest_image(instance_type),
            role=role,
            security_group=group,
            user_data=_user_data(config),
            user_data_causes_replacement=True,
            vpc=self.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        )
        # the first start installs packages, so the way to them must be there before it
        self.instance.node.add_dependency(self.vpc)
        if termination_protection:
            text = (
                "to destroy the stack, deploy it without termination_protection first: AWS does not "
                "end a protected instance"
            )
            Annotations.of(self).add_info_v2("whomay:termination-protection", text)
        else:
            acknowledge(
                self.instance,
                "AwsSolutions::AwsSolutions-EC29",
                reason="Termination protection blocks cdk destroy, and the instance keeps nothing of its own",
            )

    @property
    def start_session_command(self) -> str:
        """The command that opens a session on the instance."""
        return f"aws ssm start-session --target {self.instance.instance_id}"


def _newest_image(instance_type: str) -> ec2.IMachineImage:
    """Return Amazon Linux 2023 for the processor of the type."""
    arm = ec2.InstanceType(instance_type).architecture is ec2.InstanceArchitecture.ARM_64
    cpu = ec2.AmazonLinuxCpuType.ARM_64 if arm else ec2.AmazonLinuxCpuType.X86_64
    return ec2.MachineImage.latest_amazon_linux2023(cpu_type=cpu)


def _config(text: object) -> str:
    """Check the CLI's configuration, and end its last line: it is written between two markers."""
    if not isinstance(text, str):
        refuse_type("cli_config", text, "the text of ~/.aws/config", "see aws configure")
    if not unresolved(text) and _CONTROL.search(text):
        fix = "a shell writes the file at first start: leave them out"
        refuse("cli_config", text, "text without control characters", fix)
    if len(text.encode()) > limits.CLI_CONFIG_BYTES:
        allowed = f"up to {limits.CLI_CONFIG_BYTES} bytes: EC2 takes 16 KB of user data"
        refuse("cli_config", f"{len(text.encode())} bytes", allowed, "write fewer profiles")
    if _END in text:
        refuse("cli_config", text, f"text without {_END}", "that line ends the file")
    return text if text.endswith("\n") else f"{text}\n"


def _user_data(cli_config: str) -> ec2.UserData:
    """Install the CLI from the distribution, and make the session's user with its profiles."""
    data = ec2.UserData.for_linux()
    data.add_commands(
        "set -eu",
        "id ssm-user >/dev/null 2>&1 || useradd --create-home ssm-user",
        f"install -d -m 0700 -o ssm-user -g ssm-user {_HOME}/.aws",
        "umask 077",
        f"cat > {_HOME}/.aws/config <<'{_END}'\n{cli_config}{_END}",
        f"chown ssm-user:ssm-user {_HOME}/.aws/config",
        "umask 022",
        "dnf install -y unzip awscli-2",
    )
    return data
