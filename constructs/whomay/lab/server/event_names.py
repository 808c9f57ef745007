"""The names under which CloudTrail records calls: those of S3's API are not its actions in IAM.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
"""

from typing import Final

from whomay.lab.server.request import ApiRequest

# What a parameter without a value makes of a call on a bucket, after Get, Put or Delete.
_OF_BUCKET: Final = {
    "acl": "BucketAcl",
    "cors": "BucketCors",
    "encryption": "BucketEncryption",
    "lifecycle": "BucketLifecycle",
    "location": "BucketLocation",
    "logging": "BucketLogging",
    "notification": "BucketNotification",
    "object-lock": "ObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "policyStatus": "BucketPolicyStatus",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "BucketReplication",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
_OF_OBJECT: Final = {"acl": "ObjectAcl", "tagging": "ObjectTagging"}
_VERBS: Final = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}
_BUCKET: Final = {
    ("GET", "versions"): "ListObjectVersions",
    ("GET", "uploads"): "ListMultipartUploads",
    ("POST", "delete"): "DeleteObjects",
    ("GET", ""): "ListObjects",
    ("HEAD", ""): "HeadBucket",
    ("PUT", ""): "CreateBucket",
    ("DELETE", ""): "DeleteBucket",
}
_OBJECT: Final = {
    ("PUT", "partNumber"): "UploadPart",
    ("GET", "uploadId"): "ListParts",
    ("POST", "uploadId"): "CompleteMultipartUpload",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("GET", ""): "GetObject",
    ("HEAD", ""): "HeadObject",
    ("PUT", ""): "PutObject",
    ("DELETE", ""): "DeleteObject",
}
_COPIES: Final = {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}
DATA_EVENTS: Final = frozenset(
    {
        *_OBJECT.values(),
        *_COPIES.values(),
        *(f"{verb}{name}" for verb in _VERBS.values() for name in _OF_OBJECT.values()),
        "DeleteObjects",
        "HeadBucket",
        "ListObjects",
        "ListObjectVersions",
    }
)


def event_name(request: ApiRequest, action: str) -> str:
    """Return CloudTrail's eventName of a call; `action` is what IAM asks for, `s3:PutObject`."""
    service, _, name = action.partition(":")
    if service != "s3":
        return name
    bucket, _, key = request.path.lstrip("/").partition("/")
    if not bucket:
        return "ListBuckets"
    plain, named = (_OBJECT, _OF_OBJECT) if key else (_BUCKET, _OF_BUCKET)
    for parameter in request.query:
        if parameter in named and request.method in _VERBS:
            return f"{_VERBS[request.method]}{named[parameter]}"
    found = next(
        (
            event
            for (method, parameter), event in plain.items()
            if method == request.method and (not parameter or parameter in request.query)
        ),
        name,
    )
    return _COPIES.get(found, found) if "x-amz-copy-source" in request.headers else found
