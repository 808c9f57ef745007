"""Roles and users: what they may do, who becomes them, and both halves of a grant."""

from typing import Any

import pytest
from aws_cdk import App, Duration, PermissionsBoundary, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from support.reading import only

from whomay.cdk import (
    AssumableRole,
    AssumeRoleAccess,
    BucketAccess,
    InstanceRole,
    ProgrammaticUser,
    S3FullAccess,
    Trust,
    synth,
)
from whomay.metadata.records import AcknowledgementRecord

LAMBDA = "lambda.amazonaws.com"


def assumable(stack: Stack, id: str = "Role", **options: Any) -> AssumableRole:
    options.setdefault("trusted", [Trust.service(LAMBDA)])
    bucket = s3.Bucket.from_bucket_name(stack, f"{id}Bucket", "reports-2026")
    return AssumableRole(stack, id, access=[BucketAccess.read(bucket)], **options)


def test_an_instance_role_is_trusted_by_ec2_alone_and_holds_one_inline_policy(
    stack: Stack,
) -> None:
    bucket = s3.Bucket(stack, "B")
    InstanceRole(stack, "Role", access=[BucketAccess.read(bucket)], description="reads")
    assert only(Template.from_stack(stack), "AWS::IAM::Role") == {
        "AssumeRolePolicyDocument": {
            "Statement": [
                {
                    "Action": "sts:AssumeRole",
                    "Effect": "Allow",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                }
            ],
            "Version": "2012-10-17",
        },
        "Description": "reads",
        "Policies": [
            {
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Action": "s3:GetObject",
                            "Effect": "Allow",
                            "Resource": {
                                "Fn::Join": ["", [{"Fn::GetAtt": ["B08E7C7AF", "Arn"]}, "/*"]]
                            },
                        }
                    ],
                    "Version": "2012-10-17",
                },
                "PolicyName": "Access",
            }
        ],
    }


def test_an_assumable_role_takes_iams_own_properties(stack: Stack) -> None:
    boundary = iam.ManagedPolicy.from_aws_managed_policy_name("PowerUserAccess")
    assumable(
        stack,
        max_session=Duration.hours(2),
        role_name="Reader",
        path="/course/",
        permissions_boundary=boundary,
        description="reads reports",
    )
    properties = only(Template.from_stack(stack), "AWS::IAM::Role")
    assert {
        k: v for k, v in properties.items() if k not in ("Policies", "AssumeRolePolicyDocument")
    } == {
        "Description": "reads reports",
        "MaxSessionDuration": 7200,
        "Path": "/course/",
        "PermissionsBoundary": {
            "Fn::Join": [
                "",
                ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/PowerUserAccess"],
            ]
        },
        "RoleName": "Reader",
    }


def test_cdks_own_way_to_set_a_boundary_reaches_roles_and_users(app: App) -> None:
    stack = Stack(app, "S", permissions_boundary=PermissionsBoundary.from_name("Limit"))
    assumable(stack)
    ProgrammaticUser(stack, "User")
    template = Template.from_stack(stack)
    for kind in ("AWS::IAM::Role", "AWS::IAM::User"):
        assert "policy/Limit" in str(only(template, kind)["PermissionsBoundary"])


def test_granting_to_a_user_writes_the_permission_on_its_group_and_the_trust(
    stack: Stack,
) -> None:
    role, user = assumable(stack), ProgrammaticUser(stack, "User")
    grant = role.grant_assume_role(user)
    assert grant.success
    template = Template.from_stack(stack)
    assert only(template, "AWS::IAM::Policy")["Groups"] == [
        {"Ref": stack.get_logical_id(user.group.node.default_child)}  # type: ignore[arg-type]  # a CfnGroup
    ]
    assert only(template, "AWS::IAM::Policy")["PolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": ["Role1ABCC5F0", "Arn"]},
        }
    ]
    trust = only(template, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    # minimizePolicies joins statements of equal conditions
    assert trust == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"AWS": {"Fn::GetAtt": ["User00B015A1", "Arn"]}, "Service": LAMBDA},
        }
    ]


