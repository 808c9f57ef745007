"""The instance: private, metadata version 2, its network, its first start."""

import re
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Annotations, Match, Template
from support.reading import only

from whomay.cdk import (
    BucketAccess,
    Ec2RoleProject,
    InstanceRole,
    PrivateBucket,
    PrivateInstance,
    SecretAccess,
    SessionManagerAccess,
    UserAssumeRoleProject,
)


class OwnAccess:
    """An access as a team writes it."""

    def __init__(self, *actions: str) -> None:
        self.actions = actions

    wildcard_reason = (
        "The tests look at the endpoints alone, so which resources are named is of no interest"
    )

    def statements(self) -> list[iam.PolicyStatement]:
        return [iam.PolicyStatement(actions=[*self.actions], resources=["*"])]


class NamingAccess(OwnAccess):
    """One that names the endpoints that it needs."""

    def __init__(self, services: tuple[str, ...], *actions: str) -> None:
        super().__init__(*actions)
        self.services = services


def instance(template: Template) -> dict[str, Any]:
    return only(template, "AWS::EC2::Instance")


def test_the_instance_is_private_encrypted_and_answers_metadata_version_two_alone(
    ec2_role: Template,
) -> None:
    found = instance(ec2_role)
    assert found["MetadataOptions"] == {"HttpPutResponseHopLimit": 1, "HttpTokens": "required"}
    assert found["BlockDeviceMappings"] == [
        {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 8}}
    ]
    assert not {"KeyName", "NetworkInterfaces"} & set(found)
    [subnet] = ec2_role.find_resources("AWS::EC2::Subnet").values()
    assert subnet["Properties"]["MapPublicIpOnLaunch"] is False


def test_nothing_leads_to_or_from_the_internet(ec2_role: Template) -> None:
    for kind in ("InternetGateway", "NatGateway", "EIP", "Route"):
        ec2_role.resource_count_is(f"AWS::EC2::{kind}", 0)


def test_the_only_inbound_rule_is_the_endpoints_port_443_from_the_instance(
    ec2_role: Template,
) -> None:
    groups = ec2_role.find_resources("AWS::EC2::SecurityGroup")
    assert not [g for g in groups.values() if "SecurityGroupIngress" in g["Properties"]]
    rule = only(ec2_role, "AWS::EC2::SecurityGroupIngress")
    client, endpoints = (
        "ProjectInstanceNetworkClientF2D46475",
        "ProjectInstanceNetworkEndpoints205C8E13",
    )
    assert {k: v for k, v in rule.items() if k != "Description"} == {
        "FromPort": 443,
        "ToPort": 443,
        "IpProtocol": "tcp",
        "GroupId": {"Fn::GetAtt": [endpoints, "GroupId"]},
        "SourceSecurityGroupId": {"Fn::GetAtt": [client, "GroupId"]},
    }
    assert instance(ec2_role)["SecurityGroupIds"] == [{"Fn::GetAtt": [client, "GroupId"]}]


def services(template: Template) -> dict[str, str]:
    return {
        str(found["Properties"]["ServiceName"]["Fn::Join"][1][-1]): found["Properties"][
            "VpcEndpointType"
        ]
        for found in template.find_resources("AWS::EC2::VPCEndpoint").values()
    }


def test_project_one_reaches_session_manager_sts_and_s3(ec2_role: Template) -> None:
    assert services(ec2_role) == {
        ".ssm": "Interface",
        ".ssmmessages": "Interface",
        ".sts": "Interface",
        ".s3": "Gateway",
    }


def test_project_two_reaches_secrets_manager_as_well(user_assume_role: Template) -> None:
    assert services(user_assume_role) == services(user_assume_role) | {
        ".secretsmanager": "Interface"
    }
    assert len(services(user_assume_role)) == 5


def policies(template: Template) -> dict[str, list[dict[str, Any]]]:
    """Return the statements of each interface endpoint, without whom they are for: everyone."""
    found = {}
    for endpoint in template.find_resources("AWS::EC2::VPCEndpoint").values():
        properties = endpoint["Properties"]
        name = str(properties["ServiceName"]["Fn::Join"][1][-1])
        found[name] = [dict(each) for each in properties["PolicyDocument"]["Statement"]]
        assert [each.pop("Principal") for each in found[name]] == [{"AWS": "*"}] * len(found[name])
    return found


def test_interface_endpoints_admit_what_the_principals_may_and_nothing_else(
    user_assume_role: Template,
) -> None:
    found = policies(user_assume_role)
    assert found[".ssm"] == [
        {"Effect": "Allow", "Action": "ssm:UpdateInstanceInformation", "Resource": "*"}
    ]
    role = {"Fn::GetAtt": [next(iter(user_assume_role.find_resources("AWS::IAM::Role"))), "Arn"]}
    assert found[".sts"] == [
        {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"},
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role},
    ]
    [secret] = found[".secretsmanager"]
    assert secret["Action"] == "secretsmanager:GetSecretValue"


