"""Each CloudFormation type of the lab: created, updated, deleted through CloudFormation's own API."""

import json
from typing import Any

import pytest
from aws import make_role, refusal, root, stack, statement, trust

from whomay.lab.state import Lab

EC2_TRUST = json.loads(trust({"Service": "ec2.amazonaws.com"}))
ASSUME = json.loads(trust({"AWS": "111111111111"}))


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def document(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement(action, "*")]}


def inline(name: str, action: str) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": document(action)}


def test_a_group_takes_on_its_policies(lab: Lab) -> None:
    iam = root(lab).client("iam")
    managed = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    with stack(root(lab), "group") as one:
        name = one.deploy(
            Group=resource(
                "IAM::Group", Policies=[inline("a", "s3:GetObject")], ManagedPolicyArns=[managed]
            )
        )["Group"]
        assert name.startswith("group-Group-")
        assert iam.list_group_policies(GroupName=name)["PolicyNames"] == ["a"]
        attached = iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"]
        assert [one["PolicyArn"] for one in attached] == [managed]

        updated = one.deploy(Group=resource("IAM::Group", Policies=[inline("b", "s3:PutObject")]))
        assert updated == {"Group": name}
        assert iam.list_group_policies(GroupName=name)["PolicyNames"] == ["b"]
        assert iam.get_group_policy(GroupName=name, PolicyName="b")["PolicyDocument"] == document(
            "s3:PutObject"
        )
        assert iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"] == []
    assert refusal(iam.get_group, GroupName=name)[0] == "NoSuchEntity"


def test_users_enter_and_leave_groups(lab: Lab) -> None:
    iam = root(lab).client("iam")

    def groups(user: str) -> list[str]:
        return [one["GroupName"] for one in iam.list_groups_for_user(UserName=user)["Groups"]]

    fixed = {
        "A": resource("IAM::Group", GroupName="team-a"),
        "B": resource("IAM::Group", GroupName="team-b"),
        "Anna": resource("IAM::User", UserName="anna"),
    }
    with stack(root(lab), "membership") as one:

        def deploy(own: str, users: list[str], group: str) -> None:
            one.deploy(
                **fixed,
                Carl=resource("IAM::User", UserName="carl", Groups=[{"Ref": own}]),
                More={
                    **resource("IAM::UserToGroupAddition", GroupName={"Ref": group}, Users=users),
                    "DependsOn": ["Anna", "Carl"],
                },
            )

        deploy("A", ["anna", "carl"], "B")
        assert (groups("anna"), sorted(groups("carl"))) == (["team-b"], ["team-a", "team-b"])
        deploy("A", ["anna"], "B")
        assert (groups("anna"), groups("carl")) == (["team-b"], ["team-a"])
        deploy("B", ["anna"], "A")
        assert (groups("anna"), groups("carl")) == (["team-a"], ["team-b"])


def test_a_key_is_replaced_with_its_secret_when_the_serial_rises(lab: Lab) -> None:
    iam, secrets = root(lab).client("iam"), root(lab).client("secretsmanager")

    def keys() -> dict[str, str]:
        listed = iam.list_access_keys(UserName="rotated")["AccessKeyMetadata"]
        return {one["AccessKeyId"]: one["Status"] for one in listed}

    with stack(root(lab), "key") as one:

        def deploy(serial: int, status: str = "Active") -> dict[str, str]:
            return one.deploy(
                User=resource("IAM::User", UserName="rotated"),
                Key=resource(
                    "IAM::AccessKey", UserName={"Ref": "User"}, Serial=serial, Status=status
                ),
                Secret=resource(
                    "SecretsManager::Secret",
                    SecretString={"Fn::Sub": "${Key}/${Key.SecretAccessKey}"},
                ),
            )

        first = deploy(1)
        assert keys() == {first["Key"]: "Active"}
        assert first["Secret"].startswith("arn:aws:secretsmanager:us-east-1:111111111111:secret:")
        kept = secrets.get_secret_value(SecretId=first["Secret"])["SecretString"]
        assert kept.split("/", 1)[0] == first["Key"]

        second = deploy(2)
        assert second["Secret"] == first["Secret"]
        assert keys() == {second["Key"]: "Active"}
        assert second["Key"] != first["Key"]
        renewed = secrets.get_secret_value(SecretId=first["Secret"])["SecretString"]
        assert renewed.split("/", 1)[0] == second["Key"]
        assert renewed.split("/", 1)[1] != kept.split("/", 1)[1]

        assert deploy(2, "Inactive") == second
        assert keys() == {second["Key"]: "Inactive"}
    assert refusal(secrets.get_secret_value, SecretId=first["Secret"])[0]


