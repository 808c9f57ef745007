"""AWS::CloudFormation::StackSet: a stack of the same template in each account and Region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
One after the other, and no further once more have failed than is tolerated, by count or by percentage: what
was done stays. The lab's organization is all its accounts; each organizational unit holds them all.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from whomay.iam.arn import account_in
from whomay.lab.server import internals, trusted_access
from whomay.lab.server.calls import CallError, in_account, members, query
from whomay.lab.server.cloudformation.registry import Properties, Provisioned, add, generated_name
from whomay.lab.state import ACCOUNTS

POLL_SECONDS = 0.05
TYPE = "AWS::CloudFormation::StackSet"
DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"})


@dataclass(frozen=True, slots=True)
class Instance:
    """A stack of the set: where it is, and its parameters."""

    account: str
    region: str
    stack: str
    parameters: tuple[tuple[str, str], ...]

    def call(self, action: str, **arguments: Any) -> Any:
        """Call CloudFormation in the instance's account and Region."""
        return in_account(
            self.account,
            self.region,
            query,
            "cloudformation",
            action,
            StackName=self.stack,
            **arguments,
        )

    def settle(self) -> None:
        """Wait until the stack is no longer in progress.

        Raises:
            CallError: it did not end well.

        """
        while True:
            status = self.call("DescribeStacks").findtext(".//StackStatus") or ""
            if not status.endswith("_IN_PROGRESS"):
                break
            time.sleep(POLL_SECONDS)
        if status not in DONE:
            where = f"Account {self.account}, Region {self.region}"
            raise CallError(status, f"{where}: stack {self.stack} failed; see its events there")


def _accounts(targets: Properties, own: str) -> list[str]:
    """Return the accounts of a deployment; an organization's management account is left out."""
    named = [str(account) for account in targets.get("Accounts", [])]
    if not targets.get("OrganizationalUnitIds"):
        return named
    of_units = [account for account in ACCOUNTS if account != own]
    filters: dict[str, Callable[[str], bool]] = {
        "NONE": lambda _: True,
        "INTERSECTION": lambda account: account in named,
        "DIFFERENCE": lambda account: account not in named,
    }
    chosen = filters[targets.get("AccountFilterType", "NONE")]
    return [account for account in of_units if chosen(account)]


def instances(name: str, properties: Properties) -> Iterator[Instance]:
    """Yield the stacks that the properties ask for."""
    own = internals.get("core.responses", "get_account_id")()
    for group in properties.get("StackInstancesGroup", []):
        given = [*properties.get("Parameters", []), *group.get("ParameterOverrides", [])]
        parameters = {one["ParameterKey"]: str(one["ParameterValue"]) for one in given}
        for account in _accounts(group["DeploymentTargets"], own):
            for region in group["Regions"]:
                digest = hashlib.sha256(f"{name}/{account}/{region}".encode()).hexdigest()[:12]
                stack = f"StackSet-{name}-{digest}"
                yield Instance(account, region, stack, tuple(sorted(parameters.items())))


def _check_execution_role(instance: Instance, properties: Properties) -> None:
    """Refuse an account without an execution role that trusts ours, unless the organization's.

    Raises:
        CallError: in CloudFormation's words.

    """
    if properties["PermissionModel"] == "SERVICE_MANAGED":
        return
    own = internals.get("core.responses", "get_account_id")()
    role = properties.get("ExecutionRoleName", "AWSCloudFormationStackSetExecutionRole")
    admin = properties.get("AdministrationRoleARN") or (
        f"arn:aws:iam::{own}:role/AWSCloudFormationStackSetAdministrationRole"
    )
    roles = internals.get("services.iam", "_roles")
    record = roles.get_scoped(instance.account, None, role) or {}
    if (account_in(admin) or admin) not in str(record.get("AssumeRolePolicyDocument")):
        raise CallError(
            "ValidationError",
            f"Account {instance.account} should have '{role}' role with trust relationship to "
            f"Role '{admin.rsplit('/', 1)[-1]}'.",
        )


