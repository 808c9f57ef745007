"""A network without a way to the internet, in which an instance reaches only what it needs."""

from collections.abc import Iterator, Sequence
from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.access.granted import Access
from whomay.cdk.arguments import checks
from whomay.cdk.parts.buckets import LogBucket
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse, refuse_type

# Amazon Linux 2023's packages are objects in a bucket of each Region (Amazon Linux 2023 User Guide).
_REPOSITORIES: Final = f"arn:{Aws.PARTITION}:s3:::al2023-repos-{Aws.REGION}-de612dc2/*"


class IsolatedNetwork(Construct):
    """A VPC of isolated subnets in one zone, with private endpoints in place of the internet.

    The named `services` have interface endpoints (private DNS, port 443, open to the group `client`
    alone), and S3 has a gateway endpoint. Its policy admits what `s3_access` allows, and for everyone
    the package repositories of Amazon Linux 2023. dnf does not sign its requests, so any condition on
    the caller would refuse it. Flow logs go to the stack's log bucket.
    """

    def __init__(
        self, scope: Construct, id: str, *, services: Sequence[str], s3_access: Sequence[Access]
    ) -> None:
        for service in services:
            allowed = "the name of an AWS service, such as secretsmanager"
            if service is None:
                refuse_type("services", service, allowed, "leave it out")
            checks.text("services", service, limits.ENDPOINT, allowed, length=63)
        if len(set(services)) < len(services):
            allowed = "each service once; ssm, ssmmessages and sts are always there"
            refuse("services", [*services], allowed, "leave the second one out")
        super().__init__(scope, id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=1,
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
        for service in services:
            self.vpc.add_interface_endpoint(
                service.title(),
                open=False,
                security_groups=[endpoints],
                service=ec2.InterfaceVpcEndpointAwsService(service),
            )
        s3 = self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        for statement in _endpoint_policy(s3_access):
            s3.add_to_policy(statement)

    def _security_group(self, id: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, id, allow_all_outbound=False, description=description, vpc=self.vpc
        )


def _endpoint_policy(s3_access: Sequence[Access]) -> Iterator[iam.PolicyStatement]:
    """Return what the accesses allow in S3, for everyone who comes through the endpoint."""
    for access in s3_access:
        for statement in access.statements():
            actions = statement.actions
            if actions and all(action.lower().startswith("s3:") for action in actions):
                yield statement.copy(principals=[iam.AnyPrincipal()])
    yield iam.PolicyStatement(
        actions=["s3:GetObject"], principals=[iam.AnyPrincipal()], resources=[_REPOSITORIES]
    )
