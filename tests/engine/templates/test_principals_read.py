"""What else is read of a principal: boundary, session, trust, tags, instances."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import (
    role,
)
from support.template_parts import REF_ROLE, REF_USER, policy, read, user

from whomay.engine.snapshot import PrincipalKind


def test_a_boundary_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "S/User",
        User=user(PermissionsBoundary={"Ref": "P"}),
        P=policy("ManagedPolicy"),
    )

    assert found.boundary
    assert [each.actions for each in found.boundary.statements] == [("s3:GetObject",)]
    assert found.identity == ()


def test_a_boundary_of_elsewhere_is_unknown(tmp_path: Path) -> None:
    arn = "arn:aws:iam::111122223333:policy/theirs"
    found = read(tmp_path, "S/Role", Role=role(PermissionsBoundary=arn))

    assert found.boundary
    assert found.boundary.unknown == f"managed policy {arn} is not in the assembly"


def test_a_role_says_session_trust_and_tags(tmp_path: Path) -> None:
    tags = [{"Key": "team", "Value": {"Ref": "AWS::Region"}}]
    found = read(tmp_path, "S/Role", Role=role(MaxSessionDuration=7200, Tags=tags))

    assert found.kind is PrincipalKind.ROLE
    assert found.max_session == 7200
    assert found.tags == (("team", "eu-west-1"),)
    assert found.trust
    assert [each.principals for each in found.trust.statements] == [
        (("Service", ("ec2.amazonaws.com",)),)
    ]


@pytest.mark.parametrize(
    ("properties", "seconds"),
    [({}, 3600), ({"MaxSessionDuration": "900"}, 900), ({"MaxSessionDuration": REF_USER}, 43_200)],
)
def test_a_session_of_unknown_length_is_the_longest(
    tmp_path: Path, properties: dict[str, Any], seconds: int
) -> None:
    found = read(tmp_path, "S/Role", Role=role(**properties))

    assert found.max_session == seconds


def test_a_user_has_no_trust_policy(tmp_path: Path) -> None:
    found = read(tmp_path, "S/User", User=user())

    assert (found.kind, found.trust) == (PrincipalKind.USER, None)


def test_instances_are_found_through_profile_launch_template_and_group(tmp_path: Path) -> None:
    profile = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [REF_ROLE]}}
    data = {"IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}}}
    template = {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": data}}
    started = {"LaunchTemplateId": {"Ref": "Template"}, "Version": "1"}
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": started}}
    found = read(
        tmp_path,
        "S/Role",
        Role=role(),
        Profile=profile,
        Template=template,
        Direct={
            "Type": "AWS::EC2::Instance",
            "Properties": {"IamInstanceProfile": {"Ref": "Profile"}},
        },
        Started={"Type": "AWS::EC2::Instance", "Properties": {"LaunchTemplate": started}},
        Group={
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "Properties": {"MixedInstancesPolicy": mixed},
        },
        Own={
            "Type": "AWS::EC2::Instance",
            "Properties": {"LaunchTemplate": started, "IamInstanceProfile": "another"},
        },
        Bare={"Type": "AWS::EC2::Instance"},
    )

    assert found.instances == ("S/Template", "S/Direct", "S/Started", "S/Group")
