"""AWS::S3::Bucket: the properties that MiniStack leaves out, set through its S3 API.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from typing import Any
from xml.sax.saxutils import escape

from whomay.lab.server import internals
from whomay.lab.server.calls import ERROR_STATUS, CallError, drive
from whomay.lab.server.cloudformation.registry import Properties, extend


def xml(value: Any, tag: str) -> str:
    """Write a property as S3's XML: a list repeats its tag."""
    if isinstance(value, list):
        return "".join(xml(item, tag) for item in value)
    if isinstance(value, dict):
        inner = "".join(xml(item, name) for name, item in value.items())
    else:
        inner = escape(str(value).lower() if isinstance(value, bool) else str(value))
    return f"<{tag}>{inner}</{tag}>"


def put(bucket: str, subresource: str, document: str) -> None:
    """Put one of the bucket's settings.

    Raises:
        CallError: S3 refused it.

    """
    handler = internals.get("services.s3", "handle_request")
    status, _, body = drive(
        handler("PUT", f"/{bucket}", {}, document.encode(), {subresource: [""]}, internal=True)
    )
    if status >= ERROR_STATUS:
        raise CallError(str(status), body.decode("utf-8", "replace"))


def adjust_bucket(bucket: str, _: Properties, new: Properties) -> dict[str, Any]:
    """Apply BucketEncryption."""
    encryption = new.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in encryption
    ]
    if rules:
        put(bucket, "encryption", xml({"Rule": rules}, "ServerSideEncryptionConfiguration"))
    return {}


def register() -> None:
    """Register the types of this service."""
    extend("AWS::S3::Bucket", adjust_bucket)
