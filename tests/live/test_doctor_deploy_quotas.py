"""What an account has room for, and takes: types of instances, endpoints, networks, policies."""

from pathlib import Path

import pytest
from support.aws import (
    Caller,
    document,
    statement,
)
from support.deploying import HERE, NETWORK, OTHER, app, findings, long_trust, made, typed
from support.faulty_proxy import always, json_error, proxy

from whomay.lab.state import Lab
from whomay.live.deploying.asking import DeployFinding


@pytest.mark.parametrize(
    ("zone", "kind", "found"),
    [
        ("", "t3.micro", []),
        ("us-east-1b", "t3.micro", []),
        ("dummy1a", "t3.micro", []),
        (
            "us-east-1c",
            "t3.micro",
            ["t3.micro is not offered in us-east-1c", 'availability_zone="us-east-1a"'],
        ),
        (
            "",
            "t9.micro",
            [
                "t9.micro is not offered in us-east-1a, the first zone of us-east-1",
                "instance_type=…",
            ],
        ),
    ],
)
def test_the_zone_of_an_instance_must_offer_its_type(
    admin: Caller, tmp_path: Path, zone: str, kind: str, found: list[str]
) -> None:
    where = {"AvailabilityZone": zone} if zone else {}
    resources = {
        "Subnet": made("EC2::Subnet", VpcId="vpc-1", CidrBlock="10.0.0.0/28", **where),
        "One": made("EC2::Instance", InstanceType=kind, SubnetId={"Ref": "Subnet"}),
    }
    told = [
        text
        for one in findings(admin, app(tmp_path, HERE, resources))
        for text in (one.what, one.command.partition("   #")[0])
    ]
    assert told == found


def test_an_endpoint_leads_to_a_service_by_the_name_that_its_region_has(
    admin: Caller, tmp_path: Path
) -> None:
    names = ["com.amazonaws.us-east-1.sts", "cn.com.amazonaws.us-east-1.sts"]
    resources = {
        f"E{n}": made(
            "EC2::VPCEndpoint", VpcId="vpc-1", ServiceName=name, VpcEndpointType="Interface"
        )
        for n, name in enumerate((*names, "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789"))
    }
    assert findings(admin, app(tmp_path, HERE, resources)) == [
        DeployFinding(
            f"us-east-1 has no endpoint service {names[1]}, which S/E1 leads to",
            'env=Environment(region="us-east-1")   # of its stack, for the names of the Region',
        )
    ]


def raising(code: str, wanted: int, service: str = "vpc") -> str:
    return (
        f"aws service-quotas request-service-quota-increase --service-code {service} "
        f"--quota-code {code} --desired-value {wanted} --region us-east-1"
    )


