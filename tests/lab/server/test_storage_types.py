"""Buckets and trails: created, updated, deleted through CloudFormation's own API."""

from typing import Any

import pytest
from support.aws import refusal, resource, root, stack

from whomay.lab.state import Lab


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
        assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [
            {"Key": "aws:cloudformation:stack-name", "Value": one.stack_name},
            {"Key": "aws:cloudformation:logical-id", "Value": "Bucket"},
        ]
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
