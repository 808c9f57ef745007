"""Findings in what CDK wrote are one line a rule; what the app wrote is told one by one."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role
from support.rule_examples import found_in, role_allowed, role_trusting

from whomay.engine.rules import line_of, told_apart

FLOW_LOGS = role_trusting(
    {
        "Effect": "Allow",
        "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
)
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/books"


def at(path: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {**resource, "Metadata": {"aws:cdk:path": f"S/{path}/Resource"}}


def grant(*actions: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": TABLE}
    document = {"Version": "2012-10-17", "Statement": statement}
    properties = {"PolicyName": "P", "PolicyDocument": document, "Roles": [{"Ref": "Role"}]}
    return {"Type": "AWS::IAM::Policy", "Properties": properties}


@pytest.mark.parametrize(
    ("resources", "rule"),
    [
        (
            {
                "Log": at("Vpc/FlowLog", {"Type": "AWS::EC2::FlowLog"}),
                "Role": at("Vpc/FlowLog/IAMRole", FLOW_LOGS),
            },
            "service-source-account",
        ),
        (
            {
                "Role": at("Reader", role()),
                "Policy": at(
                    "Reader/DefaultPolicy", grant("dynamodb:GetItem", "dynamodb:GetRecords")
                ),
            },
            "never-matches",
        ),
        (
            {
                "Role": at(
                    "Custom::S3AutoDeleteObjectsCustomResourceProvider/Role",
                    role_allowed({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}),
                )
            },
            "full-access",
        ),
    ],
)
def test_what_cdk_wrote_is_one_line(resources: dict[str, Any], rule: str, tmp_path: Path) -> None:
    own, of_cdk = told_apart(found_in(tmp_path, {"Resources": resources}))
    assert rule not in {each.rule.id for each in own}
    assert line_of(rule, of_cdk[rule]) == (
        f"{rule}: 1 findings in 1 resources that CDK's grants, constructs and providers wrote; "
        "--format json lists them"
    )


@pytest.mark.parametrize(
    "resources",
    [
        {"Role": at("FlowLogs", FLOW_LOGS)},
        {"Role": at("Reader", role()), "Policy": at("Reader/Own", grant("dynamodb:GetRecords"))},
        {
            "Role": at("Reader", role()),
            "Policy": at("Reader/DefaultPolicy", grant("dynamodb:GetItemm")),
        },
    ],
)
def test_what_the_app_wrote_is_told(resources: dict[str, Any], tmp_path: Path) -> None:
    own, of_cdk = told_apart(found_in(tmp_path, {"Resources": resources}))
    assert (len(own), of_cdk) == (1, {})
