"""AWS::S3::Bucket: the properties that MiniStack leaves out, set through its S3 API.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from collections.abc import Callable
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from whomay.lab.server import internals
from whomay.lab.server.calls import ERROR_STATUS, CallError, drive, parse
from whomay.lab.server.cloudformation.registry import Properties, Provisioned, extend, table

Document: TypeAlias = dict[str, Any]
_made_by: dict[str, tuple[str, str]] = {}  # bucket -> its stack and logical id


def xml(value: Any, tag: str) -> str:
    """Write a value as S3's XML: a list repeats its tag, None is left out."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(xml(item, tag) for item in value)
    if isinstance(value, dict):
        inner = "".join(xml(item, name) for name, item in value.items())
    else:
        inner = escape(str(value).lower() if isinstance(value, bool) else str(value))
    return f"<{tag}>{inner}</{tag}>"


def _encryption(configuration: Properties) -> Document:
    return {
        "Rule": [
            {
                "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
                "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
            }
            for rule in configuration["ServerSideEncryptionConfiguration"]
        ]
    }


def _lifecycle(configuration: Properties) -> Document:
    return {"Rule": [_lifecycle_rule(rule) for rule in configuration["Rules"]]}


LIFECYCLE_PROPERTIES = frozenset(
    {
        "AbortIncompleteMultipartUpload",
        "ExpirationInDays",
        "ExpiredObjectDeleteMarker",
        "Id",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionTransitions",
        "Prefix",
        "Status",
        "Transitions",
    }
)


def _lifecycle_rule(rule: Properties) -> Document:
    unknown = sorted(rule.keys() - LIFECYCLE_PROPERTIES)
    if unknown:
        raise CallError("NotImplemented", f"the lab knows no lifecycle property {unknown[0]}")
    days, marker = rule.get("ExpirationInDays"), rule.get("ExpiredObjectDeleteMarker")
    expires = days is not None or marker is not None
    return {
        "ID": rule.get("Id"),
        "Filter": {"Prefix": rule.get("Prefix", "")},
        "Status": rule["Status"],
        "Expiration": {"Days": days, "ExpiredObjectDeleteMarker": marker} if expires else None,
        "Transition": [
            {"Days": one["TransitionInDays"], "StorageClass": one["StorageClass"]}
            for one in rule.get("Transitions", [])
        ],
        "NoncurrentVersionTransition": [
            {"NoncurrentDays": one["TransitionInDays"], "StorageClass": one["StorageClass"]}
            for one in rule.get("NoncurrentVersionTransitions", [])
        ],
        "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
    }


def _logging(configuration: Properties) -> Document:
    enabled = {
        "TargetBucket": configuration.get("DestinationBucketName"),
        "TargetPrefix": configuration.get("LogFilePrefix", ""),
    }
    return {"LoggingEnabled": enabled}


def _ownership(configuration: Properties) -> Document:
    return {"Rule": configuration["Rules"]}


def _tags(tags: list[Document]) -> Document:
    return {"TagSet": {"Tag": tags}}


def _versioning(configuration: Properties) -> Document:
    return {"Status": configuration["Status"]}


# property -> S3's subresource, its document's root, what makes the document
SETTINGS: dict[str, tuple[str, str, Callable[[Any], Document]]] = {
    "BucketEncryption": ("encryption", "ServerSideEncryptionConfiguration", _encryption),
    "LifecycleConfiguration": ("lifecycle", "LifecycleConfiguration", _lifecycle),
    "LoggingConfiguration": ("logging", "BucketLoggingStatus", _logging),
    "OwnershipControls": ("ownershipControls", "OwnershipControls", _ownership),
    "VersioningConfiguration": ("versioning", "VersioningConfiguration", _versioning),
}
# the settings that S3 cannot delete: what turns them off
OFF: dict[str, Document] = {"logging": {}, "versioning": {"Status": "Suspended"}}


def call(method: str, bucket: str, subresource: str = "", document: str = "") -> None:
    """Call S3 on the bucket or on one of its settings.

    Raises:
        CallError: S3 refused.

    """
    handler = internals.get("services.s3", "handle_request")
    query = {subresource: [""]} if subresource else {}
    status, _, body = drive(
        handler(method, f"/{bucket}", {}, document.encode(), query, internal=True)
    )
    if status >= ERROR_STATUS:
        error = parse(body)
        raise CallError(error.findtext("Code") or str(status), error.findtext("Message") or "")


def adjust_bucket(bucket: str, old: Properties, new: Properties) -> Document:
    """Apply the settings that differ."""
    for name, (subresource, root, make) in SETTINGS.items():
        if name in new and new[name] != old.get(name):
            call("PUT", bucket, subresource, xml(make(new[name]), root))
        elif name in old and name not in new:
            if subresource in OFF:
                call("PUT", bucket, subresource, xml(OFF[subresource], root))
            else:
                call("DELETE", bucket, subresource)
    if old.get("Tags") != new.get("Tags"):
        _put_tags(bucket, new.get("Tags", []))
    return {}


def _put_tags(bucket: str, tags: list[Document]) -> None:
    """Put the tags of the template, and those of CloudFormation, which outlive the stack."""
    stack, logical_id = _made_by.get(bucket, ("", ""))
    own = {"aws:cloudformation:stack-name": stack, "aws:cloudformation:logical-id": logical_id}
    both = [*({"Key": key, "Value": value} for key, value in own.items() if value), *tags]
    call("PUT", bucket, "tagging", xml(_tags(both), "Tagging"))


def delete_bucket(bucket: str, _: Properties) -> None:
    """Delete the bucket, which must be empty, of versions too.

    Raises:
        CallError: BucketNotEmpty.

    """
    try:
        call("DELETE", bucket)
    except CallError as error:
        if error.code != "NoSuchBucket":
            raise


def register() -> None:
    """Register the types of this service."""
    extend("AWS::S3::Bucket", adjust_bucket, delete=delete_bucket)
    made = table()["AWS::S3::Bucket"]
    inner = made["create"]

    def create(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        bucket, attributes = inner(logical_id, properties, stack)
        _made_by[bucket] = (stack, logical_id)
        _put_tags(bucket, properties.get("Tags", []))
        return bucket, attributes

    table()["AWS::S3::Bucket"] = {**made, "create": create}