def test_the_network_follows_the_access_and_a_team_s_own_too(stack: Stack) -> None:
    secret = secretsmanager.Secret(stack, "Secret", encryption_key=kms.Key(stack, "Key"))
    own = OwnAccess("sqs:SendMessage", "sns:Publish", "dynamodb:PutItem", "dynamodb:GetRecords")
    Ec2RoleProject(stack, "Project", access=[SecretAccess.read(secret), own])
    template = Template.from_stack(stack)
    assert services(template) == {
        ".ssm": "Interface",
        ".ssmmessages": "Interface",
        ".sts": "Interface",
        ".secretsmanager": "Interface",
        ".sqs": "Interface",
        ".sns": "Interface",
        ".dynamodb-streams": "Interface",
        ".dynamodb": "Gateway",
        ".s3": "Gateway",
    }
    actions = {name: [each["Action"] for each in some] for name, some in policies(template).items()}
    assert actions[".sqs"] == ["sqs:SendMessage"]
    assert actions[".dynamodb"] == ["dynamodb:PutItem"]
    assert actions[".dynamodb-streams"] == ["dynamodb:GetRecords"]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("iam:ListUsers", "access: got 'iam:ListUsers'; allowed is actions of services that"),
        ("route53:ListHostedZones", "route53 has no endpoint that is known here"),
        ("cassandra:Select", "cassandra has no endpoint"),
    ],
)
def test_what_the_network_cannot_carry_is_refused_with_the_service_s_name(
    stack: Stack, action: str, message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Ec2RoleProject(stack, "Project", access=[SessionManagerAccess(), OwnAccess(action)])


@pytest.mark.parametrize(
    ("action", "named", "reached"),
    [
        ("scheduler:GetSchedule", ("scheduler",), ".scheduler"),
        ("bedrock:InvokeModel", ("bedrock-runtime",), ".bedrock-runtime"),
        ("iam:ListUsers", (), None),
    ],
)
def test_an_access_may_name_its_endpoints_itself(
    stack: Stack, action: str, named: tuple[str, ...], reached: str | None
) -> None:
    Ec2RoleProject(stack, "Project", access=[NamingAccess(named, action)])
    found = policies(Template.from_stack(stack))
    basic = {".ssm", ".ssmmessages", ".sts", ".s3"}
    assert set(found) - basic == ({reached} if reached else set())
    if reached:
        assert [each["Action"] for each in found[reached]] == [action]


def test_an_endpoint_that_takes_no_policy_gets_none_and_the_synth_says_so(stack: Stack) -> None:
    Ec2RoleProject(stack, "Project", access=[OwnAccess("inspector2:ListFindings")])
    endpoints = Template.from_stack(stack).find_resources("AWS::EC2::VPCEndpoint").values()
    [found] = [each["Properties"] for each in endpoints if "inspector2" in str(each)]
    assert "PolicyDocument" not in found
    told = Annotations.from_stack(stack).find_info("*", Match.any_value())
    said = "AWS takes no policy for the endpoint of inspector2: it admits everything"
    assert any(said in str(each.entry.data) for each in told)


def test_interface_endpoints_have_private_names(ec2_role: Template) -> None:
    for found in ec2_role.find_resources("AWS::EC2::VPCEndpoint").values():
        if found["Properties"]["VpcEndpointType"] == "Interface":
            assert found["Properties"]["PrivateDnsEnabled"] is True


def test_the_s3_endpoint_admits_the_projects_bucket_and_the_package_repositories(
    ec2_role: Template,
) -> None:
    endpoint = only(ec2_role, "AWS::EC2::VPCEndpoint", VpcEndpointType="Gateway")
    everyone = {"Effect": "Allow", "Principal": {"AWS": "*"}}
    bucket = {"Fn::GetAtt": ["SharedDACC02AA", "Arn"]}
    repositories = ["arn:", {"Ref": "AWS::Partition"}, ":s3:::al2023-repos-"]
    assert endpoint["PolicyDocument"]["Statement"] == [
        {
            **everyone,
            "Action": ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
            "Resource": {"Fn::Join": ["", [bucket, "/*"]]},
        },
        {**everyone, "Action": "s3:ListBucket", "Resource": bucket},
        {
            **everyone,
            "Action": "s3:GetObject",
            "Resource": {"Fn::Join": ["", [*repositories, {"Ref": "AWS::Region"}, "-de612dc2/*"]]},
        },
    ]


def test_flow_logs_go_to_the_log_bucket(ec2_role: Template) -> None:
    log = only(ec2_role, "AWS::EC2::FlowLog")
    assert log["LogDestination"] == {
        "Fn::Join": ["", [{"Fn::GetAtt": ["Logs6819BB44", "Arn"]}, "/flow/"]]
    }
    assert log["TrafficType"] == "ALL"


def test_the_instance_starts_after_its_network(ec2_role: Template) -> None:
    [found] = ec2_role.find_resources("AWS::EC2::Instance").values()
    endpoints = set(ec2_role.find_resources("AWS::EC2::VPCEndpoint"))
    assert endpoints <= set(found["DependsOn"])


def test_the_first_start_makes_the_sessions_user_and_installs_the_cli(ec2_role: Template) -> None:
    text = ec2_role_user_data(ec2_role)
    assert text == (
        "#!/bin/bash\n"
        "set -eu\n"
        "id ssm-user >/dev/null 2>&1 || useradd --create-home ssm-user\n"
        "install -d -m 0700 -o ssm-user -g ssm-user /home/ssm-user/.aws\n"
        "umask 077\n"
        "cat > /home/ssm-user/.aws/config <<'END-OF-CONFIG'\n"
        "[default]\n"
        "region = <AWS::Region>\n"
        "END-OF-CONFIG\n"
        "chown ssm-user:ssm-user /home/ssm-user/.aws/config\n"
        "umask 022\n"
        "dnf install -y unzip awscli-2"
    )


def ec2_role_user_data(template: Template) -> str:
    parts = instance(template)["UserData"]["Fn::Base64"]["Fn::Join"][1]
    return "".join(
        part if isinstance(part, str) else f"<{next(iter(part.values()))}>" for part in parts
    )


def test_a_given_network_is_used_as_it_is(stack: Stack) -> None:
    vpc = ec2.Vpc(
        stack,
        "Own",
        max_azs=1,
        restrict_default_security_group=False,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="I", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        ],
    )
    access = [BucketAccess.read(PrivateBucket(stack, "Shared"))]
    Ec2RoleProject(stack, "Project", access=access, vpc=vpc)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::EC2::VPC", 1)
    template.resource_count_is("AWS::EC2::VPCEndpoint", 0)


