"""Rules about buckets, keys, secrets and boundaries: the mistake, and the nearest thing that is none."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, role
from support.rule_examples import found_in, ids

BUCKET = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
KEY = {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "ada"}}
SECRET_KEY = {"Fn::GetAtt": ["Key", "SecretAccessKey"]}


def of(rule: str, folder: Path, template: dict[str, Any]) -> list[str]:
    return [one for one in ids(found_in(folder, template)) if one.partition("[")[0] == rule]


def opened(kind: str, **condition: Any) -> dict[str, Any]:
    """Return a bucket, key or queue whose policy allows everyone something."""
    action = {"Bucket": "s3:GetObject", "Key": "kms:Decrypt", "Queue": "sqs:SendMessage"}[kind]
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": statement | condition}
    if kind == "Key":
        return {"It": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": document}}}
    policy: dict[str, Any] = {"PolicyDocument": document}
    policy |= {"Bucket": {"Ref": "It"}} if kind == "Bucket" else {"Queues": [{"Ref": "It"}]}
    service = "S3" if kind == "Bucket" else "SQS"
    return {
        "It": {"Type": f"AWS::{service}::{kind}", "DeletionPolicy": "Retain"},
        "Policy": {"Type": f"AWS::{service}::{kind}Policy", "Properties": policy},
    }


@pytest.mark.parametrize("kind", ["Bucket", "Key", "Queue"])
def test_a_policy_that_allows_everyone_is_public(kind: str, tmp_path: Path) -> None:
    assert len(of("public-resource", tmp_path, {"Resources": opened(kind)})) == 1


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"StringLike": {"aws:PrincipalArn": "*"}},
        {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    ],
)
def test_a_condition_that_says_nothing_of_who_leaves_it_public(
    condition: dict[str, Any], tmp_path: Path
) -> None:
    template = {"Resources": opened("Key", Condition=condition)}
    assert of("public-resource", tmp_path, template) == ["public-resource[kms:Decrypt]"]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}},
        {"StringEquals": {"kms:CallerAccount": "111122223333"}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    ],
)
def test_a_condition_on_who_or_whence_ends_it(condition: dict[str, Any], tmp_path: Path) -> None:
    template = {"Resources": opened("Key", Condition=condition)}
    assert of("public-resource", tmp_path, template) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:userId": "*:ada"}},
        {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
        {"IpAddress": {"aws:SourceIp": "2000::/3"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Reader"}},
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
    ],
)
def test_a_condition_that_everybody_can_meet_ends_nothing(
    condition: dict[str, Any], tmp_path: Path
) -> None:
    template = {"Resources": opened("Key", Condition=condition)}
    assert of("public-resource", tmp_path, template) == ["public-resource[kms:Decrypt]"]


def test_a_file_system_behind_mount_targets_is_not_public(tmp_path: Path) -> None:
    mounted = {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Condition": mounted}
    policy = {"Version": "2012-10-17", "Statement": statement}
    system = {"Type": "AWS::EFS::FileSystem", "Properties": {"FileSystemPolicy": policy}}
    assert of("public-resource", tmp_path, {"Resources": {"System": system}}) == []


def test_a_deny_of_everyone_is_not_public(tmp_path: Path) -> None:
    template = {"Resources": opened("Bucket", Effect="Deny")}
    assert of("public-resource", tmp_path, template) == []


def test_a_public_access_control_list_is_found(tmp_path: Path) -> None:
    bucket = BUCKET | {"Properties": {"AccessControl": "PublicRead"}}
    assert of("public-resource", tmp_path, {"Resources": {"It": bucket}}) == [
        "public-resource[PublicRead]"
    ]


def with_key(resources: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"Resources": {"Key": KEY, **resources}, **sections}


@pytest.mark.parametrize(
    ("place", "template"),
    [
        ("Outputs.O.Value", with_key({}, Outputs={"O": {"Value": SECRET_KEY}})),
        (
            "Outputs.O.Value",
            with_key({}, Outputs={"O": {"Value": {"Fn::Sub": "${Key.SecretAccessKey}"}}}),
        ),
        (
            "Resources.P.Properties.Value",
            with_key({"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": SECRET_KEY}}}),
        ),
        (
            "Resources.F.Properties.Environment.Variables.KEY",
            with_key(
                {
                    "F": {
                        "Type": "AWS::Lambda::Function",
                        "Properties": {"Environment": {"Variables": {"KEY": SECRET_KEY}}},
                    }
                }
            ),
        ),
        (
            "Resources.I.Properties.UserData",
            with_key(
                {
                    "I": {
                        "Type": "AWS::EC2::Instance",
                        "Properties": {
                            "UserData": {"Fn::Base64": {"Fn::Join": ["", ["x=", SECRET_KEY]]}}
                        },
                    }
                }
            ),
        ),
        (
            "Resources.I.Properties.UserData",
            with_key(
                {
                    "I": {
                        "Type": "AWS::EC2::Instance",
                        "Properties": {"UserData": "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"},
                    }
                }
            ),
        ),
        (
            "Parameters.Id.Default",
            with_key({}, Parameters={"Id": {"Type": "String", "Default": "AKIAIOSFODNN7EXAMPLE"}}),
        ),
        (
            "Resources.F.Properties.Environment.Variables.DB",
            with_key(
                {
                    "F": {
                        "Type": "AWS::Lambda::Function",
                        "Properties": {
                            "Environment": {
                                "Variables": {"DB": "{{resolve:secretsmanager:db:SecretString}}"}
                            }
                        },
                    }
                }
            ),
        ),
    ],
)
def test_a_secret_in_the_open_is_found(
    place: str, template: dict[str, Any], tmp_path: Path
) -> None:
    assert of("secret-exposed", tmp_path, template) == [f"secret-exposed[{place}]"]


def test_a_secret_in_secrets_manager_and_a_key_id_are_not_found(tmp_path: Path) -> None:
    kept = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": SECRET_KEY}}
    template = with_key({"Kept": kept}, Outputs={"Id": {"Value": {"Ref": "Key"}}})
    assert of("secret-exposed", tmp_path, template) == []


def test_a_password_that_a_service_takes_is_not_shown(tmp_path: Path) -> None:
    password = "{{resolve:secretsmanager:db:SecretString:password}}"
    database = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {"MasterUserPassword": password},
    }
    assert of("secret-exposed", tmp_path, {"Resources": {"Db": database}}) == []


@pytest.mark.parametrize("policy", ["Delete", None])
def test_a_bucket_that_goes_with_its_stack_is_found(policy: str | None, tmp_path: Path) -> None:
    bucket = {"Type": "AWS::S3::Bucket"} | ({"DeletionPolicy": policy} if policy else {})
    assert of("data-deleted", tmp_path, {"Resources": {"It": bucket}}) == ["data-deleted"]


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_a_bucket_that_stays_is_not_found(policy: str, tmp_path: Path) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy}
    assert of("data-deleted", tmp_path, {"Resources": {"It": bucket}}) == []


def test_a_bucket_of_access_logs_may_go(tmp_path: Path) -> None:
    logging = {"LoggingConfiguration": {"DestinationBucketName": {"Ref": "Logs"}}}
    logs = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"}
    template = {"Resources": {"Logs": logs, "Data": BUCKET | {"Properties": logging}}}
    assert of("data-deleted", tmp_path, template) == []


ROOT = {"AWS": "arn:aws:iam::111122223333:root"}


def key_with(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a key whose policy has these statements."""
    whole = [{"Resource": "*", **each} for each in statements]
    policy = {"Version": "2012-10-17", "Statement": whole}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}
    return {"Resources": {"Key": key}}


