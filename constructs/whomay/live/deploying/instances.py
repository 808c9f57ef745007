"""Whether the zone of an instance offers its type.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
"""

from collections.abc import Iterator, Sequence

from whomay.live.deploying.asking import Asking, Call, DeployFinding, Findings, own
from whomay.live.deploying.planned import Plan

_STANDING_IN = "dummy"  # what CDK writes for a zone until it has looked zones up


def instance_types(ask: Asking, plan: Plan) -> Findings:
    """Yield each type that its zone does not offer; the first zone where the app names none."""
    for region, kind, zone in sorted(set(_wanted(ask, plan))):
        zones, told = ask.every(
            Call("ec2:DescribeAvailabilityZones", "describe_availability_zones", region),
            Call(
                "ec2:DescribeInstanceTypeOfferings",
                "describe_instance_type_offerings",
                region,
                arguments={
                    "LocationType": "availability-zone",
                    "Filters": [{"Name": "instance-type", "Values": [kind]}],
                },
            ),
        )
        names = sorted(each["ZoneName"] for each in zones["AvailabilityZones"])
        offered = sorted(each["Location"] for each in told["InstanceTypeOfferings"])
        yield from _finding(region, kind, zone or next(iter(names), ""), names, offered)


def _wanted(ask: Asking, plan: Plan) -> Iterator[tuple[str, str, str]]:
    subnets = {one.ref: one.text("AvailabilityZone") for one in own(ask, plan, "AWS::EC2::Subnet")}
    for one in own(ask, plan, "AWS::EC2::Instance"):
        if kind := one.text("InstanceType"):
            zone = one.text("AvailabilityZone") or subnets.get(one.values("SubnetId"), "")
            yield one.region, kind, "" if zone.startswith(_STANDING_IN) else zone


def _finding(
    region: str, kind: str, zone: str, names: Sequence[str], offered: Sequence[str]
) -> Findings:
    if not zone or zone in offered:
        return
    where = f"{zone}, the first zone of {region}" if zone == names[0] else zone
    text = f"{kind} is not offered in {where}"
    fix = f'availability_zone="{offered[0]}"' if offered else "instance_type=…"
    yield DeployFinding(text, f"{fix}   # of the project, in the stack")
