"""The endpoints of AWS's services, held against what CDK knows of them."""

import pytest
from aws_cdk import aws_ec2 as ec2

from whomay.iam.facts.endpoint_services import (
    WITHOUT_POLICY,
    endpoints_for,
    interfaces,
    prefix_carried,
)

# Actions of these are not known, or no action passes them.
_NO_ACTIONS = {
    "console",
    "eks-proxy",
    "elastic-inference.runtime",
    "emrwal.prod",
    "evidently",
    "evidently-dataplane",
    "iotroborunner",
    "service.user-subscriptions",
}
# Gateways; Amazon Keyspaces, on port 9142; a name with -fips alone; services of one Region, or with
# an endpoint whose name begins otherwise.
_LEFT_OUT = {
    *("dynamodb", "s3"),
    "cassandra",
    "memorydb",
    *("bcm-data-exports", "bcm-pricing-calculator", "billing", "billingconductor", "ce"),
    *("codecatalyst", "cost-optimization-hub", "experiments", "freetier", "iam", "invoicing"),
    *("kendra-ranking", "notebook", "organizations", "partner-app", "qbusiness"),
    *("s3-global.accesspoint", "savingsplans", "shield", "studio", "tax", "trustedadvisor"),
}


def test_all_names_are_those_of_endpoint_services_that_cdk_knows() -> None:
    known = {
        getattr(ec2.InterfaceVpcEndpointAwsService, name).short_name
        for name in vars(ec2.InterfaceVpcEndpointAwsService)
        if name.isupper()
    }
    assert interfaces() <= known
    assert {each.removesuffix("-fips") for each in known} - interfaces() == _LEFT_OUT


def test_those_that_take_no_policy_are_endpoints() -> None:
    assert interfaces() > WITHOUT_POLICY
    assert not {"ec2messages", "secretsmanager", "ssm", "ssmmessages", "sts"} & WITHOUT_POLICY


def test_of_each_it_is_known_which_actions_pass_it() -> None:
    names = {n for n in interfaces() if not prefix_carried(f"com.amazonaws.eu-west-1.{n}")}
    assert names == _NO_ACTIONS


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("s3:GetObject", {"s3"}),
        ("dynamodb:GetItem", {"dynamodb"}),
        ("dynamodb:*", {"dynamodb", "dynamodb-streams"}),
        ("dynamodb:GetRecords", {"dynamodb-streams"}),
        ("cloudwatch:PutMetricData", {"monitoring"}),
        ("firehose:PutRecord", {"kinesis-firehose"}),
        ("ECR:BatchGetImage", {"ecr.api", "ecr.dkr"}),
        ("iam:ListUsers", set()),
        ("*", set()),
        ("s*:*", set()),
    ],
)
def test_the_endpoints_of_an_action(action: str, names: set[str]) -> None:
    assert endpoints_for(action) == names
