"""The rule unreachable: a permission that the network of the machines leads nowhere."""

import copy
from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import found_in, template_of
from support.template_changes import Change, adding, both, of

from whomay.engine.rules.permissions.unreachable import RULE

SUBNET = {"Ref": "Subnet"}
TABLE = {"Ref": "Table"}
ROLE = {"Fn::GetAtt": ["Role", "Arn"]}
INTERNET = adding("Internet", "AWS::EC2::InternetGateway")
BY_INTERNET = {"RouteTableId": TABLE, "GatewayId": {"Ref": "Internet"}}
ROUTE = both(
    INTERNET, adding("Out", "AWS::EC2::Route", **BY_INTERNET, DestinationCidrBlock="0.0.0.0/0")
)
BY_A_FUNCTION_ALONE = of("Function", Role="arn:aws:iam::111122223333:role/other")
INSTANCE = both(
    BY_A_FUNCTION_ALONE,
    adding("Profile", "AWS::IAM::InstanceProfile", Roles=[{"Ref": "Role"}]),
    adding(
        "Instance", "AWS::EC2::Instance", IamInstanceProfile={"Ref": "Profile"}, SubnetId=SUBNET
    ),
)
TASK = both(
    BY_A_FUNCTION_ALONE,
    adding("Task", "AWS::ECS::TaskDefinition", TaskRoleArn=ROLE, NetworkMode="awsvpc"),
    adding(
        "Service",
        "AWS::ECS::Service",
        TaskDefinition={"Ref": "Task"},
        NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": [SUBNET]}},
    ),
)


def unreachable(folder: Path, change: Change) -> list[str]:
    """Return the findings in the rule's own bad example after a change of its resources."""
    template = copy.deepcopy(template_of(RULE.bad))
    change(template)
    return [each.message for each in found_in(folder, template) if each.rule is RULE]


def allowed(*actions: str, **elements: Any) -> Change:
    statement = {"Effect": "Allow", "Action": [*actions], "Resource": "*", **elements}
    document = {"Version": "2012-10-17", "Statement": statement}
    return of("Role", Policies=[{"PolicyName": "P", "PolicyDocument": document}])


def trusting(principal: dict[str, str]) -> Change:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return of("Role", AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("change", "action", "machine", "service"),
    [
        (both(), "secretsmanager:GetSecretValue", "S/Function", "secretsmanager"),
        (INSTANCE, "secretsmanager:GetSecretValue", "S/Instance", "secretsmanager"),
        (TASK, "secretsmanager:GetSecretValue", "S/Task", "secretsmanager"),
        (ROUTE, "secretsmanager:GetSecretValue", "S/Function", "secretsmanager"),
        (allowed("iam:ListUsers"), "iam:ListUsers", "S/Function", "iam"),
        (allowed("sqs:SendMessage"), "sqs:SendMessage", "S/Function", "sqs"),
        (allowed("s3:GetObject", "polly:Speak"), "polly:Speak", "S/Function", "polly"),
        (
            of("Endpoint", ServiceName="com.amazonaws.eu-west-1.secretsmanager", VpcId="vpc-1a2b"),
            "secretsmanager:GetSecretValue",
            "S/Function",
            "secretsmanager",
        ),
    ],
    ids=[
        "a function",
        "an instance",
        "a task",
        "a function has no public address",
        "a service without an endpoint",
        "another service",
        "a service that works as its caller",
        "the endpoint is in another VPC",
    ],
)
def test_a_service_without_a_way_is_named(
    tmp_path: Path, change: Change, action: str, machine: str, service: str
) -> None:
    [message] = unreachable(tmp_path, change)
    assert message == (
        f"S/Role may do {action}, and {machine}, which acts as it, cannot reach {service}: its "
        "subnets have no route out, and no endpoint leads there"
    )


