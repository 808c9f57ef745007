"""A diff sees what no decision reads: limits, tags of resources, documents that cannot be read."""

from pathlib import Path
from typing import Any

import pytest
from support.small_templates import ACCOUNT, document, may, role, snapshot

from whomay.engine import diff, from_lock, to_lock
from whomay.engine.changes.change import Change

ADMIN = role(may("*"))
READER = role(may("s3:GetObject", "arn:aws:s3:::b/*"))
PARAMETER = {"X": {"Type": "String"}}
USER = {"Type": "AWS::IAM::User", "Properties": {}}


def scp(action: str) -> dict[str, Any]:
    denied = {"Effect": "Deny", "Action": action, "Resource": "*"}
    properties = {
        "Name": "x",
        "Type": "SERVICE_CONTROL_POLICY",
        "TargetIds": [ACCOUNT],
        "Content": document(denied),
    }
    return {"Type": "AWS::Organizations::Policy", "Properties": properties}


def endpoint(*statements: dict[str, Any]) -> dict[str, Any]:
    name = "com.amazonaws.eu-west-1.s3"
    properties = {"VpcId": "vpc-1", "ServiceName": name, "VpcEndpointType": "Interface"}
    held = {"PolicyDocument": document(*statements)} if statements else {}
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": {**properties, **held}}


def of_everybody(action: str) -> dict[str, Any]:
    return {**may(action), "Principal": "*"}


def table(**tags: str) -> dict[str, Any]:
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"Type": "AWS::DynamoDB::Table", "Properties": {"Tags": listed}}


BY_TAG = role(
    may("dynamodb:*", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}),
)


def unreadable(action: str) -> dict[str, Any]:
    return {"R": role({**may(action), "Weird": 1})}


def attached(action: str, name: Any, **more: Any) -> dict[str, Any]:
    properties = {"PolicyName": "x", "Roles": [name], "PolicyDocument": document(may(action))}
    return {"R": READER, "P": {"Type": "AWS::IAM::Policy", "Properties": properties, **more}}


def under_condition(action: str) -> dict[str, Any]:
    return attached(action, {"Ref": "R"}, Condition="C")


def macro(argument: int) -> dict[str, Any]:
    return {"R": READER, "Fn::Transform": {"Name": "M", "Parameters": {"a": argument}}}


def including(location: str) -> dict[str, Any]:
    added = {"Name": "AWS::Include", "Parameters": {"Location": location}}
    return {"R": role(**{"Fn::Transform": added})}


def of_sam(policy: str) -> dict[str, Any]:
    properties = {"Handler": "x", "Runtime": "python3.11", "Policies": [policy]}
    return {"R": READER, "F": {"Type": "AWS::Serverless::Function", "Properties": properties}}


def anchor(certificate: str) -> dict[str, Any]:
    source = {
        "SourceType": "CERTIFICATE_BUNDLE",
        "SourceData": {"X509CertificateData": certificate},
    }
    return {"X": {"Type": "AWS::RolesAnywhere::TrustAnchor", "Properties": {"Source": source}}}


def pool(*, guests: bool) -> dict[str, Any]:
    properties = {"AllowUnauthenticatedIdentities": guests}
    return {"X": {"Type": "AWS::Cognito::IdentityPool", "Properties": properties}}


def in_group(name: str) -> dict[str, Any]:
    properties = {"GroupName": name, "Users": ["bob"]}
    return {"U": USER, "A": {"Type": "AWS::IAM::UserToGroupAddition", "Properties": properties}}


CONDITION = {"C": {"Fn::Equals": [{"Ref": "X"}, "y"]}}
UNKNOWN: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a tag that a policy reads": (
        {"R": BY_TAG, "T": table(team="blue")},
        {"R": BY_TAG, "T": table(team="red")},
        {},
    ),
    "a first tag that a policy reads": (
        {"R": BY_TAG, "T": table()},
        {"R": BY_TAG, "T": table(team="red")},
        {},
    ),
    "another document that cannot be read": (
        unreadable("s3:GetObject"),
        unreadable("iam:*"),
        {},
    ),
    "another document under a condition that is not known": (
        under_condition("s3:GetObject"),
        under_condition("iam:*"),
        {"Parameters": PARAMETER, "Conditions": CONDITION},
    ),
    "another document for somebody who is not known": (
        attached("s3:GetObject", {"Ref": "X"}),
        attached("iam:*", {"Ref": "X"}),
        {"Parameters": PARAMETER},
    ),
    "another argument of a macro": (macro(1), macro(2), {}),
    "another file that a role includes": (including("s3://a"), including("s3://b"), {}),
    "another policy of a function of SAM": (
        of_sam("AWSLambdaBasicExecutionRole"),
        of_sam("AdministratorAccess"),
        {"Transform": "AWS::Serverless-2016-10-31"},
    ),
    "another certificate of a trust anchor": (anchor("a"), anchor("b"), {}),
    "a pool that takes guests now": (pool(guests=False), pool(guests=True), {}),
    "a membership of a group that is made elsewhere": ({"U": USER}, in_group("admins"), {}),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_change_that_nobody_can_judge_is_unknown_and_the_same_twice_is_nothing(
    name: str, tmp_path: Path
) -> None:
    resources_before, resources_after, sections = UNKNOWN[name]
    before = snapshot(tmp_path / "before", resources_before, **sections)
    after = snapshot(tmp_path / "after", resources_after, **sections)
    locked = from_lock(to_lock(before))
    for old in (before, locked):
        assert Change.UNKNOWN in {each.change for each in diff(old, after)}
        assert diff(old, before) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"R": BY_TAG, "T": table(team="red", cost="1")}, {"R": BY_TAG, "T": table(team="red")}),
        ({"R": READER, "T": table(team="red")}, {"R": READER, "T": table(team="blue")}),
    ],
    ids=[
        "a tag that no policy reads",
        "a tag when no policy reads one",
    ],
)
def test_what_changes_no_access_is_no_change(
    before: dict[str, Any], after: dict[str, Any], tmp_path: Path
) -> None:
    sides = (snapshot(tmp_path / "old", before), snapshot(tmp_path / "new", after))
    assert diff(*sides) == []