def test_vpcs_and_endpoints_need_room_in_their_quotas(other: Caller, tmp_path: Path) -> None:
    ec2 = other.client("ec2")
    there = len(ec2.describe_vpcs()["Vpcs"])
    networks = [ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"] for _ in range(5 - there)]

    def endpoint(kind: str, name: str) -> str:
        service = f"com.amazonaws.us-east-1.{name}"
        answer = ec2.create_vpc_endpoint(
            VpcId=networks[0], ServiceName=service, VpcEndpointType=kind
        )
        made: str = answer["VpcEndpoint"]["VpcEndpointId"]
        return made

    endpoints = [endpoint("Gateway", "s3") for _ in range(20)]
    endpoints += [endpoint("Interface", "sts") for _ in range(50)]
    service = "com.amazonaws.us-east-1.s3"
    out = app(
        tmp_path,
        OTHER,
        {
            "Vpc": made("EC2::VPC", CidrBlock="10.0.0.0/24"),
            "New": made("EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}, ServiceName=service),
            "Old": made(
                "EC2::VPCEndpoint",
                VpcId=networks[0],
                ServiceName=service.replace("s3", "ssm"),
                VpcEndpointType="Interface",
            ),
        },
    )
    found = findings(other, out)
    assert found == [
        DeployFinding(
            "us-east-1 has 5 VPCs, 1 more are planned, and 5 are allowed",
            raising("L-F678F1CE", 6),
        ),
        DeployFinding(
            "us-east-1 has 20 gateway endpoints, 1 more are planned, and 20 are allowed",
            raising("L-1B52E74A", 21),
        ),
        DeployFinding(
            f"the VPC {networks[0]} in us-east-1 has 50 interface endpoints, 1 more are planned, "
            "and 50 are allowed",
            raising("L-29B6F2EB", 51),
        ),
    ]
    for one in found:
        typed(other, one.command)
    assert findings(other, out) == []
    ec2.delete_vpc_endpoints(VpcEndpointIds=endpoints)
    for each in networks:
        ec2.delete_vpc(VpcId=each)


def test_a_trust_policy_is_measured_against_the_account_s_own_quota(
    other: Caller, tmp_path: Path
) -> None:
    def role(length: int) -> Path:
        resources = {"Role": made("IAM::Role", AssumeRolePolicyDocument=long_trust(length))}
        return app(tmp_path, OTHER, resources)

    quota = other.client("service-quotas").get_service_quota(
        ServiceCode="iam", QuotaCode="L-C07B4B0D"
    )
    most = int(quota["Quota"]["Value"])
    assert findings(other, role(most)) == []
    [found] = findings(other, role(most + 1))
    assert found == DeployFinding(
        f"AssumeRolePolicyDocument of Role in S: {most + 1} characters, and {most} are allowed",
        raising("L-C07B4B0D", most + 1, "iam"),
    )
    typed(other, found.command)
    assert findings(other, role(most + 1)) == []


def test_a_policy_that_only_a_deployment_makes_too_long_is_not_known(
    admin: Caller, tmp_path: Path
) -> None:
    arns = [{"Fn::GetAtt": ["Bucket", "Arn"]} for _ in range(120)]
    statements = [statement("s3:*", arns)]
    written = {"PolicyName": "own", "PolicyDocument": {"Statement": statements}}
    resources = {
        "Bucket": made("S3::Bucket"),
        "User": made("IAM::User"),
        "Role": made("IAM::Role", AssumeRolePolicyDocument=long_trust(300), Policies=[written]),
        "Of": made("IAM::UserPolicy", UserName={"Ref": "User"}, **written),
    }
    found = findings(admin, app(tmp_path, HERE, resources))
    role, user = sorted(found, key=lambda one: one.what)
    shorter = "name fewer resources or principals, or split it over a managed policy"
    assert (role.unknown, role.command) == (True, shorter)
    assert role.what.startswith("inline policies of the role Role in S: about 11")
    assert user.what.startswith("inline policies of the user User in S: about 11")
    assert user.what.endswith(" characters once deployed, 2048 are allowed")


def test_who_has_too_many_managed_policies_is_told(other: Caller, tmp_path: Path) -> None:
    names = [f"arn:aws:iam::aws:policy/P{n}" for n in range(8)]
    managed = {
        f"M{n}": made(
            "IAM::ManagedPolicy", PolicyDocument=document("s3:*"), Users=[{"Ref": "User"}]
        )
        for n in range(3)
    }
    group = {"Group": made("IAM::Group", ManagedPolicyArns=[f"{each}x" for each in names * 2])}
    resources = {"User": made("IAM::User", ManagedPolicyArns=names), **managed}
    [found] = findings(other, app(tmp_path, OTHER, {**resources, **group}))
    assert found == DeployFinding(
        "the user User in S has 11 managed policies, and 10 are allowed",
        raising("L-4019AD8B", 11, "iam"),
    )
    typed(other, found.command)
    assert findings(other, app(tmp_path, OTHER, resources)) == []


def test_a_queue_s_policy_has_no_more_than_twenty_statements(admin: Caller, tmp_path: Path) -> None:
    to_all = {**statement("sqs:SendMessage", "*"), "Principal": "*"}
    written = {"Version": "2012-10-17", "Statement": [to_all] * 21}
    resources = {"P": made("SQS::QueuePolicy", Queues=["q"], PolicyDocument=written)}
    assert findings(admin, app(tmp_path, HERE, resources)) == [
        DeployFinding("P in S: 21 statements, and 20 are allowed", "write fewer")
    ]


def test_a_quota_that_is_nobody_s_own_is_what_every_account_has(
    lab: Lab, other: Caller, tmp_path: Path
) -> None:
    none = json_error(400, "NoSuchResourceException")
    with proxy(lab.plain, {"GetServiceQuota": always(none)}) as before:
        assert findings(other, app(tmp_path, OTHER, NETWORK), address=before.address) == []
    assert "GetAWSDefaultServiceQuota" in before.asked
