"""Who may read and write objects depends on the key of each object, not on the bucket's default."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role, snapshot_of_template

from whomay.engine import Request, Snapshot, Verdict, check, decide, diff, who_may
from whomay.engine.contract import Stated, StatementKind
from whomay.iam.parse import parse_policy

OBJECT = "arn:aws:s3:::bbb/x"
ROLE = "arn:aws:iam::111122223333:role/r"
ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.IMPLICIT_DENY, Verdict.UNKNOWN
ENCRYPTION = "s3:x-amz-server-side-encryption"
KEY_ID = f"{ENCRYPTION}-aws-kms-key-id"
CUSTOMER = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": "Key"}}
ELSEWHERE = {
    "SSEAlgorithm": "aws:kms",
    "KMSMasterKeyID": "arn:aws:kms:eu-west-1:444455556666:key/theirs",
}
AWS = {"SSEAlgorithm": "aws:kms"}
S3 = {"SSEAlgorithm": "AES256"}
OTHER_ACCOUNT = "arn:aws:iam::444455556666:role/reader"


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def system(folder: Path, default: dict[str, Any], *statements: dict[str, Any]) -> Snapshot:
    """A bucket bbb whose default encryption is given, a key, and a role r with these statements."""
    rule = [{"ServerSideEncryptionByDefault": default}]
    policies = [{"PolicyName": "P", "PolicyDocument": {"Statement": list(statements)}}]
    bucket = {
        "BucketName": "bbb",
        "BucketEncryption": {"ServerSideEncryptionConfiguration": rule},
    }
    opened = {
        "Statement": [allow("s3:GetObject", "s3:PutObject", Principal={"AWS": OTHER_ACCOUNT})]
    }
    resources = {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": bucket},
        "Key": {"Type": "AWS::KMS::Key"},
        "Role": role(RoleName="r", Policies=policies),
        "Open": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": "bbb", "PolicyDocument": opened},
        },
    }
    return snapshot_of_template(folder, {"Resources": resources})


READ, WRITE = allow("s3:GetObject"), allow("s3:PutObject")
DECRYPT, MAKE = allow("kms:Decrypt"), allow("kms:GenerateDataKey")


@pytest.mark.parametrize(
    ("action", "default", "statements", "verdict"),
    [
        ("s3:GetObject", CUSTOMER, [READ, DECRYPT], ALLOWED),
        ("s3:GetObject", CUSTOMER, [READ], UNKNOWN),
        ("s3:GetObject", CUSTOMER, [DECRYPT], DENIED),
        ("s3:GetObject", ELSEWHERE, [READ, DECRYPT], UNKNOWN),
        ("s3:GetObject", AWS, [READ], ALLOWED),
        ("s3:GetObject", S3, [READ], ALLOWED),
        ("s3:PutObject", CUSTOMER, [WRITE, MAKE, DECRYPT], ALLOWED),
        ("s3:PutObject", CUSTOMER, [WRITE, MAKE], UNKNOWN),  # in parts it is refused
        ("s3:PutObject", CUSTOMER, [WRITE, DECRYPT], DENIED),
        ("s3:PutObject", CUSTOMER, [WRITE], DENIED),
        ("s3:PutObject", AWS, [WRITE], ALLOWED),
        ("s3:PutObject", S3, [WRITE], ALLOWED),
    ],
)
def test_one_request_is_decided_by_the_key_that_its_object_has_for_sure(
    action: str,
    default: dict[str, Any],
    statements: list[dict[str, Any]],
    verdict: Verdict,
    tmp_path: Path,
) -> None:
    snapshot = system(tmp_path, default, *statements)
    assert decide(Request(ROLE, action, OBJECT), snapshot).verdict is verdict


@pytest.mark.parametrize(
    ("given", "default", "statements", "verdict"),
    [
        ({ENCRYPTION: "AES256"}, CUSTOMER, [WRITE], ALLOWED),
        ({ENCRYPTION: "aws:kms"}, CUSTOMER, [WRITE], ALLOWED),  # under AWS's own key
        ({ENCRYPTION: "aws:kms"}, S3, [WRITE], ALLOWED),
        ({ENCRYPTION: "aws:kms", KEY_ID: "alias/aws/s3"}, S3, [WRITE], ALLOWED),
        ({ENCRYPTION: "aws:kms", KEY_ID: "1234"}, S3, [WRITE], DENIED),
        ({ENCRYPTION: "aws:kms", KEY_ID: "1234"}, S3, [WRITE, MAKE, DECRYPT], UNKNOWN),
        ({f"{ENCRYPTION}-customer-algorithm": "AES256"}, CUSTOMER, [WRITE], ALLOWED),
    ],
)
def test_an_upload_names_its_encryption(
    given: dict[str, str],
    default: dict[str, Any],
    statements: list[dict[str, Any]],
    verdict: Verdict,
    tmp_path: Path,
) -> None:
    snapshot = system(tmp_path, default, *statements)
    assert decide(Request(ROLE, "s3:PutObject", OBJECT, given), snapshot).verdict is verdict


def test_a_denial_by_the_key_says_where_it_is_none(tmp_path: Path) -> None:
    reading = Request(ROLE, "s3:GetObject", OBJECT)
    writing = Request(ROLE, "s3:PutObject", OBJECT)
    snapshot = system(tmp_path, CUSTOMER, READ, WRITE, MAKE)
    assert decide(reading, snapshot).reason.startswith(
        "not known: Allowed where the object's encryption is AES256, else ImplicitDeny: "
    )
    assert decide(writing, snapshot).reason.startswith(
        "not known: ImplicitDeny where the upload is in parts, else Allowed: "
    )


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
def test_objects_under_the_key_of_aws_are_refused_to_other_accounts(
    action: str, tmp_path: Path
) -> None:
    reader = Request(OTHER_ACCOUNT, action, OBJECT)
    found = who_may(action, OBJECT, system(tmp_path, AWS))
    assert OTHER_ACCOUNT in [each.name for each in found]  # objects under no key it may read
    may_all = role(
        RoleName="reader",
        Policies=[{"PolicyName": "P", "PolicyDocument": {"Statement": [allow("*")]}}],
    )
    own = snapshot_of_template(tmp_path / "own", {"Resources": {"Role": may_all}}).principals[0]
    theirs = type(own)(OTHER_ACCOUNT, own.kind, "444455556666", own.path, own.identity)
    here = system(tmp_path / "here", AWS)
    both = Snapshot((*here.principals, theirs), here.resources)
    verdict = decide(reader, both).verdict
    assert verdict is (UNKNOWN if action == "s3:GetObject" else DENIED)


def outcome(snapshot: Snapshot, kind: StatementKind, *actions: str, **given: str) -> str:
    fixed = tuple((KEYS[name], (value,)) for name, value in given.items())
    resources = ("arn:aws:s3:::bbb/*",) if actions else ()
    listed = None if actions else parse_policy({"Statement": []})
    stated = Stated(kind, "app.py:1", "S", "S/Role", actions, resources, fixed, listed)
    [result] = check([stated], snapshot).results
    return str(result.finding.outcome)


KEYS = {"encryption": ENCRYPTION, "key": KEY_ID}
MUST, NEVER, ONLY = StatementKind.MUST_ALLOW, StatementKind.MUST_NOT_ALLOW, StatementKind.MAY_ONLY


@pytest.mark.parametrize("default", [CUSTOMER, ELSEWHERE, AWS, S3])
@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
def test_no_key_proves_that_nobody_may_read_or_write(
    default: dict[str, Any], action: str, tmp_path: Path
) -> None:
    snapshot = system(tmp_path, default, allow(action))
    assert outcome(snapshot, NEVER, action) == "broken"
    assert outcome(snapshot, ONLY) == "broken"
    assert "S/Role" in [each.name for each in who_may(action, OBJECT, snapshot)]


def test_a_denial_of_all_other_encryption_proves_it(tmp_path: Path) -> None:
    key_only = {
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": "*",
        "Condition": {"StringNotEquals": {KEY_ID: {"Fn::GetAtt": ["Key", "Arn"]}}},
    }
    snapshot = system(tmp_path, CUSTOMER, WRITE, key_only)
    assert outcome(snapshot, NEVER, "s3:PutObject") == "kept"
    with_key = system(tmp_path / "with", S3, WRITE, MAKE, key_only)
    assert outcome(with_key, NEVER, "s3:PutObject") == "broken"


def test_who_may_not_name_an_encryption_still_brings_a_key_of_its_own(tmp_path: Path) -> None:
    none_named = {
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": "*",
        "Condition": {"Null": {ENCRYPTION: "false"}},
    }
    snapshot = system(tmp_path, CUSTOMER, WRITE, none_named)
    assert outcome(snapshot, NEVER, "s3:PutObject") == "broken"
    no_own_key = none_named | {"Condition": {"Null": {f"{ENCRYPTION}-customer-algorithm": "false"}}}
    closed = system(tmp_path / "closed", CUSTOMER, WRITE, none_named, no_own_key)
    assert outcome(closed, NEVER, "s3:PutObject") == "kept"


@pytest.mark.parametrize(
    ("default", "statements", "action", "found"),
    [
        (CUSTOMER, [READ], "s3:GetObject", "broken"),
        (CUSTOMER, [READ, DECRYPT], "s3:GetObject", "kept"),
        (ELSEWHERE, [READ, DECRYPT], "s3:GetObject", "not known"),
        (AWS, [READ], "s3:GetObject", "kept"),
        (CUSTOMER, [WRITE, MAKE], "s3:PutObject", "broken"),
        (CUSTOMER, [WRITE, MAKE, DECRYPT], "s3:PutObject", "kept"),
        (S3, [WRITE], "s3:PutObject", "kept"),
    ],
)
def test_must_allow_holds_for_every_object_and_every_upload(
    default: dict[str, Any],
    statements: list[dict[str, Any]],
    action: str,
    found: str,
    tmp_path: Path,
) -> None:
    assert outcome(system(tmp_path, default, *statements), MUST, action) == found


def test_a_given_encryption_is_what_the_upload_names(tmp_path: Path) -> None:
    snapshot = system(tmp_path, CUSTOMER, WRITE)
    assert outcome(snapshot, MUST, "s3:PutObject", encryption="AES256") == "kept"
    assert outcome(snapshot, NEVER, "s3:PutObject", encryption="AES256") == "broken"
    assert outcome(snapshot, MUST, "s3:PutObject", encryption="aws:kms", key="1234") == "broken"


@pytest.mark.parametrize(
    ("before", "after"),
    [([], [WRITE]), ([WRITE, MAKE], [WRITE, MAKE, DECRYPT]), ([], [READ])],
)
def test_a_change_of_what_the_key_does_not_hold_back_is_wider(
    before: list[dict[str, Any]], after: list[dict[str, Any]], tmp_path: Path
) -> None:
    sides = [system(tmp_path / name, CUSTOMER, *s) for name, s in (("a", before), ("b", after))]
    assert [(one.principal, one.change.value) for one in diff(*sides)] == [("S/Role", "wider")]
