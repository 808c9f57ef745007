"""AWS::IAM types: Group, UserToGroupAddition, AccessKey, InstanceProfile, OIDCProvider; Role's boundary.

Properties and return values as in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

import contextlib
import json
from typing import Any

from whomay.lab.server import internals, trusted
from whomay.lab.server.calls import CallError, members, query, texts
from whomay.lab.server.cloudformation.registry import (
    Properties,
    Provisioned,
    add,
    added,
    extend,
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
    """Delete the group, first what is in it and on it."""
    try:
        root = query("iam", "GetGroup", GroupName=name)
    except CallError:
        return
    for user in texts(root, ".//Users/member/UserName"):
        query("iam", "RemoveUserFromGroup", GroupName=name, UserName=user)
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


# --- Role: MiniStack leaves out its permissions boundary, and takes over one of the same name


def check_role(old: Properties, new: Properties) -> None:
    """Refuse a name that is taken, and a trust policy that names who does not exist.

    Raises:
        CallError: EntityAlreadyExists or MalformedPolicyDocument.

    """
    name = new.get("RoleName")
    if name != old.get("RoleName") and name in internals.get("services.iam", "_roles"):
        raise CallError("EntityAlreadyExists", f"Role with name {name} already exists.")
    invalid = trusted.invalid_principal(new["AssumeRolePolicyDocument"])
    if invalid:
        raise CallError("MalformedPolicyDocument", trusted.refusal(invalid))


def adjust_role(name: str, old: Properties, new: Properties) -> dict[str, Any]:
    """Apply the role's `PermissionsBoundary`."""
    boundary = new.get("PermissionsBoundary")
    if boundary:
        query("iam", "PutRolePermissionsBoundary", RoleName=name, PermissionsBoundary=boundary)
    elif old.get("PermissionsBoundary"):
        query("iam", "DeleteRolePermissionsBoundary", RoleName=name)
    return {}


# --- AccessKey


def create_key(_: str, properties: Properties, __: str = "") -> Provisioned:
    """Create a key for the user; its secret is the attribute SecretAccessKey."""
    user = properties["UserName"]
    root = query("iam", "CreateAccessKey", UserName=user)
    key = root.findtext(".//AccessKeyId") or ""
    if properties.get("Status") == "Inactive":
        query("iam", "UpdateAccessKey", UserName=user, AccessKeyId=key, Status="Inactive")
    return key, {"SecretAccessKey": root.findtext(".//SecretAccessKey")}


def update_key(key: str, _: Properties, new: Properties) -> None:
    """Activate or deactivate the key."""
    status = new.get("Status", "Active")
    query("iam", "UpdateAccessKey", UserName=new["UserName"], AccessKeyId=key, Status=status)


def delete_key(key: str, properties: Properties) -> None:
    """Delete the key."""
    with contextlib.suppress(CallError):  # its user went first
        query("iam", "DeleteAccessKey", UserName=properties["UserName"], AccessKeyId=key)


# --- InstanceProfile: Ref is the name on AWS, the ARN in MiniStack


def create_profile(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    """Create the profile with its role; Ref is its name."""
    name = properties.get("InstanceProfileName") or generated_name(stack, logical_id)
    path = properties.get("Path", "/")
    root = query("iam", "CreateInstanceProfile", InstanceProfileName=name, Path=path)
    for role in properties["Roles"]:
        query("iam", "AddRoleToInstanceProfile", InstanceProfileName=name, RoleName=role)
    return name, {"Arn": root.findtext(".//Arn")}


def update_profile(name: str, old: Properties, new: Properties) -> None:
    """Change the profile's role."""
    for role in removed(old, new, "Roles"):
        query("iam", "RemoveRoleFromInstanceProfile", InstanceProfileName=name, RoleName=role)
    for role in added(old, new, "Roles"):
        query("iam", "AddRoleToInstanceProfile", InstanceProfileName=name, RoleName=role)


def delete_profile(name: str, properties: Properties) -> None:
    """Delete the profile, first its role's membership."""
    with contextlib.suppress(CallError):  # gone already
        for role in properties["Roles"]:
            query("iam", "RemoveRoleFromInstanceProfile", InstanceProfileName=name, RoleName=role)
        query("iam", "DeleteInstanceProfile", InstanceProfileName=name)


# --- OIDCProvider


def create_provider(_: str, properties: Properties, __: str = "") -> Provisioned:
    """Create the provider; Ref is its ARN."""
    root = query(
        "iam",
        "CreateOpenIDConnectProvider",
        Url=properties["Url"],
        ClientIDList=members(properties.get("ClientIdList")),
        ThumbprintList=members(properties.get("ThumbprintList")),
    )
    arn = root.findtext(".//OpenIDConnectProviderArn") or ""
    return arn, {"Arn": arn}


def update_provider(arn: str, _: Properties, new: Properties) -> None:
    """Change client ids and thumbprints in place; MiniStack has no call for it."""
    record = internals.get("services.iam", "_oidc_providers")[arn]
    record["ClientIDList"] = new.get("ClientIdList", [])
    record["ThumbprintList"] = new.get("ThumbprintList", [])


def delete_provider(arn: str, _: Properties) -> None:
    """Delete the provider."""
    query("iam", "DeleteOpenIDConnectProvider", OpenIDConnectProviderArn=arn)


def register() -> None:
    """Register the types of this service."""
    extend("AWS::IAM::Role", adjust_role, check=check_role)
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
    add(
        "AWS::IAM::AccessKey",
        create=create_key,
        update=update_key,
        delete=delete_key,
        replacing=("UserName", "Serial"),
    )
    add(
        "AWS::IAM::InstanceProfile",
        create=create_profile,
        update=update_profile,
        delete=delete_profile,
        replacing=("InstanceProfileName", "Path"),
    )
    add(
        "AWS::IAM::OIDCProvider",
        create=create_provider,
        update=update_provider,
        delete=delete_provider,
        replacing=("Url",),
    )
