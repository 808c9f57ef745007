"""EC2's CloudFormation types: created, updated, deleted through CloudFormation's own API."""

import json
from typing import Any

import pytest
from support.aws import document, resource, root, stack, trust

from whomay.lab.state import Lab

EC2_TRUST = json.loads(trust({"Service": "ec2.amazonaws.com"}))


NETWORK = {
    "Vpc": resource("EC2::VPC", CidrBlock="10.0.0.0/24"),
    "Subnet": resource("EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/25"),
    "Own": resource("EC2::SecurityGroup", GroupDescription="own", VpcId={"Ref": "Vpc"}),
    "Other": resource("EC2::SecurityGroup", GroupDescription="other", VpcId={"Ref": "Vpc"}),
}


def test_an_instance_keeps_its_place_until_its_image_changes(lab: Lab) -> None:
    ec2 = root(lab).client("ec2")
    roles = {
        name: resource("IAM::Role", AssumeRolePolicyDocument=EC2_TRUST) for name in ("One", "Two")
    }
    profiles = {
        f"{name}Profile": resource("IAM::InstanceProfile", Roles=[{"Ref": name}]) for name in roles
    }
    with stack(root(lab), "instance") as one:

        def deploy(**properties: Any) -> dict[str, str]:
            return one.deploy(
                **NETWORK,
                **roles,
                **profiles,
                Machine=resource("EC2::Instance", SubnetId={"Ref": "Subnet"}, **properties),
            )

        def machine(name: str) -> Any:
            return ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]

        def user_data(name: str) -> Any:
            return ec2.describe_instance_attribute(InstanceId=name, Attribute="userData")[
                "UserData"
            ]

        first = deploy(
            ImageId="ami-00000000000000001",
            InstanceType="t3.micro",
            UserData="ZWNobyBvbmU=",
            IamInstanceProfile={"Ref": "OneProfile"},
            SecurityGroupIds=[{"Ref": "Own"}],
            Tags=[{"Key": "Name", "Value": "one"}],
        )
        found = machine(first["Machine"])
        assert found["InstanceType"] == "t3.micro"
        assert found["IamInstanceProfile"]["Arn"].endswith(first["OneProfile"])
        assert [group["GroupId"] for group in found["SecurityGroups"]] == [first["Own"]]
        assert {"Key": "Name", "Value": "one"} in found["Tags"]
        assert user_data(first["Machine"]) == {"Value": "ZWNobyBvbmU="}

        second = deploy(
            ImageId="ami-00000000000000001",
            InstanceType="t3.small",
            UserData="ZWNobyB0d28=",
            IamInstanceProfile={"Ref": "TwoProfile"},
            SecurityGroupIds=[{"Ref": "Other"}],
            Tags=[{"Key": "Name", "Value": "two"}],
        )
        assert second["Machine"] == first["Machine"]
        found = machine(second["Machine"])
        assert found["InstanceType"] == "t3.small"
        assert found["IamInstanceProfile"]["Arn"].endswith(first["TwoProfile"])
        assert [group["GroupId"] for group in found["SecurityGroups"]] == [first["Other"]]
        assert {"Key": "Name", "Value": "two"} in found["Tags"]
        assert user_data(second["Machine"]) == {"Value": "ZWNobyB0d28="}

        third = deploy(ImageId="ami-00000000000000002")
        assert third["Machine"] != first["Machine"]
        assert machine(first["Machine"])["State"]["Name"] == "terminated"
        assert machine(third["Machine"])["State"]["Name"] == "running"
    assert machine(third["Machine"])["State"]["Name"] == "terminated"


def test_an_instance_takes_from_a_launch_template_what_it_does_not_say_itself(lab: Lab) -> None:
    ec2 = root(lab).client("ec2")
    with stack(root(lab), "template") as one:
        made = one.deploy(
            Template=resource(
                "EC2::LaunchTemplate",
                LaunchTemplateData={"InstanceType": "t3.large", "ImageId": "ami-00000000000000003"},
            ),
            Machine=resource(
                "EC2::Instance",
                InstanceType="t3.micro",
                LaunchTemplate={
                    "LaunchTemplateId": {"Ref": "Template"},
                    "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]},
                },
            ),
        )
        found = ec2.describe_instances(InstanceIds=[made["Machine"]])["Reservations"][0][
            "Instances"
        ]
        assert (found[0]["InstanceType"], found[0]["ImageId"]) == (
            "t3.micro",
            "ami-00000000000000003",
        )


