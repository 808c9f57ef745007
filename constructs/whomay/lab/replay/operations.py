"""From an action to the one call that asks for it: data, in the order in which calls are sent.

What a call needs to exist is made for it (`objects.py`). Calls that change something come last, and
change nothing that another call depends on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from whomay.iam.arn_forms import (
    BUCKET,
    EVERYTHING,
    KEY,
    OBJECT,
    PART,
    ROLE,
    SECRET,
    USER,
    filled,
    parts_of,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of boto3's client of the action's service, and its parameters.

    A parameter in braces is filled with that part of the resource's ARN, `{arn}` with the whole.
    `keys` maps condition keys to the parameters that set them. `passed` lists errors that AWS gives
    to none but who is allowed the action. `changes` tells whether something may be changed.
    `of_all` tells whether it is asked about every resource of the app, not only about those that
    the caller's policies tell apart. That is for the few calls by which data is reached.
    """

    action: str
    kind: str
    method: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    changes: bool = False
    of_all: bool = False

    @property
    def service(self) -> str:
        """The name of boto3's client."""
        return self.action.partition(":")[0]

    def filled(self, parts: Mapping[str, str]) -> dict[str, Any]:
        """Return the parameters with the parts of a resource put in."""
        return filled(self.parameters, parts)


def within(kind: str, resource: str) -> str | None:
    """Return a resource of a kind that is the given one, or lies in it; None when there is none."""
    if parts_of(kind, resource):
        return resource
    if kind == OBJECT and parts_of(BUCKET, resource):
        return f"{resource}/{_EXAMPLE['key']}"
    return None


def patterns_of(kind: str, account: str) -> tuple[str, ...]:
    """Return the pattern of all resources of a kind, and one that no stack is likely to have."""
    everything = PART.sub("*", kind).replace("**", "*")
    return everything, PART.sub(lambda part: {"account": account, **_EXAMPLE}[part[1]], kind)


_EXAMPLE: Final = {
    "bucket": "example",
    "id": "example",
    "key": "example",
    "name": "example",
    "path": "",
    "region": "us-east-1",
}

_BUCKET: Final = {"Bucket": "{bucket}"}
_OBJECT: Final = {"Bucket": "{bucket}", "Key": "{key}"}
_USER: Final = {"UserName": "{name}"}
_ROLE: Final = {"RoleName": "{name}"}
_KEY: Final = {"KeyId": "{arn}"}
_SECRET: Final = {"SecretId": "{arn}"}
_UPLOAD: Final = {**_OBJECT, "UploadId": "none"}
_LISTING: Final = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter"}
_CLOSED: Final = dict.fromkeys(
    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
)
_TAG: Final = [{"Key": "replayed", "Value": "yes"}]
_TRUST: Final = '{"Version": "2012-10-17", "Statement": []}'

