"""AWS::IAM types: AccessKey, InstanceProfile, OIDCProvider; the boundary, name and trust of Role.

Properties and return values as in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

import contextlib
from typing import Any

from whomay.lab.server import internals, trusted
from whomay.lab.server.calls import CallError, members, query
from whomay.lab.server.cloudformation.registry import (
    Properties,
    Provisioned,
    add,
    added,
    extend,
    generated_name,
    removed,
)

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