def test_an_image_can_be_pinned(stack: Stack) -> None:
    image = ec2.MachineImage.generic_linux({"eu-west-1": "ami-0123456789abcdef0"})
    access = [BucketAccess.read(PrivateBucket(stack, "Shared"))]
    Ec2RoleProject(stack, "Project", access=access, machine_image=image)
    assert "ami-0123456789abcdef0" in str(Template.from_stack(stack).to_json()["Mappings"])


@pytest.mark.parametrize("protected", [True, False])
def test_termination_protection_is_there_when_asked_for(stack: Stack, *, protected: bool) -> None:
    access = [BucketAccess.read(PrivateBucket(stack, "Shared"))]
    Ec2RoleProject(stack, "Project", access=access, termination_protection=protected)
    assert instance(Template.from_stack(stack))["DisableApiTermination"] is protected


def test_without_a_key_the_instance_has_no_profiles_and_no_way_to_secrets(stack: Stack) -> None:
    access = [BucketAccess.write(PrivateBucket(stack, "Shared"), prefix="incoming/")]
    UserAssumeRoleProject(stack, "Project", access=access)
    template = Template.from_stack(stack)
    assert "credential_process" not in str(instance(template)["UserData"])
    assert ".secretsmanager" not in services(template)


@pytest.mark.parametrize(
    ("argument", "value"),
    [("machine_image", "ami-0123456789abcdef0"), ("access", ["s3:*"]), ("access", None)],
)
def test_an_argument_of_a_wrong_kind_is_named(stack: Stack, argument: str, value: Any) -> None:
    role = InstanceRole(stack, "Role", access=[BucketAccess.read(PrivateBucket(stack, "Shared"))])
    with pytest.raises(ValueError, match=f"^{argument}: got "):
        PrivateInstance(stack, "I", role=role, cli_config="[default]\n", **{argument: value})


def test_another_type_and_zone_may_be_named_where_the_first_zone_lacks_the_type(
    stack: Stack,
) -> None:
    """us-east-1e offers no t3; a t4g has another processor, and so another image."""
    shared = PrivateBucket(stack, "Shared")
    Ec2RoleProject(
        stack,
        "Project",
        access=[BucketAccess.read(shared)],
        availability_zone="us-east-1b",
        instance_type="t4g.micro",
    )
    template = Template.from_stack(stack)
    assert instance(template)["InstanceType"] == "t4g.micro"
    assert only(template, "AWS::EC2::Subnet")["AvailabilityZone"] == "us-east-1b"
    images = [each["Default"] for each in template.find_parameters("*").values()]
    assert "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64" in images


@pytest.mark.parametrize(
    "given", [{"instance_type": "micro"}, {"availability_zone": "b"}, {"availability_zone": ""}]
)
def test_what_is_no_type_and_no_zone_is_refused(stack: Stack, given: dict[str, str]) -> None:
    shared = PrivateBucket(stack, "Shared")
    with pytest.raises(ValueError, match=f"{next(iter(given))}: got"):
        Ec2RoleProject(stack, "Project", access=[BucketAccess.read(shared)], **given)  # type: ignore[arg-type] # texts alone are given
