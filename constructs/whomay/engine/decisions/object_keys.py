"""The requests that S3 makes to KMS for an object: in the caller's name, on the key of the object.

Who writes an object names its key, or no key at all; only where the request says nothing the
bucket's default counts. An object that is read has the encryption with which it was written.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from whomay.engine.decisions.deciding_layer import conditions_read
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.engine.snapshot import Resource
from whomay.iam.arn import parse_arn
from whomay.iam.facts.s3_keys import AWS_KEY, asks_kms, key_named
from whomay.iam.patterns.matching import glob
from whomay.iam.patterns.symbols import unknown

# The KMS action without which each object action fails.
KMS_ACTION_OF: Final = {
    "s3:getobject": "kms:Decrypt",
    "s3:getobjectversion": "kms:Decrypt",
    "s3:putobject": "kms:GenerateDataKey",
}
_WRITE: Final = "s3:putobject"
# Each part after the first one, and their joining, reads what is there already:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
_OF_PARTS: Final = ("kms:GenerateDataKey", "kms:Decrypt")

_ENCRYPTION: Final = "s3:x-amz-server-side-encryption"
_KEY_ID: Final = "s3:x-amz-server-side-encryption-aws-kms-key-id"
_OWN_KEY: Final = "s3:x-amz-server-side-encryption-customer-algorithm"
_WITHOUT_KEY: Final = "AES256"

# What S3 goes by and no condition key says. A request holds them as if they were keys. Without the
# first an object is as the bucket's default has it; without the second an upload is one piece.
_ENCRYPTED: Final = "the object's encryption"
_UPLOAD: Final = "the upload"
_IN_PARTS: Final = "in parts"
CIRCUMSTANCES: Final[Mapping[str, str]] = {_ENCRYPTED: _WITHOUT_KEY, _UPLOAD: _IN_PARTS}


def key_requests(request: Request, index: Index) -> list[Request]:
    """Return the requests that S3 makes to KMS for an object; none where it makes none."""
    action = KMS_ACTION_OF.get(request.action_key)
    if action is None or "/" not in request.resource:
        return []
    bucket = index.resource(request.resource)
    key = _key(request, bucket)
    if key is None:
        return []
    actions = _OF_PARTS if request.context.get(_UPLOAD) == _IN_PARTS else (action,)
    return [_to_kms(request, each, key, bucket, index) for each in actions]


def possible_key_requests(request: Request, index: Index) -> Iterator[Request]:
    """Yield the requests to KMS that S3 may make, whatever the encryption and the upload are."""
    if request.action_key not in KMS_ACTION_OF:
        return
    asked = [request]
    if request.action_key == _WRITE:
        whole = {**request.context, _UPLOAD: _IN_PARTS}
        named = dict.fromkeys(_named_keys(request, index))
        contexts = (whole, *({**whole, _KEY_ID: each} for each in named))
        asked = [request.with_context(each, request.resource_account) for each in contexts]
    for each in asked:
        yield from key_requests(each, index)


def circumstances(
    request: Request, index: Index, keys: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Return what else S3 goes by, with the values that make a difference.

    `keys` are those that the request may carry besides its context.
    """
    if request.action_key not in KMS_ACTION_OF:
        return {}
    bucket = index.resource(request.resource)
    default = bucket is not None and bucket.key is not None
    if request.action_key != _WRITE:
        return {_ENCRYPTED: (_WITHOUT_KEY,)} if default else {}
    named = any(key in keys or key in request.context for key in (_ENCRYPTION, _KEY_ID))
    found = {_UPLOAD: (_IN_PARTS,)} if default or named else {}
    if not default:
        return found
    own = {} if _ENCRYPTION in request.context else {_OWN_KEY: (_WITHOUT_KEY,)}
    return {_ENCRYPTION: (_WITHOUT_KEY,), **own, **found}


def _key(request: Request, bucket: Resource | None) -> str | None:
    """Return the ARN of the key that S3 asks for; None where it asks for none."""
    context = request.context
    if request.action_key != _WRITE:
        if bucket is None or context.get(_ENCRYPTED) == _WITHOUT_KEY:
            return None
        return bucket.key
    encryption, named = context.get(_ENCRYPTION), context.get(_KEY_ID)
    if not isinstance(named, str):  # S3 takes a key's name beside nothing but aws:kms
        if encryption == _WITHOUT_KEY or (encryption is None and _OWN_KEY in context):
            return None
        named = AWS_KEY if isinstance(encryption, str) and asks_kms(encryption) else None
    if bucket is None:
        return named if named != AWS_KEY else None
    return (
        bucket.key if named is None else key_named(named, bucket.arn, bucket.region, bucket.account)
    )


def _named_keys(request: Request, index: Index) -> Iterator[str]:
    """Yield the keys of the snapshot that a condition on the key of an upload speaks of."""
    for condition in conditions_read(request, index.layers(request)):
        if condition.key.lower() == _KEY_ID:
            tests = [glob(value) for value in condition.values]
            yield from (
                each.arn
                for each in index.snapshot.resources
                if each.type in _KEYS and any(test(each.arn) is not False for test in tests)
            )


_KEYS: Final = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")


def _to_kms(
    request: Request, action: str, key: str, bucket: Resource | None, index: Index
) -> Request:
    """Return the request to KMS as its key policy sees it.

    https://docs.aws.amazon.com/kms/latest/developerguide/services-s3.html
    """
    context = dict(request.context)
    arn = parse_arn(key)  # a bucket and the key of its objects are in one Region
    region = bucket.region if bucket is not None else arn.region if arn else ""
    context["kms:viaservice"] = f"s3.{region}.amazonaws.com"
    context["kms:calleraccount"] = request.account or ""
    context["kms:encryptioncontext:aws:s3:arn"] = unknown("bucket key or object key")
    for of_bucket in ("aws:resourceaccount", "s3:resourceaccount", "aws:requestedregion"):
        context.pop(of_bucket, None)
    return index.complete(Request(request.principal, action, key, context, account=request.account))
