"""A snapshot that AWS Config delivered is read as an account; what is not in it is Unknown."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from whomay.engine import Request, Snapshot, Verdict, decide, read

ACCOUNT = "111122223333"
WRITER = f"arn:aws:iam::{ACCOUNT}:role/app/Writer"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"


def document(**statement: Any) -> dict[str, Any]:
    whole = {"Effect": "Allow", "Resource": "*", **statement}
    kept = {key: value for key, value in whole.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [kept]}


def encoded(**statement: Any) -> str:
    return quote(json.dumps(document(**statement)))


TRUST = encoded(Action="sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"}, Resource=None)


def item(kind: str, arn: str, configuration: Any, **more: Any) -> dict[str, Any]:
    return {
        "configurationItemVersion": "1.3",
        "configurationItemStatus": "OK",
        "awsAccountId": ACCOUNT,
        "resourceType": kind,
        "resourceId": arn.rpartition("/")[2].rpartition(":")[2],
        "resourceName": arn.rpartition("/")[2].rpartition(":")[2],
        "ARN": arn,
        "awsRegion": "eu-west-1",
        "configuration": configuration,
        "supplementaryConfiguration": {},
        **more,
    }


def role(action: str = "s3:PutObject") -> dict[str, Any]:
    configuration = {
        "path": "/app/",
        "roleName": "Writer",
        "roleId": "AROAEXAMPLEID",
        "arn": WRITER,
        "assumeRolePolicyDocument": TRUST,
        "instanceProfileList": [],
        "rolePolicyList": [{"policyName": "Access", "policyDocument": encoded(Action=action)}],
        "attachedManagedPolicies": [
            {"policyName": "Send", "policyArn": f"arn:aws:iam::{ACCOUNT}:policy/Send"}
        ],
        "tags": [{"key": "team", "value": "blue"}],
    }
    return item("AWS::IAM::Role", WRITER, configuration)


def policy() -> dict[str, Any]:
    versions = [
        {"versionId": "v1", "isDefaultVersion": False, "document": encoded(Action="*")},
        {"versionId": "v2", "isDefaultVersion": True, "document": encoded(Action="sqs:Send*")},
    ]
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Send"
    return item("AWS::IAM::Policy", arn, {"arn": arn, "policyVersionList": versions})


def bucket(name: str, **supplementary: Any) -> dict[str, Any]:
    acl = {
        "grantList": [{"grantee": {"id": "a1"}, "permission": "FullControl"}],
        "owner": {"id": "a1"},
    }
    told = {"AccessControlList": json.dumps(acl), **supplementary}
    return item(
        "AWS::S3::Bucket", f"arn:aws:s3:::{name}", {"name": name}, supplementaryConfiguration=told
    )


def snapshot(folder: Path, *items: dict[str, Any]) -> Snapshot:
    body = {"fileVersion": "1.0", "configSnapshotId": "1", "configurationItems": [*items]}
    file = folder / "config.json"
    file.write_text(json.dumps(body))
    return read(file).snapshot


def verdict(known: Snapshot, action: str, resource: str, who: str = WRITER) -> Verdict:
    return decide(Request(who, action, resource), known).verdict


def test_roles_and_their_policies_are_read_by_the_version_in_force(tmp_path: Path) -> None:
    known = snapshot(
        tmp_path, role(), policy(), bucket("reports", BucketPolicy={"policyText": None})
    )
    assert verdict(known, "s3:PutObject", "arn:aws:s3:::reports/x") is Verdict.ALLOWED
    assert verdict(known, "s3:GetObject", "arn:aws:s3:::reports/x") is Verdict.IMPLICIT_DENY
    assert verdict(known, "sqs:SendMessage", QUEUE) is Verdict.ALLOWED
    assert verdict(known, "sqs:ReceiveMessage", QUEUE) is Verdict.IMPLICIT_DENY
    assert verdict(known, "sts:AssumeRole", WRITER, "ec2.amazonaws.com") is Verdict.ALLOWED
    assert known.principals[0].tags == (("team", "blue"),)


@pytest.mark.parametrize("as_text", [False, True])
def test_a_policy_of_a_bucket_counts_whether_it_is_text_or_an_object(
    as_text: bool, tmp_path: Path
) -> None:
    denying = document(
        Effect="Deny", Action="s3:PutObject", Principal="*", Resource="arn:aws:s3:::reports/*"
    )
    told: Any = {"policyText": json.dumps(denying)}
    made = bucket("reports", BucketPolicy=json.dumps(told) if as_text else told)
    known = snapshot(tmp_path, role(), policy(), made)
    assert verdict(known, "s3:PutObject", "arn:aws:s3:::reports/x") is Verdict.EXPLICIT_DENY


@pytest.mark.parametrize(
    ("resource", "action", "arn"),
    [
        (bucket("reports"), "s3:GetObject", "arn:aws:s3:::reports/x"),
        (bucket("reports", BucketPolicy={}, AccessControlList="{}"), "s3:GetObject", "arn:aws:s3:::reports/x"),
        (item("AWS::SQS::Queue", QUEUE, {"QueueName": "jobs"}), "sqs:ReceiveMessage", QUEUE),
        (item("AWS::KMS::Key", KEY, {}), "kms:Decrypt", KEY),
    ],
)  # fmt: skip
def test_what_config_does_not_tell_is_unknown(
    resource: dict[str, Any], action: str, arn: str, tmp_path: Path
) -> None:
    known = snapshot(tmp_path, role(), policy(), resource)
    told = decide(Request(WRITER, action, arn), known)
    assert told.verdict is Verdict.UNKNOWN
    assert "AWS Config, which does not tell it" in told.reason


def test_an_account_without_anything_of_iam_is_unknown(tmp_path: Path) -> None:
    known = snapshot(tmp_path, bucket("reports", BucketPolicy={}))
    told = decide(Request(WRITER, "s3:GetObject", "arn:aws:s3:::reports/x"), known)
    assert told.verdict is Verdict.UNKNOWN
    assert "its users and roles, which AWS Config did not record" in {
        each.why for each in known.unseen
    }


def test_what_was_deleted_is_not_there(tmp_path: Path) -> None:
    gone = role() | {"configurationItemStatus": "ResourceDeleted"}
    assert snapshot(tmp_path, gone, policy()).principals == ()
