"""AWS::IAM::Group and AWS::IAM::UserToGroupAddition.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html
"""

import contextlib
import json
from typing import Any

from whomay.lab.server.calls import CallError, query, texts
from whomay.lab.server.cloudformation.registry import (
    Properties,
    Provisioned,
    add,
    added,
    generated_name,
    removed,
)


def _text(document: str | dict[str, Any]) -> str:
    return document if isinstance(document, str) else json.dumps(document)


# --- Group


def create_group(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    """Create the group with its policies; Ref is its name."""
    name = properties.get("GroupName") or generated_name(stack, logical_id)
    root = query("iam", "CreateGroup", GroupName=name, Path=properties.get("Path", "/"))
    apply_group_policies(name, {}, properties)
    return name, {"Arn": root.findtext(".//Arn")}


def apply_group_policies(name: str, old: Properties, new: Properties) -> None:
    """Bring managed and inline policies from `old` to `new`."""
    for arn in removed(old, new, "ManagedPolicyArns"):
        query("iam", "DetachGroupPolicy", GroupName=name, PolicyArn=arn)
    for arn in added(old, new, "ManagedPolicyArns"):
        query("iam", "AttachGroupPolicy", GroupName=name, PolicyArn=arn)
    kept = {policy["PolicyName"] for policy in new.get("Policies", [])}
    for policy in old.get("Policies", []):
        if policy["PolicyName"] not in kept:
            query("iam", "DeleteGroupPolicy", GroupName=name, PolicyName=policy["PolicyName"])
    for policy in new.get("Policies", []):
        query(
            "iam",
            "PutGroupPolicy",
            GroupName=name,
            PolicyName=policy["PolicyName"],
            PolicyDocument=_text(policy["PolicyDocument"]),
        )


def update_group(name: str, old: Properties, new: Properties) -> None:
    """Change the group's policies in place."""
    apply_group_policies(name, old, new)


def delete_group(name: str, _: Properties) -> None:
    """Delete the group, first its policies.

    Raises:
        CallError: somebody is in it whom the stack did not put there.

    """
    try:
        root = query("iam", "GetGroup", GroupName=name)
    except CallError:
        return
    if texts(root, ".//Users/member/UserName"):
        query("iam", "DeleteGroup", GroupName=name)  # refuses, before anything is taken away
    inline = query("iam", "ListGroupPolicies", GroupName=name)
    for policy in texts(inline, ".//PolicyNames/member"):
        query("iam", "DeleteGroupPolicy", GroupName=name, PolicyName=policy)
    attached = query("iam", "ListAttachedGroupPolicies", GroupName=name)
    for arn in texts(attached, ".//PolicyArn"):
        query("iam", "DetachGroupPolicy", GroupName=name, PolicyArn=arn)
    query("iam", "DeleteGroup", GroupName=name)


# --- UserToGroupAddition


def create_addition(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    """Put the users into the group."""
    for user in properties["Users"]:
        query("iam", "AddUserToGroup", GroupName=properties["GroupName"], UserName=user)
    return generated_name(stack, logical_id), {}


def update_addition(physical_id: str, old: Properties, new: Properties) -> None:
    """Take out who is named no longer, put in who is new."""
    moved = old["GroupName"] != new["GroupName"]
    delete_addition(
        physical_id, {**old, "Users": old["Users"] if moved else removed(old, new, "Users")}
    )
    for user in new["Users"]:
        query("iam", "AddUserToGroup", GroupName=new["GroupName"], UserName=user)


def delete_addition(_: str, properties: Properties) -> None:
    """Take the users out of the group."""
    for user in properties["Users"]:
        with contextlib.suppress(CallError):  # user or group went first
            query("iam", "RemoveUserFromGroup", GroupName=properties["GroupName"], UserName=user)


def register() -> None:
    """Register the types."""
    add(
        "AWS::IAM::Group",
        create=create_group,
        update=update_group,
        delete=delete_group,
        replacing=("GroupName",),
    )
    add(
        "AWS::IAM::UserToGroupAddition",
        create=create_addition,
        update=update_addition,
        delete=delete_addition,
    )