@pytest.mark.parametrize(
    ("direction", "other", "list_name"),
    [
        ("Ingress", "SourceSecurityGroupId", "IpPermissions"),
        ("Egress", "DestinationSecurityGroupId", "IpPermissionsEgress"),
    ],
)
def test_a_security_group_rule_names_another_group(
    lab: Lab, direction: str, other: str, list_name: str
) -> None:
    ec2 = root(lab).client("ec2")
    with stack(root(lab), f"rule-{direction}") as one:

        def rules(**more: Any) -> Any:
            made = one.deploy(**NETWORK, **more)
            group = ec2.describe_security_groups(GroupIds=[made["Own"]])["SecurityGroups"][0]
            pairs = [
                (rule.get("FromPort"), [pair["GroupId"] for pair in rule["UserIdGroupPairs"]])
                for rule in group[list_name]
                if rule["UserIdGroupPairs"]
            ]
            return pairs, made["Other"]

        for port in (443, 8443):
            found, group = rules(
                Rule=resource(
                    f"EC2::SecurityGroup{direction}",
                    GroupId={"Ref": "Own"},
                    IpProtocol="tcp",
                    FromPort=port,
                    ToPort=port,
                    **{other: {"Ref": "Other"}},
                )
            )
            assert found == [(port, [group])]
        assert rules()[0] == []


def test_an_interface_endpoint_deploys_with_policy_and_groups(lab: Lab) -> None:
    ec2 = root(lab).client("ec2")
    with stack(root(lab), "endpoint") as one:
        made = one.deploy(
            **NETWORK,
            Rule=resource(
                "EC2::SecurityGroupIngress",
                GroupId={"Ref": "Own"},
                IpProtocol="tcp",
                FromPort=443,
                ToPort=443,
                CidrIp={"Fn::GetAtt": ["Vpc", "CidrBlock"]},
            ),
            Sts=resource(
                "EC2::VPCEndpoint",
                VpcId={"Ref": "Vpc"},
                ServiceName="com.amazonaws.us-east-1.sts",
                VpcEndpointType="Interface",
                SubnetIds=[{"Ref": "Subnet"}],
                SecurityGroupIds=[{"Ref": "Own"}],
                PolicyDocument=document("sts:AssumeRole"),
                PrivateDnsEnabled=True,
            ),
        )
        group = ec2.describe_security_groups(GroupIds=[made["Own"]])["SecurityGroups"][0]
        assert group["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "10.0.0.0/24"}]
        found = ec2.describe_vpc_endpoints(VpcEndpointIds=[made["Sts"]])["VpcEndpoints"][0]
        assert found["VpcEndpointType"] == "Interface"
        assert found["SubnetIds"] == [made["Subnet"]]


def test_a_flow_log_goes_to_a_bucket(lab: Lab) -> None:
    ec2 = root(lab).client("ec2")
    with stack(root(lab), "flow") as one:

        def deploy(traffic: str) -> tuple[str, Any]:
            made = one.deploy(
                **NETWORK,
                Log=resource(
                    "EC2::FlowLog",
                    ResourceId={"Ref": "Vpc"},
                    ResourceType="VPC",
                    TrafficType=traffic,
                    LogDestinationType="s3",
                    LogDestination="arn:aws:s3:::logs/flow",
                ),
            )
            found = ec2.describe_flow_logs(FlowLogIds=[made["Log"]])["FlowLogs"]
            return made["Log"], [(log["TrafficType"], log["LogDestination"]) for log in found]

        first, found = deploy("ALL")
        assert found == [("ALL", "arn:aws:s3:::logs/flow")]
        second, found = deploy("REJECT")
        assert found == [("REJECT", "arn:aws:s3:::logs/flow")]
        assert ec2.describe_flow_logs(FlowLogIds=[first])["FlowLogs"] == []
    assert ec2.describe_flow_logs(FlowLogIds=[second])["FlowLogs"] == []


def test_images_of_amazon_linux_are_found_for_every_kernel_and_processor(lab: Lab) -> None:
    base = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel"
    names = [
        f"{base}-{kernel}-{processor}"
        for kernel in ("6.1", "6.12", "default")
        for processor in ("arm64", "x86_64")
    ]
    found = root(lab).client("ssm").get_parameters(Names=names)
    assert sorted(one["Name"] for one in found["Parameters"]) == names
