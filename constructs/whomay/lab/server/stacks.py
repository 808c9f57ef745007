"""All stacks that CloudFormation has in the lab, of every account and Region, and which has a resource."""

import json
from typing import Any, Final

from whomay.lab.server import internals

_GONE: Final = "DELETE_COMPLETE"
_INSTANCE: Final = "AWS::EC2::Instance"


def listed() -> str:
    """Return them as JSON, by account, Region and name, each with the ids of its instances."""
    known = internals.get("services.cloudformation", "_stacks")._data  # noqa: SLF001 - of all accounts
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

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
    """
    handlers = internals.get("services.cloudformation.handlers", "_ACTION_HANDLERS")
    describe = handlers["DescribeStackResources"]

    def described(parameters: dict[str, list[str]]) -> Any:
        [physical] = parameters.get("PhysicalResourceId", [""])
        return describe(
            {**parameters, "StackName": [_having(physical)]} if physical else parameters
        )

    handlers["DescribeStackResources"] = described


def _having(physical: str) -> str:
    """Return the stack of the caller's account and Region that has the resource; "" for none."""
    here = [internals.get("core.responses", name)() for name in ("get_account_id", "get_region")]
    stacks = internals.get("services.cloudformation", "_stacks")._data  # noqa: SLF001 - of all accounts
    found = (
        name
        for (*where, name), stack in stacks.items()
        if where == here and stack["StackStatus"] != _GONE
        if any(one["PhysicalResourceId"] == physical for one in stack["_resources"].values())
    )
    return next(found, "")
