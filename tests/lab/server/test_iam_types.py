"""IAM's CloudFormation types: created, updated, deleted through CloudFormation's own API."""

import json
from typing import Any

import pytest
from support.aws import document, inline, make_role, refusal, resource, root, stack, trust

from whomay.lab.state import Lab

EC2_TRUST = json.loads(trust({"Service": "ec2.amazonaws.com"}))
ASSUME = json.loads(trust({"AWS": "111111111111"}))


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
    for name, trusting, reason in (
        ("taken", ASSUME, "Role with name taken already exists. (EntityAlreadyExists)"),
        (
            "free",
            nobody,
            'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/nobody"',
        ),
    ):
        with stack(root(lab), f"role-{name}") as one:
            role = resource("IAM::Role", RoleName=name, AssumeRolePolicyDocument=trusting)
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
