"""Reads templates in tests: one resource of a type, one statement list, references as text."""

from typing import Any

from aws_cdk import Stack
from aws_cdk.assertions import Template

from whomay.cdk import Access
from whomay.cdk.jsii.rendered import rendered


def statements(stack: Stack, access: Access) -> list[dict[str, Any]]:
    """What an access turns into, references as `<LogicalId.Attribute>`."""
    found: list[dict[str, Any]] = [
        rendered(stack, statement.to_statement_json()) for statement in access.statements()
    ]
    return found


def assume(principal: dict[str, Any], condition: dict[str, Any] | None = None) -> dict[str, Any]:
    """The statement of a trust policy that lets a principal in, as CDK writes it."""
    statement = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": principal}
    return statement | ({"Condition": condition} if condition else {})


def only(template: Template, kind: str, **properties: Any) -> dict[str, Any]:
    """The properties of the one resource of a type, or the one that has these properties."""
    found = [
        resource.get("Properties", {})
        for resource in template.find_resources(kind).values()
        if all(resource.get("Properties", {}).get(k) == v for k, v in properties.items())
    ]
    assert len(found) == 1, f"{len(found)} resources of type {kind} with {properties}"
    one: dict[str, Any] = found[0]
    return one


def role(template: Template, logical_id: str) -> dict[str, Any]:
    """The properties of a role by its logical id."""
    properties: dict[str, Any] = template.find_resources("AWS::IAM::Role")[logical_id]["Properties"]
    return properties
