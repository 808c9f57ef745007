"""What AWS refuses at deployment: each mistake is an error, and each good form beside it is none."""

from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import EC2, found_in, role_allowed, role_trusting

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def refusals(folder: Path, resource: dict[str, Any]) -> list[str]:
    found = found_in(folder, {"Resources": {"Role": resource}})
    return [each.id for each in found if each.rule.find.__module__.split(".")[-2] == "deployment"]


def written(document: Any) -> dict[str, Any]:
    policy = {"PolicyName": "Inline", "PolicyDocument": document}
    role = role_trusting(EC2)
    return {**role, "Properties": {**role["Properties"], "Policies": [policy]}}


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ({"Sid": "Read objects!"}, "Sid=Read-objects!"),
        ({"Principal": "*"}, "Statement0"),
        ({"Condition": {"StringEqual": {"aws:PrincipalOrgID": "o-1"}}}, "StringEqual"),
        ({"Resource": "reports/*"}, "reports/*"),
        ({"Action": "GetObject"}, "Statement0"),
        ({"Condition": {"aws:PrincipalOrgID": "o-1"}}, "grammar"),
        ({"Effect": "allow"}, "grammar"),
    ],
)
def test_a_statement_that_iam_refuses_is_an_error(
    tmp_path: Path, statement: dict[str, Any], value: str
) -> None:
    assert refusals(tmp_path, role_allowed({**READ, **statement})) == [f"policy-refused[{value}]"]


@pytest.mark.parametrize(
    ("actions", "below", "refused"),
    [
        (["s3:GetObject"], [""], ["s3:GetObject"]),
        (["s3:GetObject", "s3:ListBucket"], ["/*"], ["s3:ListBucket"]),
        (["s3:GetObject", "s3:ListBucket"], ["", "/*"], []),
        (["s3:*"], ["/*"], []),
        (["s3:Get*"], [""], []),
        (["s3:GetObject"], ["/${aws:PrincipalAccount}/*"], []),
        (["s3:GetObject"], [], ["Statement0"]),
    ],
)
def test_a_bucket_policy_acts_on_its_resources(
    tmp_path: Path, actions: list[str], below: list[str], refused: list[str]
) -> None:
    statement = {**READ, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": actions}
    del statement["Resource"]
    named = [f"arn:aws:s3:::reports-2026{each}" for each in below]
    document = {
        "Version": "2012-10-17",
        "Statement": {**statement, **({"Resource": named} if named else {})},
    }
    properties = {"Bucket": "reports-2026", "PolicyDocument": document}
    policy = {"Type": "AWS::S3::BucketPolicy", "Properties": properties}

    assert refusals(tmp_path, policy) == [f"policy-refused[{each}]" for each in refused]


def test_a_key_policy_needs_a_resource_and_a_queue_policy_does_not(tmp_path: Path) -> None:
    own = {"AWS": "arn:aws:iam::111122223333:root"}
    statement = {"Effect": "Allow", "Principal": own, "Action": "kms:*"}
    key = {"KeyPolicy": {"Version": "2012-10-17", "Statement": statement}}
    of_queue = {"Version": "2012-10-17", "Statement": {**statement, "Action": "sqs:SendMessage"}}
    queue = {"Queues": ["https://queue"], "PolicyDocument": of_queue}

    found = refusals(tmp_path, {"Type": "AWS::KMS::Key", "Properties": key})
    assert found == ["policy-refused[Statement0]"]
    assert refusals(tmp_path, {"Type": "AWS::SQS::QueuePolicy", "Properties": queue}) == []


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("AmazonS3ReadOnly", "AmazonS3ReadOnlyAccess"),
        ("AWSLambdaBasicExecutionRole", "service-role/AWSLambdaBasicExecutionRole"),
        ("AmazonS3ReedOnlyAccess", "AmazonS3ReadOnlyAccess"),
    ],
)
def test_a_managed_policy_that_is_none_is_told_with_the_one_that_is_meant(
    tmp_path: Path, name: str, nearest: str
) -> None:
    role = role_trusting(EC2)
    attached = {"ManagedPolicyArns": [f"arn:aws:iam::aws:policy/{name}"]}
    given = {**role, "Properties": {**role["Properties"], **attached}}
    [finding] = found_in(tmp_path, {"Resources": {"Role": given}})

    assert finding.message.endswith(f"did you mean {nearest}?")


@pytest.mark.parametrize(
    "properties",
    [
        {"PermissionsBoundary": "not-an-arn"},
        {"PermissionsBoundary": "arn:aws:iam::aws:policy/AmazonS3ReadOnly"},
        {"PermissionsBoundary": "arn:aws:iam::111122223333:role/Deployer"},
        {"ManagedPolicyArns": ["AdministratorAccess"]},
    ],
)
def test_what_is_no_policy_can_neither_be_attached_nor_bound(
    tmp_path: Path, properties: dict[str, Any]
) -> None:
    role = role_allowed(READ, **properties)
    [finding] = found_in(tmp_path, {"Resources": {"Role": role}})

    assert finding.rule.id == "managed-policy-unknown"


