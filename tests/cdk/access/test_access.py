"""What each access turns into: whole statements, nothing more."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.reading import statements

from whomay.cdk import (
    Access,
    AssumeRoleAccess,
    BucketAccess,
    S3FullAccess,
    SecretAccess,
    SessionManagerAccess,
)
from whomay.cdk.access.granted import policy_document

OBJECTS = "<B08E7C7AF.Arn>/incoming/*"
LIST = {
    "Action": "s3:ListBucket",
    "Condition": {"StringLike": {"s3:prefix": "incoming/*"}},
    "Effect": "Allow",
    "Resource": "<B08E7C7AF.Arn>",
}
VIA_S3 = {"StringEquals": {"kms:ViaService": "s3.<AWS::Region>.<AWS::URLSuffix>"}}


def allow(*actions: str, on: str = OBJECTS, **rest: Any) -> dict[str, Any]:
    return {
        "Action": list(actions) if len(actions) > 1 else actions[0],
        "Effect": "Allow",
        "Resource": on,
        **rest,
    }


MODES = {
    "read": [allow("s3:GetObject")],
    "list": [LIST],
    "write": [allow("s3:PutObject", "s3:AbortMultipartUpload")],
    "read_write": [allow("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"), LIST],
    "copy_from": [allow("s3:GetObject", "s3:GetObjectTagging"), LIST],
    "copy_to": [allow("s3:PutObject", "s3:AbortMultipartUpload", "s3:PutObjectTagging"), LIST],
    "delete": [allow("s3:DeleteObject")],
}
KEY_ACTIONS = {
    "read": "kms:Decrypt",
    "list": None,
    "write": ["kms:GenerateDataKey", "kms:Decrypt"],
    "read_write": ["kms:GenerateDataKey", "kms:Decrypt"],
    "copy_from": "kms:Decrypt",
    "copy_to": ["kms:GenerateDataKey", "kms:Decrypt"],
    "delete": None,
}


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_allows_its_actions_under_the_prefix_and_nothing_else(
    stack: Stack, mode: str
) -> None:
    access = getattr(BucketAccess, mode)(s3.Bucket(stack, "B"), prefix="incoming/")
    assert statements(stack, access) == MODES[mode]


@pytest.mark.parametrize("mode", MODES)
def test_without_a_prefix_the_whole_bucket_is_meant(stack: Stack, mode: str) -> None:
    access = getattr(BucketAccess, mode)(s3.Bucket(stack, "B"))
    expected = [
        {k: v for k, v in statement.items() if k != "Condition"}
        | {"Resource": statement["Resource"].replace("/incoming/*", "/*")}
        for statement in MODES[mode]
    ]
    assert statements(stack, access) == expected


@pytest.mark.parametrize("mode", MODES)
def test_a_customer_key_is_usable_through_s3_alone(stack: Stack, mode: str) -> None:
    bucket = s3.Bucket(stack, "B", encryption_key=kms.Key(stack, "K"))
    expected = MODES[mode] + (
        [
            {
                "Action": KEY_ACTIONS[mode],
                "Condition": VIA_S3,
                "Effect": "Allow",
                "Resource": "<K485CC42E.Arn>",
            }
        ]
        if KEY_ACTIONS[mode]
        else []
    )
    found = statements(stack, getattr(BucketAccess, mode)(bucket, prefix="incoming/"))
    assert found == expected


def test_no_mode_but_delete_deletes_and_none_deletes_versions() -> None:
    deleting = {
        mode
        for mode, found in MODES.items()
        for statement in found
        if "Delete" in str(statement["Action"])
    }
    assert deleting == {"delete"}
    assert "DeleteObjectVersion" not in str(MODES)


def test_an_imported_bucket_is_named_by_its_arn(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "B", "reports-2026")
    assert statements(stack, BucketAccess.read(bucket)) == [
        allow("s3:GetObject", on="arn:<AWS::Partition>:s3:::reports-2026/*")
    ]


folders = st.text("abcXYZ019-_.=+@ ()!'", min_size=1, max_size=12).filter(
    lambda text: text not in (".", "..")
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(folders, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + "/"))
def test_any_folder_of_printable_ascii_is_a_prefix_taken_as_it_is(prefix: str) -> None:
    stack = Stack()
    bucket = s3.Bucket.from_bucket_name(stack, "B", "reports-2026")
    assert statements(stack, BucketAccess.write(bucket, prefix=prefix))[0]["Resource"] == (
        f"arn:<AWS::Partition>:s3:::reports-2026/{prefix}*"
    )


@given(st.text(min_size=1, max_size=30))
def test_every_accepted_prefix_confines_to_one_folder(prefix: str) -> None:
    bucket = s3.Bucket.from_bucket_name(Stack(), "B", "reports-2026")
    safe = (
        prefix.isascii()
        and prefix.isprintable()
        and prefix.endswith("/")
        and not set(prefix) & set("*?${")
        and not {"", ".", ".."} & set(prefix[:-1].split("/"))
    )
    with nullcontext() if safe else pytest.raises(ValueError, match=r"^prefix: got .*allowed is"):
        BucketAccess.read(bucket, prefix=prefix)


def test_assuming_roles_names_exactly_these_roles(stack: Stack) -> None:
    roles = [
        iam.Role(stack, name, assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        for name in ("A", "B")
    ]
    assert statements(stack, AssumeRoleAccess(*roles)) == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Resource": ["<ACCC8ACD5.Arn>", "<B08E7C7AF.Arn>"],
        }
    ]


def test_session_manager_gets_the_heartbeat_and_the_channels(stack: Stack) -> None:
    assert statements(stack, SessionManagerAccess()) == [
        allow(
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
            on="*",
        )
    ]


def test_a_secret_is_read_and_its_key_used_through_secrets_manager_alone(stack: Stack) -> None:
    secret = secretsmanager.Secret(stack, "S", encryption_key=kms.Key(stack, "K"))
    assert statements(stack, SecretAccess.read(secret)) == [
        allow("secretsmanager:GetSecretValue", on="<S509448A1>"),
        allow(
            "kms:Decrypt",
            on="<K485CC42E.Arn>",
            Condition={
                "StringEquals": {"kms:ViaService": "secretsmanager.<AWS::Region>.<AWS::URLSuffix>"}
            },
        ),
    ]


def test_full_access_to_s3_is_possible_and_says_why(stack: Stack) -> None:
    reason = "The first step of the course shows what the later steps then take away again"
    access = S3FullAccess(reason)
    assert statements(stack, access) == [allow("s3:*", on="*")]
    assert access.wildcard_reason == reason


@pytest.mark.parametrize(
    "reason", ["", "because", "TODO: find out why this role needs all of S3 every day"]
)
def test_full_access_needs_a_real_reason(reason: str) -> None:
    with pytest.raises(ValueError, match="reason: got "):
        S3FullAccess(reason)


@dataclass(frozen=True)
class Custom:
    statement: iam.PolicyStatement

    def statements(self) -> list[iam.PolicyStatement]:
        return [self.statement]


def test_any_object_with_statements_is_an_access(stack: Stack) -> None:
    statement = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=["arn:aws:sqs:::jobs"])
    access: Access = Custom(statement)
    assert stack.resolve(policy_document([access])) == {
        "Statement": [allow("sqs:SendMessage", on="arn:aws:sqs:::jobs")],
        "Version": "2012-10-17",
    }


@pytest.mark.parametrize(
    ("statement", "parameter"),
    [
        ({"actions": ["s3:*"], "resources": ["arn:aws:s3:::reports"]}, "actions"),
        ({"actions": ["*"], "resources": ["*"]}, "actions"),
        ({"not_actions": ["iam:*"], "resources": ["*"]}, "access"),
        ({"actions": ["s3:GetObject"], "not_resources": ["arn:aws:s3:::reports/*"]}, "access"),
        ({"actions": ["kms:Decrypt"], "resources": ["*"]}, "resources"),
        (
            {
                "actions": ["s3:GetObject"],
                "resources": ["arn:aws:s3:::reports/*"],
                "sid": "Two words",
            },
            "sid",
        ),
    ],
)
def test_a_custom_access_is_held_to_the_same_rules(
    statement: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(ValueError, match=f"^{parameter}: got "):
        policy_document([Custom(iam.PolicyStatement(**statement))])