def test_a_role_keeps_its_permissions_boundary(lab: Lab) -> None:
    iam = root(lab).client("iam")
    with stack(root(lab), "boundary") as one:

        def boundary(**properties: Any) -> Any:
            name = one.deploy(
                Cap=resource("IAM::ManagedPolicy", PolicyDocument=document("s3:*")),
                Role=resource("IAM::Role", AssumeRolePolicyDocument=ASSUME, **properties),
            )
            role = iam.get_role(RoleName=name["Role"])["Role"]
            return role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"), name["Cap"]

        found, cap = boundary(PermissionsBoundary={"Ref": "Cap"})
        assert found == cap
        assert boundary()[0] is None


def test_a_role_whose_name_is_taken_or_who_trusts_nobody_fails_its_stack(lab: Lab) -> None:
    make_role(lab, "taken", trust({"AWS": "111111111111"}))
    nobody = json.loads(trust({"AWS": "arn:aws:iam::111111111111:role/nobody"}))
    for name, document, reason in (
        ("taken", ASSUME, "Role with name taken already exists. (EntityAlreadyExists)"),
        (
            "free",
            nobody,
            'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/nobody"',
        ),
    ):
        with stack(root(lab), f"role-{name}") as one:
            role = resource("IAM::Role", RoleName=name, AssumeRolePolicyDocument=document)
            with pytest.raises(AssertionError) as error:
                one.deploy(Role=role)
            assert reason in str(error.value)
    with stack(root(lab), "role-changed") as one:
        one.deploy(Role=resource("IAM::Role", AssumeRolePolicyDocument=ASSUME))
        with pytest.raises(AssertionError, match="Invalid principal in policy"):
            one.deploy(Role=resource("IAM::Role", AssumeRolePolicyDocument=nobody))


def test_an_instance_profile_is_referred_to_by_name_and_changes_its_role(lab: Lab) -> None:
    iam = root(lab).client("iam")
    roles = {
        name: resource("IAM::Role", AssumeRolePolicyDocument=EC2_TRUST, RoleName=f"profile-{name}")
        for name in ("One", "Two")
    }
    with stack(root(lab), "profile") as one:
        for role in ("One", "Two"):
            name = one.deploy(
                **roles, Profile=resource("IAM::InstanceProfile", Roles=[{"Ref": role}])
            )["Profile"]
            found = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
            assert [one["RoleName"] for one in found["Roles"]] == [f"profile-{role}"]


def test_an_oidc_provider_is_referred_to_by_arn_and_changes_its_clients(lab: Lab) -> None:
    iam = root(lab).client("iam")
    with stack(root(lab), "oidc") as one:
        for clients in (["sts.amazonaws.com"], ["other"]):
            arn = one.deploy(
                Provider=resource(
                    "IAM::OIDCProvider",
                    Url="https://token.actions.githubusercontent.com",
                    ClientIdList=clients,
                    ThumbprintList=["a" * 40],
                )
            )["Provider"]
            assert arn == (
                "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
            )
            found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
            assert found["ClientIDList"] == clients
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


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


