"""AWS::EC2::Instance: a record with a role, user data and metadata options; nothing runs on it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html
"""

import contextlib
from typing import Any

from whomay.lab.server import instances, internals
from whomay.lab.server.calls import CallError, query
from whomay.lab.server.cloudformation.registry import Properties, Provisioned, add

REPLACING = (
    "AvailabilityZone",
    "BlockDeviceMappings",
    "ImageId",
    "KeyName",
    "LaunchTemplate",
    "PrivateIpAddress",
    "SubnetId",
)


def from_template(properties: Properties) -> Properties:
    """Return the properties with those of the launch template that they name, where they have none.

    Raises:
        CallError: there is no such launch template or version.

    """
    named = properties.get("LaunchTemplate")
    if not named:
        return properties
    for template in internals.get("services.ec2", "_launch_templates").values():
        if named.get("LaunchTemplateId") == template["LaunchTemplateId"] or (
            named.get("LaunchTemplateName") == template["LaunchTemplateName"]
        ):
            for version in template["Versions"]:
                if str(version["VersionNumber"]) == str(named["Version"]):
                    return {**version["LaunchTemplateData"], **properties}
    raise CallError("InvalidLaunchTemplateId.NotFound", f"no launch template {named}")


def _profile(properties: Properties) -> dict[str, str] | None:
    """Return the instance profile: a name in an instance's properties, a pair in a template's."""
    profile = properties.get("IamInstanceProfile")
    return {"Name": profile} if isinstance(profile, str) else profile


def create_instance(_: str, properties: Properties, __: str = "") -> Provisioned:
    """Run one instance."""
    given = from_template(properties)
    tags = given.get("Tags")
    root = query(
        "ec2",
        "RunInstances",
        ImageId=given.get("ImageId", ""),
        MinCount=1,
        MaxCount=1,
        InstanceType=given.get("InstanceType", "m1.small"),
        SubnetId=given.get("SubnetId"),
        KeyName=given.get("KeyName"),
        UserData=given.get("UserData"),
        SecurityGroupId=given.get("SecurityGroupIds"),
        PrivateIpAddress=given.get("PrivateIpAddress"),
        IamInstanceProfile=_profile(given),
        MetadataOptions=given.get("MetadataOptions"),
        TagSpecification=[{"ResourceType": "instance", "Tag": tags}] if tags else None,
    )
    instance = root.findtext(".//instanceId") or ""
    return instance, {
        "InstanceId": instance,
        "PrivateIp": root.findtext(".//privateIpAddress") or "",
        "AvailabilityZone": root.findtext(".//placement/availabilityZone") or "",
        "PrivateDnsName": root.findtext(".//privateDnsName") or "",
        "PublicIp": root.findtext(".//ipAddress") or "",
    }


def update_instance(instance: str, old: Properties, new: Properties) -> None:
    """Change type, user data, security groups, tags, metadata options and profile in place."""
    given = from_template(new)
    record: dict[str, Any] = internals.get("services.ec2", "_instances")[instance]
    record["InstanceType"] = given.get("InstanceType", "m1.small")
    record["UserData"] = given.get("UserData", "")
    record["SecurityGroups"] = [
        {"GroupId": group, "GroupName": group} for group in given.get("SecurityGroupIds", [])
    ]
    instances.set_metadata_options(instance, given.get("MetadataOptions") or {})
    if old.get("Tags"):
        query("ec2", "DeleteTags", ResourceId=[instance], Tag=old["Tags"])
    if new.get("Tags"):
        query("ec2", "CreateTags", ResourceId=[instance], Tag=new["Tags"])
    if old.get("IamInstanceProfile") != new.get("IamInstanceProfile"):
        _change_profile(instance, _profile(given))


def _change_profile(instance: str, profile: dict[str, str] | None) -> None:
    found = query(
        "ec2",
        "DescribeIamInstanceProfileAssociations",
        Filter=[{"Name": "instance-id", "Value": [instance]}],
    )
    association = found.findtext(".//associationId")
    if association:
        query("ec2", "DisassociateIamInstanceProfile", AssociationId=association)
    if profile:
        query("ec2", "AssociateIamInstanceProfile", InstanceId=instance, IamInstanceProfile=profile)


def delete_instance(instance: str, _: Properties) -> None:
    """Terminate the instance."""
    with contextlib.suppress(CallError):  # gone already
        query("ec2", "TerminateInstances", InstanceId=[instance])


def register() -> None:
    """Register the type."""
    add(
        "AWS::EC2::Instance",
        create=create_instance,
        update=update_instance,
        delete=delete_instance,
        replacing=REPLACING,
    )
