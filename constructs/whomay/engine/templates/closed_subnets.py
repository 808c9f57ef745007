"""Which subnets surely lead nowhere but to their own VPC and to its endpoints.

What the templates leave open counts as a way: a subnet, a route table or a VPC of elsewhere, and a
route to anything. So does an endpoint of a service that is not known, or without private DNS.
https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.endpoints import ENDPOINT, is_gateway
from whomay.engine.templates.resources import Item, Items
from whomay.iam.facts.endpoint_services import prefix_carried
from whomay.iam.patterns.symbols import unknown_reasons

_NESTED: Final = "AWS::CloudFormation::Stack"
_PROPAGATION: Final = "AWS::EC2::VPNGatewayRoutePropagation"


class ClosedSubnets:
    """The subnets of an assembly without a way out."""

    def __init__(self, items: Items, snapshot: Snapshot) -> None:
        self._items = items
        unread = {each.path for each in snapshot.unseen}
        self._all_read = not any(item.path in unread for item in items.of(_NESTED))

    def cut_off(self, subnet: str, service: str, *, public_address: bool) -> bool:
        """Tell whether there surely is no way from a subnet to a service.

        The service is the prefix of its actions. Without a public address, a route to an internet
        gateway leads nowhere.
        """
        if not self._all_read or self._vpcs.get(subnet) not in self._made["AWS::EC2::VPC"]:
            return False
        tables = set(self._tables_of(subnet))
        if not tables or not tables <= self._made["AWS::EC2::RouteTable"]:
            return False
        routes = (route for table in tables for route in self._routes_of(table))
        if any(public_address or not self._needs_an_address(route) for route in routes):
            return False
        return not any(self._may_lead_to(each, subnet, tables, service) for each in self._endpoints)

    def _may_lead_to(self, endpoint: Item, subnet: str, tables: set[str], service: str) -> bool:
        vpc = endpoint.text("VpcId")
        here = vpc == self._vpcs[subnet] or unknown_reasons(vpc)
        if not here or prefix_carried(endpoint.text("ServiceName")) not in (service, ""):
            return False
        named = endpoint.texts("RouteTableIds")
        return (
            not is_gateway(endpoint)
            or bool(tables & set(named))
            or any(map(unknown_reasons, named))
        )

    def _tables_of(self, subnet: str) -> Iterator[str]:
        for item in self._items.of("AWS::EC2::SubnetRouteTableAssociation"):
            if item.text("SubnetId") == subnet:
                yield item.text("RouteTableId")

    def _routes_of(self, table: str) -> Iterator[Item]:
        for item in self._items.of("AWS::EC2::Route", _PROPAGATION):
            named = [item.text("RouteTableId"), *item.texts("RouteTableIds")]
            if table in named or any(map(unknown_reasons, named)):
                yield item

    def _needs_an_address(self, route: Item) -> bool:
        to_internet = route.text("GatewayId") in self._made["AWS::EC2::InternetGateway"]
        return to_internet and not route.text("DestinationIpv6CidrBlock")

    @cached_property
    def _made(self) -> Mapping[str, frozenset[str]]:
        kinds = ("AWS::EC2::VPC", "AWS::EC2::RouteTable", "AWS::EC2::InternetGateway")
        return {kind: frozenset(item.get("Ref") for item in self._items.of(kind)) for kind in kinds}

    @cached_property
    def _vpcs(self) -> Mapping[str, str]:
        return {item.get("Ref"): item.text("VpcId") for item in self._items.of("AWS::EC2::Subnet")}

    @cached_property
    def _endpoints(self) -> list[Item]:
        return list(self._items.of(ENDPOINT))
