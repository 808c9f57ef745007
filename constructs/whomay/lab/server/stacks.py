"""All stacks that CloudFormation has in the lab, of every account and Region."""

import json
from typing import Final

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
