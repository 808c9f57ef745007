"""The policies of a template, measured and counted as AWS does."""

from typing import Any

import pytest

from whomay.iam.policy_counts import Excess, excess
from whomay.iam.policy_sizes import managed_policies, measure, measured

QUEUE, TOPIC = "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"


def test_white_space_is_not_measured_and_a_reference_is_empty_at_least() -> None:
    document = {"Resource": {"Fn::GetAtt": ["Bucket", "Arn"]}, "Sid": "a b"}
    assert measure(document) == len('{"Resource":"","Sid":"ab"}')
    assert measure(document, 90) == measure(document) + 90
    assert measure({"Fn::Join": ["", ["arn:", {"Ref": "AWS::AccountId"}]]}) == len('"arn:') + 13


def test_inline_policies_are_measured_together_wherever_the_template_writes_them() -> None:
    one = {"Statement": "x" * 87}
    resources: list[tuple[str, str, dict[str, Any]]] = [
        ("User", "AWS::IAM::User", {"Policies": [{"PolicyDocument": one}]}),
        ("P", "AWS::IAM::Policy", {"PolicyDocument": one, "Users": [{"Ref": "User"}, "outside"]}),
        ("Own", "AWS::IAM::UserPolicy", {"PolicyDocument": one, "UserName": {"Ref": "User"}}),
        ("None", "AWS::IAM::Group", {"Policies": {"Fn::If": ["a", [], []]}}),
    ]
    told = {found.what: (found.least, found.limit) for found in measured(resources)}
    assert told == {
        "inline policies of the user User": (3 * 103, 2048),
        "inline policies of the group None": (0, 5120),
    }


@pytest.mark.parametrize(
    ("kind", "name", "limit"),
    [
        ("AWS::EC2::VPCEndpoint", "PolicyDocument", 20480),
        ("AWS::ECR::Repository", "RepositoryPolicyText", 10240),
        ("AWS::IAM::ManagedPolicy", "PolicyDocument", 6144),
        ("AWS::IAM::Role", "AssumeRolePolicyDocument", 2048),
        ("AWS::KMS::Key", "KeyPolicy", 32768),
        ("AWS::S3::BucketPolicy", "PolicyDocument", 20480),
        ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", 20480),
        (TOPIC, "PolicyDocument", 30720),
        (QUEUE, "PolicyDocument", 8192),
    ],
)
def test_each_policy_of_its_own_has_a_limit(kind: str, name: str, limit: int) -> None:
    [found] = [one for one in measured([("One", kind, {name: {}})]) if one.documents != []]
    assert (found.what, found.limit) == (f"{name} of One", limit)


def test_a_managed_policy_counts_once_however_it_is_attached() -> None:
    resources: list[tuple[str, str, dict[str, Any]]] = [
        (
            "Role",
            "AWS::IAM::Role",
            {"ManagedPolicyArns": [{"Ref": "M"}, "arn:aws:iam::aws:policy/P"]},
        ),
        ("M", "AWS::IAM::ManagedPolicy", {"Roles": [{"Ref": "Role"}]}),
    ]
    assert {owner: len(found) for owner, found in managed_policies(resources).items()} == {
        ("role", "Role"): 2
    }


def statements(count: int, **of_each: object) -> dict[str, object]:
    return {"Statement": [{"Action": "sqs:SendMessage", "Principal": "*", **of_each}] * count}


@pytest.mark.parametrize(
    ("kind", "document", "found"),
    [
        (QUEUE, statements(20), []),
        (QUEUE, statements(21), [Excess("statements", 21, 20)]),
        (QUEUE, statements(1, Action=["a"] * 8), [Excess("actions in a statement", 8, 7)]),
        (
            QUEUE,
            statements(1, Principal={"AWS": ["a"] * 26, "Service": ["b"] * 25}),
            [Excess("principals in a statement", 51, 50)],
        ),
        (
            QUEUE,
            statements(1, Condition={"Null": dict.fromkeys("abcdefghijk", "true")}),
            [Excess("conditions in a statement", 11, 10)],
        ),
        (TOPIC, statements(100, Action=["a"] * 8), []),
        (TOPIC, statements(101), [Excess("statements", 101, 100)]),
        ("AWS::S3::BucketPolicy", statements(200), []),
        (QUEUE, {"Fn::Transform": {}}, []),
    ],
)
def test_the_policy_of_a_queue_or_topic_has_no_more_than_aws_takes(
    kind: str, document: object, found: list[Excess]
) -> None:
    assert list(excess(kind, document)) == found
