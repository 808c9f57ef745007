"""A network without a way to the internet, in which an instance reaches only what it needs."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from aws_cdk import Annotations, Aws
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.access.granted import Access
from whomay.cdk.access.reached import admitted
from whomay.cdk.arguments import checks
from whomay.cdk.parts.buckets import LogBucket
from whomay.iam.facts import limits
from whomay.iam.facts.endpoint_services import GATEWAYS, WITHOUT_POLICY
from whomay.metadata.refusals import refuse, refuse_type

# EC2 User Guide, "Regions and Zones": the Region's name and one letter.
_ZONE: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d[a-z]")
_GATEWAY_IDS: Final = {"dynamodb": "DynamoDb", "s3": "S3"}


class IsolatedNetwork(Construct):
    """A VPC of isolated subnets in one zone, with private endpoints in place of the internet.

    What `access` needs is reached: S3 and DynamoDB by gateways, all else by interface endpoints
    (private DNS, port 443, open to the group `client` alone). An endpoint admits what the accesses allow
    there, to everyone who comes through it. Endpoints that take no policy admit everything, which a
    note at the endpoint says. `services` names further interface endpoints, which admit everything
    too. S3 is always there: its gateway admits everyone to the package repositories of
    Amazon Linux 2023. dnf does not sign its requests, so any condition on the caller would refuse it. Flow logs go to the stack's log bucket.

    The zone is the first of the Region, unless `availability_zone` names another.

    Raises ValueError for an access to a service without an endpoint, and for what is no zone.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        access: Sequence[Access],
        services: Sequence[str] = (),
        availability_zone: str | None = None,
    ) -> None:
        policies = admitted([*access, _Packages()])
        names = [*(name for name in policies if name not in GATEWAYS), *services]
        for service in services:
            allowed = "the name of an AWS service, such as secretsmanager"
            if service is None:
                refuse_type("services", service, allowed, "leave it out")
            checks.text("services", service, limits.ENDPOINT, allowed, length=63)
        if len(set(names)) < len(names):
            allowed = (
                "each service once; ssm, ssmmessages, sts and those of access are always there"
            )
            refuse("services", names, allowed, "leave the second one out")
        fix = "leave it out for the first zone of the Region"
        zone = "the name of an availability zone, such as us-east-1b"
        checks.text("availability_zone", availability_zone, _ZONE, zone, length=32)
        if availability_zone == "":
            refuse("availability_zone", "", zone, fix)
        super().__init__(scope, id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            availability_zones=[availability_zone] if availability_zone else None,
            max_azs=None if availability_zone else 1,
            nat_gateways=0,
            # True adds a Lambda function with a role of its own to the stack, only to empty a
            # security group that nothing here uses.
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED
                )
            ],
        )
        self.vpc.add_flow_log(
            "FlowLog", destination=ec2.FlowLogDestination.to_s3(LogBucket.of(self), "flow/")
        )
        self.client = self._security_group("Client", "Reaches the endpoints and S3")
        endpoints = self._security_group("Endpoints", "Takes port 443 from the clients alone")
        endpoints.add_ingress_rule(self.client, ec2.Port.HTTPS)
        for service in names:
            endpoint = self.vpc.add_interface_endpoint(
                service.title(),
                open=False,
                security_groups=[endpoints],
                service=ec2.InterfaceVpcEndpointAwsService(service),
            )
            if service in WITHOUT_POLICY:
                text = f"AWS takes no policy for the endpoint of {service}: it admits everything"
                Annotations.of(endpoint).add_info_v2("whomay:endpoint-without-policy", text)
            else:
                _admit(endpoint, policies.get(service, ()))
        for service in sorted(GATEWAYS & set(policies)):
            gateway = self.vpc.add_gateway_endpoint(
                _GATEWAY_IDS[service], service=ec2.GatewayVpcEndpointAwsService(service)
            )
            _admit(gateway, policies[service])

    def _security_group(self, id: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, id, allow_all_outbound=False, description=description, vpc=self.vpc
        )


def _admit(endpoint: ec2.VpcEndpoint, statements: Iterable[iam.PolicyStatement]) -> None:
    for statement in statements:
        endpoint.add_to_policy(statement)


class _Packages:
    """The packages of Amazon Linux 2023, objects in a bucket of each Region (its User Guide)."""

    def statements(self) -> Sequence[iam.PolicyStatement]:
        repositories = f"arn:{Aws.PARTITION}:s3:::al2023-repos-{Aws.REGION}-de612dc2/*"
        return [iam.PolicyStatement(actions=["s3:GetObject"], resources=[repositories])]
