"""Buckets: private, encrypted, logged, kept."""

from typing import Any

import pytest
from aws_cdk import App, Duration, RemovalPolicies, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from whomay.cdk import GateError, LogBucket, PrivateBucket, synth


def after(days: int) -> dict[str, Any]:
    """The rule by which a log bucket empties itself."""
    return {
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        "ExpirationInDays": days,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "Status": "Enabled",
    }


OWNER = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}
PRIVATE = {
    "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    },
    "VersioningConfiguration": {"Status": "Enabled"},
}


def encryption(algorithm: str, **key: object) -> dict[str, object]:
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **key}}
    return {"ServerSideEncryptionConfiguration": [rule]}


def test_a_private_bucket_is_private_encrypted_versioned_and_logged(stack: Stack) -> None:
    PrivateBucket(stack, "Shared")
    buckets = Template.from_stack(stack).find_resources("AWS::S3::Bucket")
    assert buckets == {
        "SharedDACC02AA": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                **PRIVATE,
                **OWNER,
                "BucketEncryption": encryption("AES256"),
                "LoggingConfiguration": {
                    "DestinationBucketName": {"Ref": "Logs6819BB44"},
                    "LogFilePrefix": "access/Shared/",
                },
            },
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
        },
        "Logs6819BB44": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                **PRIVATE,
                "BucketEncryption": encryption("AES256"),
                "LifecycleConfiguration": {"Rules": [after(400)]},
            },
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
        },
    }


def test_a_private_bucket_refuses_plain_http_and_old_tls(stack: Stack) -> None:
    PrivateBucket(stack, "Shared")
    [policy] = [
        found["Properties"]["PolicyDocument"]["Statement"]
        for found in Template.from_stack(stack).find_resources("AWS::S3::BucketPolicy").values()
        if found["Properties"]["Bucket"] == {"Ref": "SharedDACC02AA"}
    ]
    arn = {"Fn::GetAtt": ["SharedDACC02AA", "Arn"]}
    deny = {
        "Action": "s3:*",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Resource": [arn, {"Fn::Join": ["", [arn, "/*"]]}],
    }
    assert policy == [
        {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**deny, "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}},
    ]


def test_a_given_key_encrypts(stack: Stack) -> None:
    PrivateBucket(stack, "Shared", encryption_key=kms.Key(stack, "Key"))
    bucket = Template.from_stack(stack).find_resources("AWS::S3::Bucket")["SharedDACC02AA"]
    [rule] = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {
            "KMSMasterKeyID": {"Fn::GetAtt": ["Key961B73FD", "Arn"]},
            "SSEAlgorithm": "aws:kms",
        },
    }


def test_a_stack_has_one_log_bucket(stack: Stack) -> None:
    first, second = PrivateBucket(stack, "One"), PrivateBucket(stack, "Two")
    assert LogBucket.of(first) is LogBucket.of(second)
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 3)


@pytest.mark.parametrize(("keep", "days"), [(None, 400), (Duration.days(30), 30)])
def test_logs_are_deleted_after_a_time_and_leave_nothing(
    stack: Stack, keep: Duration | None, days: int
) -> None:
    LogBucket(stack, "Logs", keep=keep)
    [bucket] = Template.from_stack(stack).find_resources("AWS::S3::Bucket").values()
    assert bucket["Properties"]["LifecycleConfiguration"]["Rules"] == [after(days)]


@pytest.mark.parametrize("keep", [Duration.days(0), Duration.hours(30), Duration.days(36_501), 30])
def test_logs_are_kept_for_whole_days(stack: Stack, keep: Any) -> None:
    with pytest.raises(
        (TypeError, ValueError), match=r"keep: got .*a Duration of 1 to 36500 whole"
    ):
        LogBucket(stack, "Logs", keep=keep)


def test_another_log_bucket_may_be_given(stack: Stack) -> None:
    PrivateBucket(
        stack, "Shared", log_bucket=s3.Bucket.from_bucket_name(stack, "L", "central-logs")
    )
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 1)


def test_a_bucket_for_a_trial_goes_with_its_stack(stack: Stack) -> None:
    PrivateBucket(stack, "Shared", removal_policy=RemovalPolicy.DESTROY)
    bucket = Template.from_stack(stack).find_resources("AWS::S3::Bucket")["SharedDACC02AA"]
    assert bucket["DeletionPolicy"] == "Delete"


def test_a_bucket_that_goes_with_its_stack_is_one_finding(app: App, stack: Stack) -> None:
    PrivateBucket(stack, "Shared", removal_policy=RemovalPolicy.DESTROY)
    with pytest.raises(GateError) as caught:
        synth(app)
    assert [line.split(": ")[1] for line in caught.value.args] == ["AccessRules::data-deleted"]


def test_a_key_may_not_go_while_its_bucket_stays(app: App, stack: Stack) -> None:
    key = kms.Key(stack, "Key", removal_policy=RemovalPolicy.DESTROY, enable_key_rotation=True)
    PrivateBucket(stack, "Shared", encryption_key=key)
    with pytest.raises(GateError, match="the key Stack/Key is deleted with its stack"):
        synth(app)


def test_a_whole_stack_for_a_trial_goes_with_its_key(app: App, stack: Stack) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    PrivateBucket(stack, "Shared", encryption_key=key)
    RemovalPolicies.of(stack).destroy()
    with pytest.raises(GateError) as caught:  # told of as data that goes, and not of the key
        synth(app)
    assert {line.split(": ")[1] for line in caught.value.args} == {"AccessRules::data-deleted"}


def test_buckets_work_in_an_app_without_any_feature_flag() -> None:
    stack = Stack()
    PrivateBucket(stack, "Shared")
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 2)
