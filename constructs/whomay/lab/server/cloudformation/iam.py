"""AWS::IAM types: AccessKey, InstanceProfile, OIDCProvider; the boundary, name and trust of Role.

Properties and return values as in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

import contextlib
import json
from typing import Any

from whomay.lab.server import internals
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
from whomay.lab.server.iam import documents, names, principals, quotas, sizes
from whomay.lab.server.iam.operations import Kind


def _text(document: str | dict[str, Any]) -> str:
    return document if isinstance(document, str) else json.dumps(document)


# --- Role: MiniStack leaves out its permissions boundary, and takes what IAM refuses


def check_role(old: Properties, new: Properties) -> None:
    """Refuse what IAM refuses of a role: its name, trust policy and inline policies.

    Raises:
        CallError: the refusal.

    """
    if new.get("RoleName") and new["RoleName"] != old.get("RoleName"):
        names.NAMED["CreateRole"].check(new["RoleName"], new.get("Path", ""))
    names.check_duration(str(new.get("MaxSessionDuration", "")))
    trust = _text(new["AssumeRolePolicyDocument"])
    documents.check_trust(trust)
    sizes.check_trust(trust)
    principals.check_trust(trust)
    for policy in new.get("Policies", []):
        documents.check_identity(_text(policy["PolicyDocument"]))


def adjust_role(name: str, old: Properties, new: Properties) -> dict[str, Any]:
    """Apply the role's `PermissionsBoundary`, and refuse more policies than IAM allows.

    Raises:
        CallError: the refusal.

    """
    sizes.check_inline(Kind.ROLE, name, {})
    quotas.check_attached(Kind.ROLE, (Kind.ROLE.named(name) or {})["AttachedPolicies"])
    boundary = new.get("PermissionsBoundary")
    if boundary:
        query("iam", "PutRolePermissionsBoundary", RoleName=name, PermissionsBoundary=boundary)
    elif old.get("PermissionsBoundary"):
        query("iam", "DeleteRolePermissionsBoundary", RoleName=name)
    return {}


def delete_role(name: str, _: Properties) -> None:
    """Delete the role, first its policies.

    Raises:
        CallError: it is in an instance profile that the stack did not make.

    """
    role = Kind.ROLE.named(name)
    if role is None:
        return
    for arn in list(role["AttachedPolicies"]):
        query("iam", "DetachRolePolicy", RoleName=name, PolicyArn=arn)
    role["InlinePolicies"] = {}
    query("iam", "DeleteRole", RoleName=name)


# --- Policy and ManagedPolicy: MiniStack takes any document


def check_inline_policy(_: Properties, new: Properties) -> None:
    """Refuse an inline policy that IAM refuses.

    Raises:
        CallError: the refusal.

    """
    document = _text(new["PolicyDocument"])
    documents.check_identity(document)
    for kind in Kind:
        for name in new.get(f"{kind.word}s", []):
            sizes.check_inline(kind, name, {new.get("PolicyName", ""): document})


def check_managed_policy(old: Properties, new: Properties) -> None:
    """Refuse a managed policy that IAM refuses.

    Raises:
        CallError: the refusal.

    """
    name = new.get("ManagedPolicyName")
    if name and name != old.get("ManagedPolicyName"):
        names.NAMED["CreatePolicy"].check(name, new.get("Path", ""))
    document = _text(new["PolicyDocument"])
    documents.check_identity(document)
    sizes.check_managed(document)


def adjust_managed_policy(_: str, __: Properties, new: Properties) -> dict[str, Any]:
    """Refuse the policy where somebody it names has too many.

    Raises:
        CallError: LimitExceeded.

    """
    for kind in Kind:
        for name in new.get(f"{kind.word}s", []):
            quotas.check_attached(kind, (kind.named(name) or {}).get("AttachedPolicies", []))
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
    extend("AWS::IAM::Role", adjust_role, check=check_role, delete=delete_role)
    extend("AWS::IAM::Policy", check=check_inline_policy)
    extend("AWS::IAM::ManagedPolicy", adjust_managed_policy, check=check_managed_policy)
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
