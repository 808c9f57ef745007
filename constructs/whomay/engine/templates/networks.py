"""Where the code of a role runs, and which VPC endpoints carry its requests from there.

A gateway endpoint is on the way from the subnets of its route tables. An interface endpoint with
private DNS is on the way from its whole VPC, since the service's own name leads to it there.
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from whomay.engine.snapshot import Principal, Snapshot
from whomay.engine.templates.endpoints import ENDPOINT, is_gateway
from whomay.engine.templates.formats import values_at
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item, Items


@dataclass(frozen=True, slots=True)
class Machine:
    """A function, an instance or a task that runs code as a role.

    `path` is its construct path. `subnets` are the ids of those that it is in, none where the
    templates do not tell, or where it is in no VPC.
    """

    path: str
    subnets: tuple[str, ...]


class Networks:
    """The machines, subnets and endpoints of an assembly."""

    def __init__(self, items: Items, snapshot: Snapshot) -> None:
        self._items = items
        self._snapshot = snapshot

    def machines_of(self, role: Principal) -> list[Machine] | None:
        """Return the machines that run code as a role; None where others use it as well."""
        own = [machine for machine in self._machines if role.arn in machine[1]]
        known = {machine.path for machine, _ in own}
        handed = {
            each.path.rpartition(" (")[0]
            for each in self._snapshot.machines
            if role.arn in each.roles and not each.path.endswith(" (ExecutionRoleArn)")
        }
        instances = [item for path in role.instances for item in self._instances.get(path, ())]
        if handed - known:
            return None
        return [*(machine for machine, _ in own), *map(_instance, instances)]

    def endpoints_from(self, machine: Machine) -> list[Item]:
        """Return the endpoints that carry requests from all subnets of a machine."""
        return [
            item
            for item in self._items.of(ENDPOINT)
            if machine.subnets and all(self._leads_to(item, subnet) for subnet in machine.subnets)
        ]

    def _leads_to(self, endpoint: Item, subnet: str) -> bool:
        if is_gateway(endpoint):
            tables = set(endpoint.texts("RouteTableIds"))
            return bool(tables & self._route_tables.get(subnet, set()))
        private = endpoint.text("PrivateDnsEnabled").lower() == "true"
        return private and self._vpcs.get(subnet) == endpoint.text("VpcId")

    @cached_property
    def _vpcs(self) -> Mapping[str, str]:
        return {item.get("Ref"): item.text("VpcId") for item in self._items.of("AWS::EC2::Subnet")}

    @cached_property
    def _route_tables(self) -> Mapping[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for item in self._items.of("AWS::EC2::SubnetRouteTableAssociation"):
            found[item.text("SubnetId")].add(item.text("RouteTableId"))
        return found

    @cached_property
    def _instances(self) -> Mapping[str, list[Item]]:
        kinds = ("AWS::EC2::Instance", "AWS::AutoScaling::AutoScalingGroup")
        found: defaultdict[str, list[Item]] = defaultdict(list)
        for item in self._items.of(*kinds):
            found[item.path].append(item)
        return found

    @cached_property
    def _machines(self) -> list[tuple[Machine, frozenset[str]]]:
        """All functions and tasks, with the ARNs of the roles that their code has."""
        roles = {each.path: frozenset(each.roles) for each in self._snapshot.machines}
        found = [
            (machine, roles.get(f"{machine.path} ({name})", frozenset()))
            for name, machine in (*self._functions(), *self._tasks())
        ]
        return [(machine, arns) for machine, arns in found if arns]

    def _functions(self) -> Iterator[tuple[str, Machine]]:
        for item in self._items.of("AWS::Lambda::Function"):
            yield "Role", Machine(item.path, _at(item, "VpcConfig", "SubnetIds"))

    def _tasks(self) -> Iterator[tuple[str, Machine]]:
        services: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for item in self._items.of("AWS::ECS::Service"):
            subnets = _at(item, "NetworkConfiguration", "AwsvpcConfiguration", "Subnets")
            services[item.text("TaskDefinition")].append(subnets)
        for item in self._items.of("AWS::ECS::TaskDefinition"):
            for subnets in services.get(item.get("Ref"), [()]):
                yield "TaskRoleArn", Machine(item.path, subnets)


def _instance(item: Item) -> Machine:
    if item.kind == "AWS::EC2::Instance":
        subnets = _at(item, "SubnetId") or _at(item, "NetworkInterfaces", "SubnetId")
        return Machine(item.path, subnets)
    return Machine(item.path, _at(item, "VPCZoneIdentifier"))


def _at(item: Item, *path: str) -> tuple[str, ...]:
    """Return the texts that a path of properties leads to."""
    found = (value for value, _ in values_at(item, path))
    return tuple(
        as_text(each) for value in found for each in (value if isinstance(value, list) else [value])
    )