def encryption(algorithm: str, **key: str) -> dict[str, Any]:
    default = {"SSEAlgorithm": algorithm, **key}
    rule = {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    return {"ServerSideEncryptionConfiguration": [rule]}


def test_a_bucket_takes_on_its_settings_and_drops_them(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    blocked = dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    with stack(root(lab), "bucket") as one:
        made = one.deploy(
            Logs=resource("S3::Bucket"),
            Bucket=resource(
                "S3::Bucket",
                BucketEncryption=encryption("aws:kms", KMSMasterKeyID="alias/own"),
                LifecycleConfiguration={
                    "Rules": [
                        {
                            "Id": "old",
                            "Status": "Enabled",
                            "ExpirationInDays": 30,
                            "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                        }
                    ]
                },
                LoggingConfiguration={
                    "DestinationBucketName": {"Ref": "Logs"},
                    "LogFilePrefix": "access/",
                },
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                PublicAccessBlockConfiguration=blocked,
                Tags=[{"Key": "team", "Value": "a & b"}],
                VersioningConfiguration={"Status": "Enabled"},
            ),
        )
        name = made["Bucket"]
        found = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        assert found == [
            {
                "ApplyServerSideEncryptionByDefault": {
                    "SSEAlgorithm": "aws:kms",
                    "KMSMasterKeyID": "alias/own",
                },
                "BucketKeyEnabled": True,
            }
        ]
        rule = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]
        assert rule["Expiration"] == {"Days": 30}
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
        assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
        assert s3.get_bucket_logging(Bucket=name)["LoggingEnabled"] == {
            "TargetBucket": made["Logs"],
            "TargetPrefix": "access/",
        }
        assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"] == {
            "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
        }
        assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == blocked
        assert {"Key": "team", "Value": "a & b"} in s3.get_bucket_tagging(Bucket=name)["TagSet"]
        assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"

        again = one.deploy(
            Logs=resource("S3::Bucket"),
            Bucket=resource("S3::Bucket", BucketEncryption=encryption("AES256")),
        )
        assert again == made
        found = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        assert found[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        lifecycle = refusal(s3.get_bucket_lifecycle_configuration, Bucket=name)
        assert lifecycle[0] == "NoSuchLifecycleConfiguration"
        assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
        assert refusal(s3.get_bucket_tagging, Bucket=name)[0] == "NoSuchTagSet"
        assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"


def test_a_lifecycle_that_the_lab_does_not_know_fails_the_stack_by_name(lab: Lab) -> None:
    rule = {"Status": "Enabled", "ObjectSizeGreaterThan": "5"}
    with stack(root(lab), "lifecycle") as one:
        with pytest.raises(AssertionError, match="no lifecycle property ObjectSizeGreaterThan"):
            one.deploy(
                Bucket=resource(
                    "S3::Bucket", BucketName="unmade", LifecycleConfiguration={"Rules": [rule]}
                )
            )
        assert refusal(root(lab).client("s3").head_bucket, Bucket="unmade")[0] == "404"


def test_a_bucket_that_is_not_empty_is_not_deleted(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    with stack(root(lab), "full") as one:
        enabled = {"Status": "Enabled"}
        name = one.deploy(Bucket=resource("S3::Bucket", VersioningConfiguration=enabled))["Bucket"]
        version = s3.put_object(Bucket=name, Key="kept", Body=b"")["VersionId"]
        marker = s3.delete_object(Bucket=name, Key="kept")["VersionId"]

        assert one.delete() == "DELETE_FAILED"
        reason = "The bucket you tried to delete is not empty (BucketNotEmpty)"
        assert one.reasons() == [reason]
        s3.delete_object(Bucket=name, Key="kept", VersionId=version)
        s3.delete_object(Bucket=name, Key="kept", VersionId=marker)


def test_a_trail_logs_and_changes_in_place(lab: Lab) -> None:
    trail = root(lab).client("cloudtrail")
    with stack(root(lab), "trail") as one:

        def deploy(**properties: Any) -> str:
            made = one.deploy(
                Bucket=resource("S3::Bucket", BucketName="trail-of-the-types"),
                Trail=resource("CloudTrail::Trail", S3BucketName={"Ref": "Bucket"}, **properties),
            )
            return made["Trail"]

        selectors = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
        name = deploy(IsLogging=True, IsMultiRegionTrail=True, EventSelectors=selectors)
        found = trail.get_trail(Name=name)["Trail"]
        assert (found["S3BucketName"], found["IsMultiRegionTrail"]) == ("trail-of-the-types", True)
        assert trail.get_trail_status(Name=name)["IsLogging"] is True

        assert deploy(IsLogging=False, EnableLogFileValidation=True) == name
        assert trail.get_trail(Name=name)["Trail"]["LogFileValidationEnabled"] is True
        assert trail.get_trail_status(Name=name)["IsLogging"] is False
    assert trail.describe_trails()["trailList"] == []


def test_images_of_amazon_linux_are_found_for_every_kernel_and_processor(lab: Lab) -> None:
    base = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel"
    names = [
        f"{base}-{kernel}-{processor}"
        for kernel in ("6.1", "6.12", "default")
        for processor in ("arm64", "x86_64")
    ]
    found = root(lab).client("ssm").get_parameters(Names=names)
    assert sorted(one["Name"] for one in found["Parameters"]) == names
