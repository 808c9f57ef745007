"""The rule endpoint-refuses: machines whose only way refuses what the contract promises."""

import copy
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import ENVIRONMENT, write_assembly
from support.rule_examples import found_in, template_of
from support.template_changes import Change, adding, both, of

from whomay.engine import Contract, findings, read
from whomay.engine.rules.permissions.endpoint_refuses import RULE


def refused(folder: Path, change: Change) -> list[str]:
    """Return the findings in the rule's own bad example after a change of its resources."""
    template = copy.deepcopy(template_of(RULE.bad))
    change(template)
    return [each.message for each in found_in(folder, template) if each.rule is RULE]


def stating(**said: Any) -> Change:
    """Return a change of the contract's statement."""
    return lambda template: template["Metadata"]["whomay:statement"].update(said)


ROLE = {"Fn::GetAtt": ["Role", "Arn"]}
WITHOUT_FUNCTION = of("Function", Role="arn:aws:iam::111122223333:role/other")
INTERFACE = of("Endpoint", VpcEndpointType="Interface", RouteTableIds=None, PrivateDnsEnabled=True)
SUBNET = {"Ref": "Subnet"}
PROFILE = adding("Profile", "AWS::IAM::InstanceProfile", Roles=[{"Ref": "Role"}])
INSTANCE = both(
    PROFILE,
    adding(
        "Instance", "AWS::EC2::Instance", IamInstanceProfile={"Ref": "Profile"}, SubnetId=SUBNET
    ),
)
TASK = adding("Task", "AWS::ECS::TaskDefinition", TaskRoleArn=ROLE, NetworkMode="awsvpc")
IN_SUBNETS = {"AwsvpcConfiguration": {"Subnets": [SUBNET]}}
SERVICE = adding(
    "Service",
    "AWS::ECS::Service",
    TaskDefinition={"Ref": "Task"},
    NetworkConfiguration=IN_SUBNETS,
)


@pytest.mark.parametrize(
    ("change", "machine"),
    [
        (of("Role"), "S/Function"),
        (INTERFACE, "S/Function"),
        (both(WITHOUT_FUNCTION, INSTANCE), "S/Instance"),
        (both(WITHOUT_FUNCTION, TASK, SERVICE), "S/Task"),
        (stating(Actions=["s3:PutObject", "sqs:SendMessage"]), "S/Function"),
    ],
    ids=["a function", "an interface endpoint", "an instance", "a task", "beside another service"],
)
def test_a_machine_without_another_way_is_named_with_the_statement(
    tmp_path: Path, change: Change, machine: str
) -> None:
    [message] = refused(tmp_path, change)
    assert message == (
        "S/Role must be allowed s3:PutObject on arn:aws:s3:::reports/a.csv (app.py:12), and "
        f"{machine}, which acts as it, has no way there but this endpoint, which refuses: no "
        "endpoint statement allows it; nearest is statement 0 of S/Endpoint: it does not allow the "
        "action s3:PutObject"
    )


@pytest.mark.parametrize(("key", "found"), [("PrincipalOrgID", 0), ("PrincipalAccount", 1)])
def test_a_condition_on_an_organization_that_is_not_known_is_no_refusal(
    tmp_path: Path, key: str, found: int
) -> None:
    anything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    condition = {"StringEquals": {f"aws:{key}": "o-a1b2c3d4e5"}}
    document = {"Version": "2012-10-17", "Statement": {**anything, "Condition": condition}}
    assert len(refused(tmp_path, of("Endpoint", PolicyDocument=document))) == found


def test_a_promise_beside_the_app_counts_as_one_of_the_app(tmp_path: Path) -> None:
    template = copy.deepcopy(template_of(RULE.bad))
    del template["Metadata"]
    write_assembly(tmp_path, {"S": template}, ENVIRONMENT)
    assembly = read(tmp_path)
    contract = Contract.of(assembly)
    contract.must_not_allow("S/Role", "s3:DeleteObject", "arn:aws:s3:::reports/a.csv")
    assert [
        each for each in findings(assembly, contract.promised_beside()) if each.rule is RULE
    ] == []

    contract.must_allow("S/Role", "s3:PutObject", "arn:aws:s3:::reports/a.csv")
    found = findings(assembly, contract.promised_beside())
    assert [each.path for each in found if each.rule is RULE] == ["S/Endpoint"]


@pytest.mark.parametrize(
    "change",
    [
        of("Function", VpcConfig=None),
        of("Function", VpcConfig={"SubnetIds": ["subnet-1a2b3c4d"]}),
        of("Endpoint", RouteTableIds=["rtb-5e6f7a8b"]),
        both(INTERFACE, of("Endpoint", PrivateDnsEnabled=False)),
        both(INTERFACE, of("Endpoint", VpcId="vpc-5e6f7a8b")),
        of("Endpoint", PolicyDocument=None),
        of("Endpoint", ServiceName="com.amazonaws.eu-west-1.dynamodb"),
        adding("Second", "AWS::Lambda::Function", Role=ROLE, Code={"ZipFile": "x"}),
        TASK,
        adding("Build", "AWS::CodeBuild::Project", ServiceRole=ROLE),
        stating(Given={"aws:SourceVpce": ["vpce-1a2b3c4d"]}),
        stating(Statement="must_not_allow"),
        stating(Principal="S/Nobody"),
    ],
    ids=[
        "no VPC",
        "a subnet made elsewhere",
        "another route table",
        "no private DNS",
        "another VPC",
        "no policy",
        "another service",
        "a second function outside",
        "a task that nobody places",
        "another service that has the role",
        "a statement about another endpoint",
        "a denial",
        "nobody of that name",
    ],
)
def test_where_there_may_be_another_way_nothing_is_said(tmp_path: Path, change: Change) -> None:
    assert refused(tmp_path, change) == []


def test_a_queue_of_another_region_is_not_reached_this_way(tmp_path: Path) -> None:
    queue = "arn:aws:sqs:{}:111122223333:q"
    allowing = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    other = {**allowing, "Action": "sqs:ReceiveMessage", "Principal": "*"}
    document = {"Version": "2012-10-17", "Statement": [other]}
    policies = [
        {"PolicyName": "P", "PolicyDocument": {"Version": "2012-10-17", "Statement": allowing}}
    ]
    carrying = of("Endpoint", ServiceName="com.amazonaws.eu-west-1.sqs", PolicyDocument=document)
    for region, count in (("eu-west-1", 1), ("us-east-1", 0)):
        stated = stating(Actions=["sqs:SendMessage"], Resources=[queue.format(region)])
        found = refused(
            tmp_path / region, both(INTERFACE, carrying, stated, of("Role", Policies=policies))
        )
        assert len(found) == count
