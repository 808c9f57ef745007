"""Conditions of templates that join a list."""

import json

from support.aws import Stack, resource, root

from whomay.lab.server.cloudformation.conditions import joined
from whomay.lab.state import Lab


def test_a_list_is_joined_in_a_condition() -> None:
    parameters = {"Trusted": {"Value": "111111111111, 222222222222"}, "AWS::Region": {"Value": "r"}}
    assert joined({"Fn::Join": ["", {"Ref": "Trusted"}]}, parameters) == "111111111111222222222222"
    assert joined({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}]]}, parameters) == "a-r"
    nested = {"Fn::Join": ["/", ["a", {"Fn::Join": ["-", ["b", "c"]]}]]}
    assert joined([{"Fn::Equals": ["", nested]}], parameters) == [{"Fn::Equals": ["", "a/b-c"]}]


def test_an_empty_list_joined_equals_nothing(lab: Lab) -> None:
    is_given = {"Fn::Not": [{"Fn::Equals": ["", {"Fn::Join": ["", {"Ref": "Accounts"}]}]}]}
    template = {
        "Parameters": {"Accounts": {"Type": "CommaDelimitedList", "Default": ""}},
        "Conditions": {"Given": is_given},
        "Resources": {
            "Always": resource("SQS::Queue"),
            "Perhaps": {**resource("SQS::Queue"), "Condition": "Given"},
        },
    }
    one = Stack(root(lab), "joins")
    one.client.create_stack(StackName="joins", TemplateBody=json.dumps(template))
    assert one.settle() == "CREATE_COMPLETE"
    made = one.client.describe_stack_resources(StackName="joins")["StackResources"]
    assert [each["LogicalResourceId"] for each in made] == ["Always"]
    assert one.delete() == "DELETE_COMPLETE"