def _deploy(instance: Instance, properties: Properties, action: str) -> None:
    _check_execution_role(instance, properties)
    source = {key: properties.get(key) for key in ("TemplateBody", "TemplateURL")}
    parameters = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in instance.parameters
    ]
    try:
        instance.call(
            action,
            Capabilities=members(properties.get("Capabilities")),
            Parameters=members(parameters),
            Tags=members(properties.get("Tags")),
            **source,
        )
    except CallError as error:
        if "No updates are to be performed" in str(error):
            return
        raise
    instance.settle()


def _delete(instance: Instance) -> None:
    identity = instance.call("DescribeStacks").findtext(".//StackId") or ""
    instance.call("DeleteStack")
    Instance(instance.account, instance.region, identity, ()).settle()


def _each(work: list[tuple[Callable[..., None], tuple[Any, ...]]], properties: Properties) -> None:
    """Do one piece of work after the other, as far as failures are tolerated.

    Raises:
        CallError: more pieces failed; tells all that did.

    """
    preferences = properties.get("OperationPreferences", {})
    percent = int(preferences.get("FailureTolerancePercentage", 0))
    tolerated = int(preferences.get("FailureToleranceCount", len(work) * percent // 100))
    failures: list[str] = []
    for function, arguments in work:
        try:
            function(*arguments)
        except CallError as error:
            failures.append(str(error))
            if len(failures) > tolerated:
                raise CallError("StackSetOperationFailed", "; ".join(failures)) from error


def create_set(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    """Create the set and its stacks; Ref is its id.

    Raises:
        CallError: the organization has not let StackSets in, or a stack failed.

    """
    trusted_access.check_stack_set(properties["PermissionModel"], properties.get("CallAs", "SELF"))
    name = properties.get("StackSetName") or generated_name(stack, logical_id)
    wanted = list(instances(name, properties))
    _each([(_deploy, (one, properties, "CreateStack")) for one in wanted], properties)
    identity = f"{name}:{hashlib.sha256(name.encode()).hexdigest()[:32]}"
    return identity, {"StackSetId": identity}


def update_set(identity: str, old: Properties, new: Properties) -> None:
    """Delete the stacks that are asked for no longer, update those that are, create the new."""
    name = identity.split(":", maxsplit=1)[0]
    before = {one.stack: one for one in instances(name, old)}
    after = {one.stack: one for one in instances(name, new)}
    work: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
        (_delete, (one,)) for stack, one in before.items() if stack not in after
    ]
    for stack, one in after.items():
        action = "UpdateStack" if stack in before else "CreateStack"
        work.append((_deploy, (one, new, action)))
    _each(work, new)


def delete_set(identity: str, properties: Properties) -> None:
    """Delete the stacks and the set."""
    wanted = instances(identity.split(":", maxsplit=1)[0], properties)
    _each([(_delete, (one,)) for one in wanted], properties)


# the event loop, once a set has been asked for on it
_loops: list[asyncio.AbstractEventLoop] = []


def _beside_the_loop(inner: Callable[[str], bool]) -> Callable[[str], bool]:
    """Have the type run on a thread of its own, as it waits for stacks."""

    def runs_on_worker_thread(resource_type: str) -> bool:
        if resource_type != TYPE:
            return inner(resource_type)
        _loops[:] = [asyncio.get_running_loop()]
        return True

    return runs_on_worker_thread


def _on_the_loop(inner: Callable[..., None]) -> Callable[..., None]:
    """Have a stack that is started from that thread run on the loop."""

    def create_stack_task(*arguments: Any) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            _loops[0].call_soon_threadsafe(inner, *arguments)
        else:
            inner(*arguments)

    return create_stack_task


def register() -> None:
    """Register the type."""
    add(
        TYPE,
        create=create_set,
        update=update_set,
        delete=delete_set,
        replacing=("PermissionModel", "StackSetName"),
    )
    package = "services.cloudformation"
    internals.replace(f"{package}.stacks", "_runs_on_worker_thread", _beside_the_loop)
    internals.replace(f"{package}.handlers", "_create_stack_task_in_region", _on_the_loop)
