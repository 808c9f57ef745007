"""The calls by which a permission can be tried in an account without changing anything of the app's.

A call reads no more than it must: one entry, one byte, no value of a secret. One that would write has
a condition that is never met, or DryRun. Where AWS has neither, nothing is tried.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from whomay.iam.arn_forms import BUCKET, EVERYTHING, FUNCTION, KEY, OBJECT, ROLE, SECRET, USER

_BUCKET: Final = {"Bucket": "{bucket}"}
_OBJECT: Final = {"Bucket": "{bucket}", "Key": "{key}"}
_NOBODYS: Final = "00000000-0000-0000-0000-000000000000"  # no version of a secret has this id
_TRIED: Final = "whomay-verify"


@dataclass(frozen=True, slots=True)
class Probe:
    """A method of boto3's client of the action's service, for resources of one kind.

    Parameters in braces are filled with that part of the resource's ARN. `keys` maps condition keys
    to the parameters that set them. `passed` lists the errors that AWS gives to nobody but who is
    allowed. `on_object` tells that there must be an object, which is made for it.
    """

    action: str
    kind: str
    method: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    on_object: bool = False

    @property
    def service(self) -> str:
        """The name of boto3's client."""
        return self.action.partition(":")[0]


PROBES: Final = (
    Probe("s3:ListAllMyBuckets", EVERYTHING, "list_buckets", {"MaxBuckets": 1}),
    Probe(
        "s3:ListBucket",
        BUCKET,
        "list_objects_v2",
        {**_BUCKET, "MaxKeys": 1},
        {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter"},
    ),
    Probe("s3:GetBucketLocation", BUCKET, "get_bucket_location", _BUCKET),
    Probe("s3:GetBucketVersioning", BUCKET, "get_bucket_versioning", _BUCKET),
    Probe(
        "s3:GetBucketPolicy", BUCKET, "get_bucket_policy", _BUCKET, passed=("NoSuchBucketPolicy",)
    ),
    # without an object, one who may not list the bucket would be refused, whatever else is allowed
    Probe("s3:GetObject", OBJECT, "get_object", {**_OBJECT, "Range": "bytes=0-0"}, on_object=True),
    Probe("s3:GetObjectTagging", OBJECT, "get_object_tagging", _OBJECT, on_object=True),
    Probe(
        "s3:PutObject",
        OBJECT,
        "put_object",
        {**_OBJECT, "IfNoneMatch": "*"},
        passed=("PreconditionFailed",),
        on_object=True,
    ),
    Probe(
        "s3:AbortMultipartUpload",
        OBJECT,
        "abort_multipart_upload",
        {**_OBJECT, "UploadId": "none"},
        passed=("NoSuchUpload",),
    ),
    Probe("s3:DeleteObject", OBJECT, "delete_object", _OBJECT, on_object=True),
    Probe(
        "sts:AssumeRole",
        ROLE,
        "assume_role",
        {"RoleArn": "{arn}", "RoleSessionName": _TRIED, "DurationSeconds": 900},
        {"sts:externalid": "ExternalId"},
    ),
    Probe("iam:ListUsers", EVERYTHING, "list_users", {"MaxItems": 1}),
    Probe("iam:ListRoles", EVERYTHING, "list_roles", {"MaxItems": 1}),
    Probe("iam:GetAccountSummary", EVERYTHING, "get_account_summary"),
    Probe("iam:GetUser", USER, "get_user", {"UserName": "{name}"}),
    Probe("iam:GetRole", ROLE, "get_role", {"RoleName": "{name}"}),
    Probe("kms:ListKeys", EVERYTHING, "list_keys", {"Limit": 1}),
    Probe("kms:DescribeKey", KEY, "describe_key", {"KeyId": "{arn}"}),
    Probe(
        "kms:Encrypt",
        KEY,
        "encrypt",
        {"KeyId": "{arn}", "Plaintext": _TRIED, "DryRun": True},
        passed=("DryRunOperationException",),
    ),
    Probe(
        "kms:GenerateDataKey",
        KEY,
        "generate_data_key",
        {"KeyId": "{arn}", "KeySpec": "AES_256", "DryRun": True},
        passed=("DryRunOperationException",),
    ),
    Probe("secretsmanager:ListSecrets", EVERYTHING, "list_secrets", {"MaxResults": 1}),
    Probe("secretsmanager:DescribeSecret", SECRET, "describe_secret", {"SecretId": "{arn}"}),
    Probe(
        "secretsmanager:GetSecretValue",
        SECRET,
        "get_secret_value",
        {"SecretId": "{arn}", "VersionId": _NOBODYS},
        passed=("ResourceNotFoundException",),
    ),
    Probe(
        "lambda:InvokeFunction",
        FUNCTION,
        "invoke",
        {"FunctionName": "{arn}", "InvocationType": "DryRun"},
    ),
    Probe(
        "ec2:DescribeInstances",
        EVERYTHING,
        "describe_instances",
        {"DryRun": True},
        passed=("DryRunOperation",),
    ),
)
