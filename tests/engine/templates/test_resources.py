"""Resources that can carry a policy, and the one that the templates give them."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import snapshot_of_template

from whomay.engine.snapshot import Resource
from whomay.iam.patterns.symbols import display

ACCOUNT = "eu-west-1:111122223333"
STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "x:y", "Resource": "*"}
DOCUMENT: dict[str, Any] = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def read(folder: Path, **resources: Any) -> dict[str, Resource]:
    snapshot = snapshot_of_template(folder, {"Resources": resources})
    return {display(each.arn): each for each in snapshot.resources}


def statements(resource: Resource) -> list[tuple[Any, ...]]:
    assert resource.policy
    return [(s.effect, s.principals, s.actions) for s in resource.policy.statements]


CARRIED: dict[str, tuple[str, dict[str, Any]]] = {
    "a bucket": (
        "arn:aws:s3:::<S.It>",
        {
            "It": resource("S3::Bucket"),
            "P": resource("S3::BucketPolicy", Bucket={"Ref": "It"}, PolicyDocument=DOCUMENT),
        },
    ),
    "a key": (
        f"arn:aws:kms:{ACCOUNT}:key/<S.It>",
        {"It": resource("KMS::Key", KeyPolicy=DOCUMENT)},
    ),
    "a secret": (
        f"arn:aws:secretsmanager:{ACCOUNT}:secret:<S.It.SecretId>",
        {
            "It": resource("SecretsManager::Secret"),
            "P": resource(
                "SecretsManager::ResourcePolicy", SecretId={"Ref": "It"}, ResourcePolicy=DOCUMENT
            ),
        },
    ),
    "a queue": (
        f"arn:aws:sqs:{ACCOUNT}:<S.It>",
        {
            "It": resource("SQS::Queue"),
            "P": resource("SQS::QueuePolicy", Queues=[{"Ref": "It"}], PolicyDocument=DOCUMENT),
        },
    ),
    "a queue, inline": (
        f"arn:aws:sqs:{ACCOUNT}:<S.It>",
        {
            "It": resource("SQS::Queue"),
            "P": resource("SQS::QueueInlinePolicy", Queue={"Ref": "It"}, PolicyDocument=DOCUMENT),
        },
    ),
    "a topic": (
        f"arn:aws:sns:{ACCOUNT}:<S.It>",
        {
            "It": resource("SNS::Topic"),
            "P": resource("SNS::TopicPolicy", Topics=[{"Ref": "It"}], PolicyDocument=DOCUMENT),
        },
    ),
    "a topic, inline": (
        f"arn:aws:sns:{ACCOUNT}:<S.It>",
        {
            "It": resource("SNS::Topic"),
            "P": resource(
                "SNS::TopicInlinePolicy", TopicArn={"Ref": "It"}, PolicyDocument=DOCUMENT
            ),
        },
    ),
    "a repository": (
        f"arn:aws:ecr:{ACCOUNT}:repository/<S.It>",
        {"It": resource("ECR::Repository", RepositoryPolicyText=DOCUMENT)},
    ),
    "a bucket of elsewhere": (
        "arn:aws:s3:::theirs",
        {"P": resource("S3::BucketPolicy", Bucket="theirs", PolicyDocument=DOCUMENT)},
    ),
}


@pytest.mark.parametrize("case", CARRIED)
def test_a_policy_is_seen_at_its_resource(tmp_path: Path, case: str) -> None:
    arn, resources = CARRIED[case]
    found = read(tmp_path, **resources)

    assert list(found) == [arn]
    assert statements(found[arn]) == [("Allow", (("*", ("*",)),), ("x:y",))]


def test_a_resource_without_policy_has_none(tmp_path: Path) -> None:
    [found] = read(tmp_path, It=resource("S3::Bucket", BucketName="it")).values()

    assert found == Resource(
        arn="arn:aws:s3:::it",
        type="AWS::S3::Bucket",
        account="111122223333",
        region="eu-west-1",
        path="S/It",
    )


def test_a_key_without_policy_has_the_default_one(tmp_path: Path) -> None:
    [found] = read(tmp_path, It=resource("KMS::Key")).values()

    assert statements(found) == [
        ("Allow", (("AWS", ("arn:aws:iam::111122223333:root",)),), ("kms:*",))
    ]


def test_two_policies_of_one_bucket_count_both(tmp_path: Path) -> None:
    other = {**DOCUMENT, "Statement": {**STATEMENT, "Effect": "Deny"}}
    [found] = read(
        tmp_path,
        It=resource("S3::Bucket"),
        P=resource("S3::BucketPolicy", Bucket={"Ref": "It"}, PolicyDocument=DOCUMENT),
        Q=resource("S3::BucketPolicy", Bucket={"Ref": "It"}, PolicyDocument=other),
    ).values()

    assert [effect for effect, *_ in statements(found)] == ["Allow", "Deny"]


def test_lambda_permissions_become_statements_of_the_function(tmp_path: Path) -> None:
    permission: dict[str, Any] = {"Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "It"}}
    version = {"Fn::Join": [":", [{"Fn::GetAtt": ["It", "Arn"]}, "1"]]}
    [found] = read(
        tmp_path,
        It=resource("Lambda::Function"),
        Events=resource(
            "Lambda::Permission",
            **permission,
            Principal="events.amazonaws.com",
            SourceArn="arn:aws:events:eu-west-1:111122223333:rule/r",
            SourceAccount="111122223333",
        ),
        Account=resource("Lambda::Permission", **permission, Principal="444455556666"),
        Everyone=resource(
            "Lambda::Permission",
            Action="lambda:InvokeFunctionUrl",
            FunctionName=version,
            Principal="*",
            FunctionUrlAuthType="NONE",
        ),
    ).values()

    function = f"arn:aws:lambda:{ACCOUNT}:function:<S.It>"
    assert found.policy
    assert [
        (
            s.principals,
            [display(each) for each in s.resources or ()],
            [(c.operator, c.key, c.values) for c in s.conditions],
        )
        for s in found.policy.statements
    ] == [
        (
            (("Service", ("events.amazonaws.com",)),),
            [function],
            [
                (
                    "ArnLike",
                    "aws:SourceArn",
                    ("arn:aws:events:eu-west-1:111122223333:rule/r",),
                ),
                ("StringEquals", "aws:SourceAccount", ("111122223333",)),
            ],
        ),
        ((("AWS", ("444455556666",)),), [function], []),
        (
            (("*", ("*",)),),
            [f"{function}:1"],
            [("StringEquals", "lambda:FunctionUrlAuthType", ("NONE",))],
        ),
    ]


KEY_ARN = {"Fn::GetAtt": ["Key", "Arn"]}


OWN, AWS = "<S.Key>", "<aws.s3>"


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ({"KMSMasterKeyID": KEY_ARN}, OWN),
        ({"KMSMasterKeyID": {"Ref": "Key"}}, OWN),
        ({"KMSMasterKeyID": {"Ref": "Alias"}}, OWN),
        ({"KMSMasterKeyID": "alias/ours"}, OWN),
        ({"KMSMasterKeyID": "alias/aws/s3"}, AWS),
        ({"KMSMasterKeyID": f"arn:aws:kms:{ACCOUNT}:alias/aws/s3"}, AWS),
        ({}, AWS),
        ({"KMSMasterKeyID": "1234abcd"}, "1234abcd"),
        ({"KMSMasterKeyID": "alias/theirs"}, "<?which key alias/theirs is>"),
        ({"SSEAlgorithm": "AES256"}, None),
        ({"SSEAlgorithm": "aws:kms:dsse"}, AWS),
    ],
)
def test_the_key_of_a_bucket_is_found(
    tmp_path: Path, named: dict[str, Any], key: str | None
) -> None:
    encryption: dict[str, Any] = {
        "ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", **named}}
        ]
    }
    found = read(
        tmp_path,
        Key=resource("KMS::Key"),
        Alias=resource("KMS::Alias", AliasName="alias/ours", TargetKeyId={"Ref": "Key"}),
        It=resource("S3::Bucket", BucketEncryption=encryption),
        Point=resource("S3::AccessPoint", Name="p", Bucket={"Ref": "It"}),
    )

    for each in ("arn:aws:s3:::<S.It>", f"arn:aws:s3:{ACCOUNT}:accesspoint/p"):
        shown = display(found[each].key or "")
        assert shown == (f"arn:aws:kms:{ACCOUNT}:key/{key}" if key else "")


@pytest.mark.parametrize(
    "properties",
    [{"KmsKeyId": KEY_ARN}, {"KmsKeyId": "arn:aws:kms:eu-west-1:444455556666:key/theirs"}],
)
def test_the_customer_key_of_a_secret_is_found(tmp_path: Path, properties: dict[str, Any]) -> None:
    found = read(
        tmp_path, Key=resource("KMS::Key"), It=resource("SecretsManager::Secret", **properties)
    )

    key = found[f"arn:aws:secretsmanager:{ACCOUNT}:secret:<S.It.SecretId>"].key
    ours = found[f"arn:aws:kms:{ACCOUNT}:key/<S.Key>"].arn
    assert key == (ours if properties["KmsKeyId"] == KEY_ARN else properties["KmsKeyId"])
