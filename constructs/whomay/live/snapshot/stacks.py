"""Which names CloudFormation made: the physical id of each resource of each stack.

What an update could not delete has left its stack and is still in the account. Only the events of
the stack tell it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from collections.abc import Iterator
from typing import Any, Final

from whomay.live.snapshot.account import Account, RefusedError

_GONE: Final = "DELETE_COMPLETE"
_UNDELETED: Final = "DELETE_FAILED"


def stacks(account: Account, *, with_undeleted: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the stacks of all Regions: logical id, type and physical id of each resource.

    With `with_undeleted` the events are read too, for what an update could not delete.
    """
    for region in account.regions:
        try:
            for page in account.pages("cloudformation", "list_stacks", region):
                for stack in page["StackSummaries"]:
                    if stack["StackStatus"] != _GONE:
                        found = _stack(account, region, stack)
                        yield _and_undeleted(account, found, stack) if with_undeleted else found
        except RefusedError as error:
            account.note("cloudformation:ListStacks", error.why, region)


def _stack(account: Account, region: str, stack: dict[str, Any]) -> dict[str, Any]:
    resources = [
        _told(each)
        for each in _asked(account, region, stack, "ListStackResources")
        if each.get("PhysicalResourceId") and each["ResourceStatus"] != _GONE
    ]
    return {"name": stack["StackName"], "region": region, "resources": resources}


def _and_undeleted(
    account: Account, found: dict[str, Any], stack: dict[str, Any]
) -> dict[str, Any]:
    if "LastUpdatedTime" not in stack:  # only an update leaves something behind
        return found
    last: dict[tuple[str, ...], str] = {}
    for event in _asked(account, found["region"], stack, "DescribeStackEvents"):  # the newest first
        last.setdefault(tuple(_told(event)), event.get("ResourceStatus", ""))
    undeleted = [[*each] for each, status in last.items() if status == _UNDELETED]
    return {**found, "undeleted": [each for each in undeleted if each not in found["resources"]]}


def _asked(
    account: Account, region: str, stack: dict[str, Any], call: str
) -> Iterator[dict[str, Any]]:
    """Yield what a call tells of a stack, from all its pages; a refusal is noted."""
    operation, listed = _CALLS[call]
    try:
        for page in account.pages("cloudformation", operation, region, StackName=stack["StackId"]):
            yield from page[listed]
    except RefusedError as error:
        account.note(f"cloudformation:{call} of {stack['StackName']}", error.why, region)


_CALLS: Final = {
    "DescribeStackEvents": ("describe_stack_events", "StackEvents"),
    "ListStackResources": ("list_stack_resources", "StackResourceSummaries"),
}


def _told(each: dict[str, Any]) -> list[str]:
    names = ("LogicalResourceId", "ResourceType", "PhysicalResourceId")
    return [each.get(name, "") for name in names]