def test_granting_to_a_role_writes_both_halves(stack: Stack) -> None:
    target, source = assumable(stack), assumable(stack, "Source")
    target.grant_assume_role(source)
    template = Template.from_stack(stack)
    assert only(template, "AWS::IAM::Policy")["Roles"] == [
        {"Ref": stack.get_logical_id(source.node.default_child)}  # type: ignore[arg-type]  # a CfnRole
    ]
    trust = template.find_resources("AWS::IAM::Role")["Role1ABCC5F0"]["Properties"]
    [statement] = trust["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {
        "AWS": {"Fn::GetAtt": ["Source71E471F1", "Arn"]},
        "Service": LAMBDA,
    }


@pytest.mark.parametrize(
    "grantee",
    [
        lambda stack: iam.User(stack, "Plain"),
        lambda stack: iam.User.from_user_name(stack, "Imported", "alice"),
        lambda stack: iam.Role.from_role_arn(stack, "Foreign", "arn:aws:iam::111122223333:role/x"),
        lambda stack: iam.Group(stack, "Group"),
        lambda _: iam.ServicePrincipal(LAMBDA),
        lambda _: iam.AccountPrincipal("111122223333"),
    ],
)
def test_a_grant_that_cannot_write_both_halves_raises(stack: Stack, grantee: Any) -> None:
    with pytest.raises(
        TypeError, match=r"^identity: got .*allowed is a ProgrammaticUser or a role"
    ):
        assumable(stack).grant_assume_role(grantee(stack))


def test_a_user_has_no_key_unless_a_serial_is_given(stack: Stack) -> None:
    ProgrammaticUser(stack, "User")
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::IAM::AccessKey", 0)
    template.resource_count_is("AWS::SecretsManager::Secret", 0)


def test_a_key_goes_to_secrets_manager_alone_as_the_cli_reads_it(stack: Stack) -> None:
    ProgrammaticUser(stack, "User", access_key_serial=3)
    template = Template.from_stack(stack)
    [key] = template.find_resources("AWS::IAM::AccessKey")
    assert only(template, "AWS::IAM::AccessKey")["Serial"] == 3
    assert only(template, "AWS::SecretsManager::Secret")["SecretString"] == {
        "Fn::Join": [
            "",
            [
                '{"Version":1,"AccessKeyId":"',
                {"Ref": key},
                '","SecretAccessKey":"',
                {"Fn::GetAtt": [key, "SecretAccessKey"]},
                '"}',
            ],
        ]
    }
    assert template.to_json().get("Outputs") is None


def test_permissions_of_a_user_are_its_groups_cdks_grants_included(stack: Stack) -> None:
    user = ProgrammaticUser(stack, "User", access=[AssumeRoleAccess(assumable(stack))])
    s3.Bucket(stack, "B").grant_read(user)
    user.add_to_policy(iam.PolicyStatement(actions=["sns:Publish"], resources=["arn:aws:sns:::t"]))
    template = Template.from_stack(stack)
    policies = [p["Properties"] for p in template.find_resources("AWS::IAM::Policy").values()]
    assert len(policies) == 2
    assert all(set(policy) == {"Groups", "PolicyDocument", "PolicyName"} for policy in policies)
    assert only(template, "AWS::IAM::User") == {"Groups": [policies[0]["Groups"][0]]}


def test_the_reason_for_full_access_is_recorded_with_the_role(stack: Stack, app: App) -> None:
    reason = "The first step of the course shows what the later steps then take away again"
    role = InstanceRole(stack, "Role", access=[S3FullAccess(reason)])
    synth(app)
    recorded = [
        entry.data for entry in role.node.metadata if entry.type == AcknowledgementRecord.KEY
    ]
    assert recorded == [
        {"Version": 2, "id": "AwsSolutions::AwsSolutions-IAM5[Action::s3:*]", "reason": reason},
        {"Version": 2, "id": "AccessRules::full-access[s3:*]", "reason": reason},
        {"Version": 2, "id": "AwsSolutions::AwsSolutions-IAM5[Resource::*]", "reason": reason},
    ]


def test_the_name_of_a_role_is_checked_before_cdk_sees_it(stack: Stack) -> None:
    with pytest.raises(ValueError, match=r"^role_name: got .*allowed is 1 to 64 characters"):
        assumable(stack, role_name="r" * 65)
    assert stack.node.try_find_child("Role") is None
