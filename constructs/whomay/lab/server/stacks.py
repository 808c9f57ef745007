"""All stacks that CloudFormation has in the lab, of every account and Region, and which has a resource."""

import json
from typing import Any, Final

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.request import ApiRequest

_GONE: Final = "DELETE_COMPLETE"
_UPDATED: Final = "UPDATE_COMPLETE"
_UNDELETED: Final = "DELETE_FAILED"
_INSTANCE: Final = "AWS::EC2::Instance"


def listed() -> str:
    """Return them as JSON, by account, Region and name, each with the ids of its instances."""
    known = _all()
    return json.dumps(
        [
            {
                "account": account,
                "region": region,
                "name": stack["StackName"],
                "status": stack["StackStatus"],
                "instances": [
                    resource["PhysicalResourceId"]
                    for resource in stack["_resources"].values()
                    if resource["ResourceType"] == _INSTANCE
                ],
            }
            for (account, region, _), stack in sorted(known.items())
            if stack["StackStatus"] != _GONE
        ]
    )


def install() -> None:
    """Have CloudFormation tell the stack of a resource by its physical id: MiniStack asks for the stack.

    And have an update take out of the stack what it could not delete, which MiniStack keeps in it.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    correct("cloudformation", _without_undeleted)
    handlers = internals.get("services.cloudformation.handlers", "_ACTION_HANDLERS")
    describe = handlers["DescribeStackResources"]

    def described(parameters: dict[str, list[str]]) -> Any:
        [physical] = parameters.get("PhysicalResourceId", [""])
        return describe(
            {**parameters, "StackName": [_having(physical)]} if physical else parameters
        )

    handlers["DescribeStackResources"] = described


def _all() -> dict[tuple[str, ...], Any]:
    """Return the stacks of all accounts and Regions."""
    found: dict[tuple[str, ...], Any] = internals.get("services.cloudformation", "_stacks")._data  # noqa: SLF001 - there is no other way to all of them
    return found


async def _without_undeleted(request: ApiRequest, inner: Inner) -> Response:
    for stack in _all().values():
        if stack["StackStatus"] == _UPDATED:
            resources = stack["_resources"]
            for name in [*resources]:
                if resources[name].get("ResourceStatus") == _UNDELETED:
                    del resources[name]
    return await inner(request)


def _having(physical: str) -> str:
    """Return the stack of the caller's account and Region that has the resource; "" for none."""
    here = [internals.get("core.responses", name)() for name in ("get_account_id", "get_region")]
    found = (
        name
        for (*where, name), stack in _all().items()
        if where == here and stack["StackStatus"] != _GONE
        if any(one["PhysicalResourceId"] == physical for one in stack["_resources"].values())
    )
    return next(found, "")
