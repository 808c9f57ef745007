"""AWS::EC2 types beside the instance: SecurityGroupIngress and Egress, FlowLog; VPC's CidrBlock.

Properties and return values as in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html
"""

import contextlib
import secrets
from typing import Any

from whomay.lab.server.calls import CallError, query
from whomay.lab.server.cloudformation.registry import Properties, Provisioned, add, extend

# --- SecurityGroupIngress and SecurityGroupEgress


def _permission(properties: Properties) -> dict[str, Any]:
    group = properties.get("SourceSecurityGroupId") or properties.get("DestinationSecurityGroupId")
    ranges = [{"CidrIp": properties["CidrIp"]}] if properties.get("CidrIp") else None
    return {
        "IpProtocol": properties["IpProtocol"],
        "FromPort": properties.get("FromPort"),
        "ToPort": properties.get("ToPort"),
        "Groups": [{"GroupId": group}] if group else None,
        "IpRanges": ranges,
    }


def register_rule(direction: str) -> None:
    """Register the type of a single rule, `direction` being Ingress or Egress."""

    def apply(verb: str, properties: Properties) -> None:
        query(
            "ec2",
            f"{verb}SecurityGroup{direction}",
            GroupId=properties["GroupId"],
            IpPermissions=[_permission(properties)],
        )

    def create(_: str, properties: Properties, __: str = "") -> Provisioned:
        apply("Authorize", properties)
        return f"sgr-{secrets.token_hex(8)}", {}

    def update(physical_id: str, old: Properties, new: Properties) -> None:
        delete(physical_id, old)
        apply("Authorize", new)

    def delete(_: str, properties: Properties) -> None:
        with contextlib.suppress(CallError):  # the group went first
            apply("Revoke", properties)

    name = f"AWS::EC2::SecurityGroup{direction}"
    add(name, create=create, update=update, delete=delete)


# --- FlowLog

FLOW_LOG_REPLACING = (
    "LogDestination",
    "LogDestinationType",
    "LogGroupName",
    "ResourceId",
    "ResourceType",
    "TrafficType",
)


def create_flow_log(_: str, properties: Properties, __: str = "") -> Provisioned:
    """Create the flow log: a record, as no traffic passes."""
    tags = properties.get("Tags")
    root = query(
        "ec2",
        "CreateFlowLogs",
        ResourceId=[properties["ResourceId"]],
        ResourceType=properties["ResourceType"],
        TrafficType=properties.get("TrafficType"),
        LogDestinationType=properties.get("LogDestinationType"),
        LogDestination=properties.get("LogDestination"),
        LogGroupName=properties.get("LogGroupName"),
        TagSpecification=[{"ResourceType": "flow-log", "Tag": tags}] if tags else None,
    )
    flow_log = root.findtext(".//flowLogIdSet/item") or ""
    return flow_log, {"Id": flow_log}


def update_flow_log(flow_log: str, old: Properties, new: Properties) -> None:
    """Change the tags, all that can be changed."""
    if old.get("Tags"):
        query("ec2", "DeleteTags", ResourceId=[flow_log], Tag=old["Tags"])
    if new.get("Tags"):
        query("ec2", "CreateTags", ResourceId=[flow_log], Tag=new["Tags"])


def delete_flow_log(flow_log: str, _: Properties) -> None:
    """Delete the flow log."""
    query("ec2", "DeleteFlowLogs", FlowLogId=[flow_log])


def adjust_vpc(_: str, __: Properties, new: Properties) -> dict[str, Any]:
    """Give the attribute CidrBlock, which MiniStack's VPC lacks."""
    return {"CidrBlock": new.get("CidrBlock", "")}


def register() -> None:
    """Register the types of this service."""
    extend("AWS::EC2::VPC", adjust_vpc)
    add(
        "AWS::EC2::FlowLog",
        create=create_flow_log,
        update=update_flow_log,
        delete=delete_flow_log,
        replacing=FLOW_LOG_REPLACING,
    )
    register_rule("Ingress")
    register_rule("Egress")