def test_a_version_that_is_none_is_an_error(tmp_path: Path) -> None:
    document = {"Version": "2012-10-16", "Statement": [READ]}

    assert refusals(tmp_path, written(document)) == ["policy-refused[grammar]"]


def test_two_statements_with_one_sid_are_an_error(tmp_path: Path) -> None:
    twice = [{**READ, "Sid": "Read"}, {**READ, "Sid": "Read"}]

    assert refusals(tmp_path, role_allowed(twice)) == ["policy-refused[Sid=Read]"] * 2


def test_a_policy_with_a_parameter_in_place_of_an_effect_is_no_error(tmp_path: Path) -> None:
    statement = {**READ, "Effect": {"Fn::ImportValue": "effect"}}

    assert refusals(tmp_path, role_allowed(statement)) == []


def test_a_resource_in_a_trust_policy_is_an_error(tmp_path: Path) -> None:
    assert refusals(tmp_path, role_trusting({**EC2, "Resource": "*"})) == [
        "policy-refused[Resource]"
    ]


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:iam::111122223333:group/admins",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::111122223333:instance-profile/web",
        "somebody",
        "11112222333",
        "arn:aws:iam::11112222333:root",
        "arn:aws:iam:::role/Deployer",
        "arn:aws:iam::111122223333:role/",
        "arn:aws:iam:eu-west-1:111122223333:role/Deployer",
        "arn:aws:s3:::reports-2026",
        "AROAEXAMPLEROLEID00001",
        "AIDAEXAMPLEUSERID00001",
    ],
)
def test_a_principal_that_aws_refuses_is_an_error(tmp_path: Path, principal: str) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}

    assert refusals(tmp_path, role_trusting(statement)) == [f"principal-refused[{principal}]"]


def test_an_identity_provider_is_named_by_its_arn(tmp_path: Path) -> None:
    guards = {"StringEquals": {"okta:aud": "app", "okta:sub": "team/ada"}}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "okta"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": guards,
    }

    assert "principal-refused[okta]" in refusals(tmp_path, role_trusting(statement))


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        "111122223333",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:role/path/Deployer",
        "arn:aws:sts::111122223333:assumed-role/Deployer/session",
        {"Fn::ImportValue": "role"},
        {"Fn::GetAtt": ["Role", "Arn"]},
    ],
)
def test_a_principal_that_aws_takes_is_no_error(tmp_path: Path, principal: Any) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}

    assert refusals(tmp_path, role_trusting(statement)) == []


@pytest.mark.parametrize(
    ("properties", "value"),
    [
        ({"RoleName": "r" * 65}, f"RoleName={'r' * 65}"),
        ({"MaxSessionDuration": 43201}, "MaxSessionDuration=43201"),
        ({"MaxSessionDuration": "4h"}, "MaxSessionDuration=4h"),
        ({"Path": "teams/data"}, "Path=teams/data"),
        ({"RoleName": ""}, "RoleName="),
        ({"Description": "団"}, "Description=団"),
        ({"Tags": [{"Key": "AWS:team", "Value": "a"}]}, "Tags.Key=AWS:team"),
        ({"Tags": [{"Key": "team", "Value": "a*"}]}, "Tags.Value=a*"),
    ],
)
def test_a_property_that_iam_refuses_is_an_error(
    tmp_path: Path, properties: dict[str, Any], value: str
) -> None:
    assert refusals(tmp_path, role_allowed(READ, **properties)) == [f"name-refused[{value}]"]


@pytest.mark.parametrize("name", ["a b", "a/b", ""])
def test_an_inline_policy_of_a_name_that_iam_refuses_is_an_error(tmp_path: Path, name: str) -> None:
    role = role_allowed(READ)
    role["Properties"]["Policies"][0]["PolicyName"] = name

    assert refusals(tmp_path, role) == [f"name-refused[PolicyName={name.replace(' ', '-')}]"]


def test_a_name_with_a_generated_part_is_no_error(tmp_path: Path) -> None:
    name = {"Fn::Sub": "reader-${AWS::Region}-${AWS::StackName}"}

    assert refusals(tmp_path, role_allowed(READ, RoleName=name, MaxSessionDuration=43200)) == []


def bucket_policy(bucket: Any, resource: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "s3:GetObject",
        "Resource": resource,
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = {"Bucket": bucket, "PolicyDocument": document}
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy},
    }


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        ("arn:aws:s3:::another/*", 1),
        ({"Fn::Sub": "${Bucket.Arn}/*"}, 0),
        ("*", 0),
        ({"Fn::ImportValue": "bucket"}, 0),
    ],
)
def test_a_bucket_policy_names_its_own_bucket(tmp_path: Path, resource: Any, found: int) -> None:
    template = {"Resources": bucket_policy({"Ref": "Bucket"}, resource)}

    ids = [each.rule.id for each in found_in(tmp_path, template)]
    assert ids.count("other-bucket") == found
