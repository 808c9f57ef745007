"""Which names CloudFormation made: the physical id of each resource of each stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
"""

from collections.abc import Iterator
from typing import Any, Final

from whomay.live.snapshot.account import Account, RefusedError

_GONE: Final = "DELETE_COMPLETE"


def stacks(account: Account) -> Iterator[dict[str, Any]]:
    """Yield the stacks of all Regions: logical id, type and physical id of each resource."""
    for region in account.regions:
        try:
            for page in account.pages("cloudformation", "list_stacks", region):
                for stack in page["StackSummaries"]:
                    if stack["StackStatus"] != _GONE:
                        yield _stack(account, region, stack)
        except RefusedError as error:
            account.note("cloudformation:ListStacks", error.why, region)


def _stack(account: Account, region: str, stack: dict[str, Any]) -> dict[str, Any]:
    name, resources = stack["StackName"], []
    try:
        for page in account.pages(
            "cloudformation", "list_stack_resources", region, StackName=stack["StackId"]
        ):
            resources += [
                [each["LogicalResourceId"], each["ResourceType"], each["PhysicalResourceId"]]
                for each in page["StackResourceSummaries"]
                if each.get("PhysicalResourceId") and each["ResourceStatus"] != _GONE
            ]
    except RefusedError as error:
        account.note(f"cloudformation:ListStackResources of {name}", error.why, region)
    return {"name": name, "region": region, "resources": resources}
