"""AWS::CloudTrail::Trail.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html
"""

import contextlib
from typing import Any

from whomay.lab.server.calls import CallError, json_call
from whomay.lab.server.cloudformation.registry import Properties, Provisioned, add, generated_name

SETTINGS = (
    "S3BucketName",
    "S3KeyPrefix",
    "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail",
    "IsOrganizationTrail",
)


def _call(action: str, **parameters: Any) -> dict[str, Any]:
    target = f"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.{action}"
    return json_call("cloudtrail", target, **parameters)


def _settings(properties: Properties) -> Properties:
    return {
        **{name: properties[name] for name in SETTINGS if name in properties},
        "EnableLogFileValidation": properties.get("EnableLogFileValidation", False),
        "KmsKeyId": properties.get("KMSKeyId", ""),
    }


def _configure(name: str, properties: Properties) -> None:
    if "EventSelectors" in properties:
        _call("PutEventSelectors", TrailName=name, EventSelectors=properties["EventSelectors"])
    _call("StartLogging" if properties.get("IsLogging", True) else "StopLogging", Name=name)


def create(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    """Create the trail and start it; Ref is its name."""
    name = properties.get("TrailName") or generated_name(stack, logical_id)
    created = _call("CreateTrail", Name=name, **_settings(properties))
    _configure(name, properties)
    return name, {"Arn": created["TrailARN"]}


def update(name: str, _: Properties, new: Properties) -> None:
    """Change the trail in place."""
    _call("UpdateTrail", Name=name, **_settings(new))
    _configure(name, new)


def delete(name: str, _: Properties) -> None:
    """Delete the trail; what it delivered stays."""
    with contextlib.suppress(CallError):  # gone already
        _call("DeleteTrail", Name=name)


def register() -> None:
    """Register the types of this service."""
    add(
        "AWS::CloudTrail::Trail",
        create=create,
        update=update,
        delete=delete,
        replacing=("TrailName",),
    )
