"""Which types of instances there are in which zone: one zone of us-east-1 has the oldest alone.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
"""

import uuid
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final
from xml.sax.saxutils import escape

from whomay.lab.server.calls import Response, query
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.request import ApiRequest

_SIZES: Final = ("nano", "micro", "small", "medium", "large", "xlarge", "2xlarge")
_OLD: Final = frozenset({"t2"})
_FAMILIES: Final = ("t2", "t3", "t3a", "t4g")
_LARGE_FAMILIES: Final = ("m5", "m6i", "m7g", "m7i", "c5", "c6i", "c7g", "c7i", "r5", "r6i", "r7g")
OFFERED: Final = (
    *(f"{family}.{size}" for family in _FAMILIES for size in _SIZES),
    *(f"{family}.{size}" for family in _LARGE_FAMILIES for size in _SIZES[4:]),
)
OLD_ZONE: Final = "use1-az3"  # the id of the zone, which has other names in other accounts


def _places(kind: str) -> Iterator[tuple[str, bool]]:
    """Yield the places of a kind, and whether each has the oldest types alone."""
    zones = query("ec2", "DescribeAvailabilityZones").iterfind(".//availabilityZoneInfo/item")
    found = [{part.tag: part.text or "" for part in zone} for zone in zones]
    if kind == "region":
        yield found[0]["regionName"], False
        return
    name = "zoneId" if kind == "availability-zone-id" else "zoneName"
    for zone in found:
        yield zone[name], zone["zoneId"] == OLD_ZONE


def _filters(request: ApiRequest) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    number = 1
    while name := request.parameter(f"Filter.{number}.Name"):
        values = (each for each in request.form if each.startswith(f"Filter.{number}.Value."))
        found[name] = [request.parameter(each) for each in values]
        number += 1
    return found


def _offerings(request: ApiRequest) -> Iterator[tuple[str, str, str]]:
    kind = request.parameter("LocationType") or "region"
    wanted = _filters(request)

    def matches(name: str, value: str) -> bool:
        return any(fnmatchcase(value, each) for each in wanted.get(name, ["*"]))

    for place, old in _places(kind):
        for each in OFFERED:
            offered = not old or each.partition(".")[0] in _OLD
            if offered and matches("location", place) and matches("instance-type", each):
                yield each, kind, place


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    if request.parameter("Action") != "DescribeInstanceTypeOfferings":
        return await inner(request)
    items = "".join(
        f"<item><instanceType>{each}</instanceType><locationType>{escape(kind)}</locationType>"
        f"<location>{place}</location></item>"
        for each, kind, place in _offerings(request)
    )
    name = "DescribeInstanceTypeOfferingsResponse"
    body = (
        f'<{name} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>{uuid.uuid4()}'
        f"</requestId><instanceTypeOfferingSet>{items}</instanceTypeOfferingSet></{name}>"
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()


def install() -> None:
    """Answer the call, which MiniStack does not know."""
    correct("ec2", _handle)