@pytest.mark.parametrize(
    "statements",
    [
        [{"Effect": "Allow", "Principal": ROOT, "Action": ["kms:Encrypt", "kms:Decrypt"]}],
        [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "kms:*"}],
        [{"Effect": "Allow", "Principal": ROOT, "NotAction": "kms:Put*"}],
        [
            {"Effect": "Allow", "Principal": ROOT, "Action": "kms:*"},
            {"Effect": "Deny", "Principal": "*", "Action": "kms:PutKeyPolicy"},
        ],
    ],
)
def test_a_key_whose_policy_nobody_may_change_is_locked(
    statements: list[dict[str, Any]], tmp_path: Path
) -> None:
    found = of("key-locked", tmp_path, key_with(*statements))
    assert found == ["key-locked[kms:PutKeyPolicy]"]


@pytest.mark.parametrize(
    "statements",
    [
        [{"Effect": "Allow", "Principal": ROOT, "Action": "kms:*"}],
        [
            {"Effect": "Allow", "Principal": ROOT, "Action": ["kms:Put*", "kms:Describe*"]},
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "kms:Put*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
        [
            {"Effect": "Allow", "Principal": ROOT, "Action": "kms:*"},
            {"Effect": "Deny", "NotPrincipal": ROOT, "Action": "kms:PutKeyPolicy"},
        ],
    ],
)
def test_a_key_that_somebody_administers_is_not_locked(
    statements: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert of("key-locked", tmp_path, key_with(*statements)) == []


def test_the_policy_that_aws_writes_for_a_topic_names_no_unknown_action(tmp_path: Path) -> None:
    actions = ["SNS:Publish", "SNS:Receive", "SNS:Subscribe", "SNS:AddPermission"]
    owner = {"StringEquals": {"AWS:SourceOwner": "111122223333"}}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": actions,
        "Resource": {"Ref": "Topic"},
        "Condition": owner,
    }
    document = {"Version": "2008-10-17", "Statement": [statement]}
    properties = {"Topics": [{"Ref": "Topic"}], "PolicyDocument": document}
    template = {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Policy": {"Type": "AWS::SNS::TopicPolicy", "Properties": properties},
    }
    assert of("unknown-action", tmp_path, {"Resources": template}) == []


def test_an_access_point_is_judged_by_what_somebody_wrote(tmp_path: Path) -> None:
    public = opened("Bucket")["Policy"]["Properties"]["PolicyDocument"]
    resources = {
        "It": {**BUCKET, "Properties": {"BucketName": "it"}},
        "Point": {
            "Type": "AWS::S3::AccessPoint",
            "Properties": {"Bucket": "it", "Policy": public},
        },
    }
    assert of("public-resource", tmp_path, {"Resources": resources}) == [
        "public-resource[s3:GetObject]"
    ]


def test_a_role_with_actions_that_nobody_knows_passes_no_user(tmp_path: Path) -> None:
    policy = {"PolicyName": "P", "PolicyDocument": document("{{resolve:ssm:/actions}}")}
    admin = {"PolicyName": "P", "PolicyDocument": document("*")}
    resources = {
        "R": role(Policies=[policy]),
        "U": {"Type": "AWS::IAM::User", "Properties": {"Policies": [admin]}},
    }
    assert of("administrator", tmp_path, {"Resources": resources}) == ["administrator[*]"]


def test_policies_that_are_no_list_are_none(tmp_path: Path) -> None:
    group = {"Type": "AWS::IAM::Group", "Properties": {"Policies": {"Fn::Length": [1]}}}
    sections = {"Transform": "AWS::LanguageExtensions", "Resources": {"G": group}}
    assert of("administrator", tmp_path, sections) == []
