"""Whether the account has room for the networks and endpoints of the app.

https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whomay.iam.facts.service_quotas import (
    GATEWAY_ENDPOINTS,
    INTERFACE_ENDPOINTS,
    VPCS,
    ServiceQuota,
)
from whomay.live.deploying.asking import Asking, Call, DeployFinding, Findings, is_its_own, own
from whomay.live.deploying.planned import Plan, Planned

_ENDPOINT = "AWS::EC2::VPCEndpoint"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a quota counts, and what is there already: `name` has `there` of `what`."""

    quota: ServiceQuota
    region: str
    name: str
    what: str
    there: Sequence[str]
    most: int

    def room(self, ask: Asking, planned: Sequence[Planned]) -> Findings:
        """Yield that there is no room for what is planned, part of which may be there already."""
        if len(self.there) + len(planned) <= self.most:
            return
        already = sum(any(is_its_own(ask, one, each) for one in planned) for each in self.there)
        new = max(len(planned) - already, 0)
        if new and len(self.there) + new > self.most:
            text = (
                f"{self.name} has {len(self.there)} {self.what}, {new} more are planned, "
                f"and {self.most} are allowed"
            )
            fix = ask.raising(self.quota, self.region, len(self.there) + new)
            yield DeployFinding(text, fix)


def vpcs(ask: Asking, plan: Plan) -> Findings:
    """Yield each Region with no room for the VPCs of the app."""
    for region, planned in _by_region(own(ask, plan, "AWS::EC2::VPC")).items():
        quota, told = ask.every(
            ask.quota(VPCS, region), Call("ec2:DescribeVpcs", "describe_vpcs", region)
        )
        there = [each["VpcId"] for each in told["Vpcs"]]
        most = ask.most(VPCS, region, quota)
        yield from _Place(VPCS, region, region, "VPCs", there, most).room(ask, planned)


def gateway_endpoints(ask: Asking, plan: Plan) -> Findings:
    """Yield each Region with no room for the gateway endpoints of the app."""
    gateways = (one for one in own(ask, plan, _ENDPOINT) if _type(one) == "Gateway")
    for region, planned in _by_region(gateways).items():
        quota, told = ask.every(ask.quota(GATEWAY_ENDPOINTS, region), _endpoints(region))
        there = [
            each["VpcEndpointId"]
            for each in told["VpcEndpoints"]
            if each["VpcEndpointType"] == "Gateway"
        ]
        most = ask.most(GATEWAY_ENDPOINTS, region, quota)
        place = _Place(GATEWAY_ENDPOINTS, region, region, "gateway endpoints", there, most)
        yield from place.room(ask, planned)


def interface_endpoints(ask: Asking, plan: Plan) -> Findings:
    """Yield each VPC with no room for the interface endpoints of the app."""
    made = {one.ref: one.path for one in own(ask, plan, "AWS::EC2::VPC")}
    networks: dict[tuple[str, str], list[Planned]] = defaultdict(list)
    for one in own(ask, plan, _ENDPOINT):
        if _type(one) == "Interface":
            networks[one.region, str(one.values("VpcId"))].append(one)
    for (region, network), planned in networks.items():
        quota, told = ask.every(ask.quota(INTERFACE_ENDPOINTS, region), _endpoints(region))
        there = [
            each["VpcEndpointId"]
            for each in told["VpcEndpoints"]
            if each["VpcId"] == network and each["VpcEndpointType"] != "Gateway"
        ]
        most = ask.most(INTERFACE_ENDPOINTS, region, quota)
        name = f"the VPC {made.get(network, network)} in {region}"
        place = _Place(INTERFACE_ENDPOINTS, region, name, "interface endpoints", there, most)
        yield from place.room(ask, planned)


def _type(endpoint: Planned) -> str:
    return endpoint.text("VpcEndpointType") or "Gateway"


def _endpoints(region: str) -> Call:
    return Call("ec2:DescribeVpcEndpoints", "describe_vpc_endpoints", region)


def _by_region(planned: Iterable[Planned]) -> dict[str, list[Planned]]:
    found: dict[str, list[Planned]] = defaultdict(list)
    for one in planned:
        found[one.region].append(one)
    return found