HOLDS_LESS_BACK: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an SCP that is gone": ({"R": ADMIN, "P": scp("iam:*")}, {"R": ADMIN}),
    "an SCP that denies less": (
        {"R": ADMIN, "P": scp("iam:*")},
        {"R": ADMIN, "P": scp("iam:CreateUser")},
    ),
    "an endpoint policy that lets more through": (
        {"V": endpoint(of_everybody("s3:GetObject"))},
        {"V": endpoint(of_everybody("s3:*"))},
    ),
    "an endpoint policy for more callers": (
        {"V": endpoint({**may("s3:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/a"}})},
        {"V": endpoint(of_everybody("s3:*"))},
    ),
    "an endpoint without its policy": (
        {"R": ADMIN, "V": endpoint(of_everybody("s3:GetObject"))},
        {"R": ADMIN, "V": endpoint()},
    ),
}


@pytest.mark.parametrize("name", HOLDS_LESS_BACK)
def test_what_holds_back_less_is_wider_and_more_is_narrower(name: str, tmp_path: Path) -> None:
    before = snapshot(tmp_path / "before", HOLDS_LESS_BACK[name][0])
    after = snapshot(tmp_path / "after", HOLDS_LESS_BACK[name][1])
    for old, new in ((before, after), (from_lock(to_lock(before)), from_lock(to_lock(after)))):
        assert {each.change for each in diff(old, new)} == {Change.WIDER}
        assert {each.change for each in diff(new, old)} == {Change.NARROWER}
        assert diff(old, before) == []


def test_an_scp_that_denies_less_of_what_nobody_is_allowed_is_capped(tmp_path: Path) -> None:
    before = snapshot(tmp_path / "before", {"R": READER, "P": scp("iam:*")})
    after = snapshot(tmp_path / "after", {"R": READER, "P": scp("iam:CreateUser")})

    [found] = diff(before, after)
    assert (found.principal, found.change) == ("S/R", Change.CAPPED)
    assert "the service control policies would allow it now" in found.text


BUCKET = {
    "Type": "AWS::S3::Bucket",
    "Properties": {
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {
                    "ServerSideEncryptionByDefault": {
                        "SSEAlgorithm": "aws:kms",
                        "KMSMasterKeyID": {"Fn::GetAtt": ["K", "Arn"]},
                    }
                }
            ]
        }
    },
}


def behind_a_bucket(*statements: dict[str, Any]) -> dict[str, Any]:
    account = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    policy = document({**may("kms:*"), "Principal": account}, *statements)
    reader = role(may("s3:GetObject", {"Fn::Sub": "${B.Arn}/*"}), may("kms:Decrypt"))
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}
    return {"R": reader, "B": BUCKET, "K": key}


def test_the_policy_of_a_key_counts_for_the_objects_of_an_unchanged_bucket(tmp_path: Path) -> None:
    closed = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringLike": {"kms:ViaService": "s3.*"}},
    }
    before = snapshot(tmp_path / "old", behind_a_bucket(closed))
    after = snapshot(tmp_path / "new", behind_a_bucket())
    wider = {each.principal for each in diff(before, after) if each.change is Change.WIDER}
    assert "S/R" in wider
    assert Change.NARROWER in {e.change for e in diff(after, before) if e.principal == "S/R"}


def test_a_trust_that_lets_session_tags_be_chosen_is_wider_for_what_they_open(
    tmp_path: Path,
) -> None:
    def trusting(*actions: str) -> dict[str, Any]:
        service = {"Service": "ec2.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": service, "Action": list(actions)}
        by_tag = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
        return {
            "R": role(
                may("s3:GetObject", Condition=by_tag), AssumeRolePolicyDocument=document(statement)
            )
        }

    before = snapshot(tmp_path / "old", trusting("sts:AssumeRole"))
    after = snapshot(tmp_path / "new", trusting("sts:AssumeRole", "sts:TagSession"))
    found = {each.witness.action for each in diff(before, after) if each.witness}
    assert "s3:GetObject" in found


def test_an_endpoint_that_comes_or_goes_with_its_whole_stack_is_no_change(tmp_path: Path) -> None:
    nothing = snapshot(tmp_path / "before", {})
    held = {"R": ADMIN, "V": endpoint(of_everybody("s3:GetObject"))}
    whole = snapshot(tmp_path / "after", held)

    assert {each.change for each in diff(nothing, whole)} == {Change.WIDER}
    assert {each.change for each in diff(whole, nothing)} == {Change.NARROWER}


def test_a_policy_of_the_registry_lets_others_in_before_there_is_a_repository(
    tmp_path: Path,
) -> None:
    theirs = {"AWS": "arn:aws:iam::444455556666:root"}
    images = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/*"
    statement = {**may("ecr:ReplicateImage", images), "Principal": theirs}
    registry = {
        "Type": "AWS::ECR::RegistryPolicy",
        "Properties": {"PolicyText": document(statement)},
    }
    sides = (
        snapshot(tmp_path / "old", {"U": USER}),
        snapshot(tmp_path / "new", {"U": USER, "P": registry}),
    )

    assert [(each.principal, each.change) for each in diff(*sides)] == [("S/P", Change.WIDER)]