OPERATIONS: Final = (
    Operation("s3:ListAllMyBuckets", EVERYTHING, "list_buckets"),
    Operation("s3:ListBucket", BUCKET, "list_objects_v2", _BUCKET, _LISTING, of_all=True),
    Operation("s3:ListBucketVersions", BUCKET, "list_object_versions", _BUCKET, _LISTING),
    Operation("s3:GetBucketLocation", BUCKET, "get_bucket_location", _BUCKET),
    Operation("s3:GetBucketVersioning", BUCKET, "get_bucket_versioning", _BUCKET),
    Operation(
        "s3:GetBucketPolicy", BUCKET, "get_bucket_policy", _BUCKET, passed=("NoSuchBucketPolicy",)
    ),
    Operation("s3:GetObject", OBJECT, "get_object", _OBJECT, of_all=True),
    Operation("s3:GetObjectTagging", OBJECT, "get_object_tagging", _OBJECT),
    Operation(
        "sts:AssumeRole",
        ROLE,
        "assume_role",
        {"RoleArn": "{arn}", "RoleSessionName": "replay"},
        {"sts:externalid": "ExternalId", "sts:rolesessionname": "RoleSessionName"},
        of_all=True,
    ),
    Operation("iam:ListUsers", EVERYTHING, "list_users"),
    Operation("iam:ListRoles", EVERYTHING, "list_roles"),
    Operation("iam:GetAccountSummary", EVERYTHING, "get_account_summary"),
    Operation("iam:GetUser", USER, "get_user", _USER),
    Operation("iam:ListAccessKeys", USER, "list_access_keys", _USER),
    Operation("iam:ListUserPolicies", USER, "list_user_policies", _USER),
    Operation("iam:GetRole", ROLE, "get_role", _ROLE),
    Operation("iam:ListRolePolicies", ROLE, "list_role_policies", _ROLE),
    Operation("kms:ListKeys", EVERYTHING, "list_keys"),
    Operation("kms:DescribeKey", KEY, "describe_key", _KEY),
    Operation("kms:GetKeyPolicy", KEY, "get_key_policy", _KEY),
    Operation("kms:GenerateDataKey", KEY, "generate_data_key", {**_KEY, "KeySpec": "AES_256"}),
    Operation("secretsmanager:ListSecrets", EVERYTHING, "list_secrets"),
    Operation("secretsmanager:GetSecretValue", SECRET, "get_secret_value", _SECRET, of_all=True),
    Operation("secretsmanager:DescribeSecret", SECRET, "describe_secret", _SECRET),
    Operation("secretsmanager:GetResourcePolicy", SECRET, "get_resource_policy", _SECRET),
    Operation(
        "secretsmanager:TagResource",
        SECRET,
        "tag_resource",
        {**_SECRET, "Tags": _TAG},
        changes=True,
    ),
    Operation(
        "kms:TagResource",
        KEY,
        "tag_resource",
        {**_KEY, "Tags": [{"TagKey": "replayed", "TagValue": "yes"}]},
        changes=True,
    ),
    Operation("iam:TagUser", USER, "tag_user", {**_USER, "Tags": _TAG}, changes=True),
    Operation(
        "iam:CreateUser", USER, "create_user", _USER, passed=("EntityAlreadyExists",), changes=True
    ),
    Operation(
        "iam:DeleteRole", ROLE, "delete_role", _ROLE, passed=("DeleteConflict",), changes=True
    ),
    Operation(
        "iam:CreateRole",
        ROLE,
        "create_role",
        {**_ROLE, "AssumeRolePolicyDocument": _TRUST},
        passed=("EntityAlreadyExists",),
        changes=True,
    ),
    Operation(
        "s3:PutBucketVersioning",
        BUCKET,
        "put_bucket_versioning",
        {**_BUCKET, "VersioningConfiguration": {"Status": "Enabled"}},
        changes=True,
    ),
    Operation(
        "s3:PutBucketPublicAccessBlock",
        BUCKET,
        "put_public_access_block",
        {**_BUCKET, "PublicAccessBlockConfiguration": _CLOSED},
        changes=True,
    ),
    Operation(
        "s3:PutObject",
        OBJECT,
        "put_object",
        {**_OBJECT, "Body": "replayed"},
        changes=True,
        of_all=True,
    ),
    Operation(
        "s3:PutObjectTagging",
        OBJECT,
        "put_object_tagging",
        {**_OBJECT, "Tagging": {"TagSet": _TAG}},
        changes=True,
    ),
    Operation(
        "s3:AbortMultipartUpload",
        OBJECT,
        "abort_multipart_upload",
        _UPLOAD,
        passed=("NoSuchUpload",),
        changes=True,
    ),
    Operation(
        "s3:DeleteBucket",
        BUCKET,
        "delete_bucket",
        _BUCKET,
        passed=("BucketNotEmpty",),
        changes=True,
    ),
    Operation("s3:DeleteObject", OBJECT, "delete_object", _OBJECT, changes=True),
)
OPERATION_FOR: Final[Mapping[str, Operation]] = {
    operation.action.lower(): operation for operation in OPERATIONS
}

# AWS's one code for a refusal, service by service.
REFUSAL: Final[Mapping[str, str]] = {
    "s3": "AccessDenied",
    "sts": "AccessDenied",
    "iam": "AccessDenied",
    "kms": "AccessDeniedException",
    "secretsmanager": "AccessDeniedException",
}