@pytest.mark.parametrize(
    "change",
    [
        of("Function", VpcConfig=None),
        of("Function", VpcConfig={"SubnetIds": ["subnet-1a2b3c4d"]}),
        of("Subnet", VpcId="vpc-1a2b3c4d"),
        of("Routes", RouteTableId="rtb-1a2b3c4d"),
        of("Routes", SubnetId="subnet-1a2b3c4d"),
        adding("Out", "AWS::EC2::Route", RouteTableId=TABLE, NatGatewayId="nat-1a2b3c4d"),
        adding(
            "Out",
            "AWS::EC2::Route",
            RouteTableId={"Fn::ImportValue": "Table"},
            NatGatewayId="nat-1",
        ),
        both(
            INTERNET,
            adding("Out", "AWS::EC2::Route", **BY_INTERNET, DestinationIpv6CidrBlock="::/0"),
        ),
        both(INSTANCE, ROUTE),
        adding("Vpn", "AWS::EC2::VPNGatewayRoutePropagation", RouteTableIds=[TABLE]),
        of(
            "Endpoint",
            ServiceName="com.amazonaws.eu-west-1.secretsmanager",
            PrivateDnsEnabled=False,
        ),
        of("Endpoint", ServiceName="com.amazonaws.vpce.eu-west-1.vpce-svc-1a2b3c4d"),
        of("Endpoint", ServiceName={"Ref": "Service"}),
        adding("Inner", "AWS::CloudFormation::Stack", TemplateURL="https://example.com/t.json"),
        adding("Second", "AWS::Lambda::Function", Role=ROLE, Code={"ZipFile": "x"}),
        trusting({"AWS": "arn:aws:iam::111122223333:root"}),
        allowed("logs:PutLogEvents", "xray:PutTraceSegments", "ec2:CreateNetworkInterface"),
        allowed("kms:Decrypt", "rds-db:connect", "iam:PassRole", "elasticfilesystem:ClientMount"),
        allowed("sqs:ReceiveMessage", "dynamodb:GetRecords", "kinesis:GetRecords"),
        both(
            allowed("sqs:SendMessage"),
            of("Function", DeadLetterConfig={"TargetArn": "arn:aws:sqs:eu-west-1:1:q"}),
        ),
        allowed("*"),
        allowed("s3:*", Condition={"StringEquals": {"aws:CalledViaFirst": "athena.amazonaws.com"}}),
        of(
            "Role",
            Policies=None,
            ManagedPolicyArns=["arn:aws:iam::aws:policy/SecretsManagerReadWrite"],
        ),
    ],
    ids=[
        "no VPC",
        "a subnet made elsewhere",
        "a VPC made elsewhere",
        "a route table made elsewhere",
        "the table of the subnet is not known",
        "a NAT gateway",
        "a route of a table that is not known",
        "an address of IPv6 is public",
        "an instance in a public subnet",
        "routes of a VPN",
        "an endpoint without private DNS",
        "an endpoint of a service that is not AWS's",
        "an endpoint of a service that is not known",
        "a nested stack that is not read",
        "a second function outside",
        "people use the role as well",
        "what Lambda does itself",
        "what needs no call to the service",
        "what Lambda reads queues and streams with",
        "what Lambda delivers to a queue for failures",
        "everything",
        "what a service calls",
        "a managed policy",
    ],
)
def test_where_there_may_be_a_way_or_no_call_nothing_is_said(
    tmp_path: Path, change: Change
) -> None:
    assert unreachable(tmp_path, change) == []


@pytest.mark.parametrize(("table", "count"), [(TABLE, 0), ("rtb-5e6f7a8b", 1)])
def test_a_gateway_counts_for_the_route_tables_that_it_names(
    tmp_path: Path, table: Any, count: int
) -> None:
    gateway = of(
        "Endpoint",
        ServiceName="com.amazonaws.eu-west-1.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[table],
    )
    assert len(unreachable(tmp_path, both(gateway, allowed("s3:GetObject")))) == count
