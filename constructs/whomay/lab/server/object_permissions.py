"""What an object's upload or download needs besides its own action: its key, its tags, its ACL."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree as ET

from whomay.lab.server import internals
from whomay.lab.server.calls import ERROR_STATUS, Response, drive, parse
from whomay.lab.server.refusals import here, refuse
from whomay.lab.server.request import ApiRequest

# the query parameters of a plain read or write of an object's bytes
OBJECT_PARAMETERS = frozenset({"partNumber", "uploadId", "uploads", "versionId", "x-id"})
HEADERS = {"x-amz-acl": "s3:PutObjectAcl", "x-amz-tagging": "s3:PutObjectTagging"}
ENCRYPTION, KEY_ID = "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"


def key_of(inner: Callable[..., Any], request: ApiRequest) -> str | None:
    """Return the ARN of the customer key that S3 uses for an object's bytes, or None."""
    bucket, _, name = request.path.lstrip("/").partition("/")
    if not name or request.method not in ("GET", "PUT", "POST"):
        return None
    if not set(request.query) <= OBJECT_PARAMETERS:
        return None
    written = request.headers if request.method != "GET" else {}
    algorithm, key = written.get(ENCRYPTION, ""), written.get(KEY_ID, "")
    upload = request.query.get("uploadId", [""])[0]
    if upload:  # a part is under the key that the upload began with
        kept = internals.get("services.s3", "_multipart_uploads").get(upload) or {}
        written = kept.get("preserved_headers", {})
        algorithm, key = written.get(ENCRYPTION, ""), written.get(KEY_ID, "")
    if not key:
        question = inner("GET", f"/{bucket}", {}, b"", {"encryption": [""]}, internal=True)
        status, _, body = drive(question)
        default = parse(body) if status < ERROR_STATUS and body else ET.Element("None")
        algorithm = algorithm or default.findtext(".//SSEAlgorithm") or ""
        key = default.findtext(".//KMSMasterKeyID") or ""
    if not key or not algorithm.startswith("aws:kms"):
        return None
    account, region = here()
    return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"


def refuse_key_use(request: ApiRequest, key: str) -> Response | None:
    """Return S3's refusal when the caller may not use the key, or None."""
    account, region = here()
    # What is uploaded in parts is read again to join it.
    reads = request.method == "GET" or "uploadId" in request.query
    action = "kms:Decrypt" if reads else "kms:GenerateDataKey"
    context = {
        "kms:viaservice": f"s3.{region}.amazonaws.com",
        "kms:calleraccount": account,
    }
    return refuse(request, "s3", action, key, context)


def _asking_key_use(inner: Any) -> Any:
    """Ask kms:GenerateDataKey of who writes under a customer key, kms:Decrypt of who reads.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
    """

    async def handle_request(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
        *rest: Any,
        **keywords: Any,
    ) -> Response:
        if headers.get(ENCRYPTION, "").startswith("aws:kms") and KEY_ID not in headers:
            # the bucket's key, or the account's aws/s3 key; MiniStack refuses to choose
            headers = {name: value for name, value in headers.items() if name != ENCRYPTION}
        request = ApiRequest(method, path, headers, body, query_params)
        if request.access_key and not keywords.get("internal"):
            key = key_of(inner, request)
            refused = refuse_key_use(request, key) if key else None
            if refused:
                return refused
        answer: Response = await inner(method, path, headers, body, query_params, *rest, **keywords)
        return answer

    return handle_request


def _of_copied_tags(headers: dict[str, str], target: str) -> list[tuple[str, str]]:
    """Return what a copy needs for the tags of its source, which it takes along unless told not to.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    source, _, version = unquote(headers.get("x-amz-copy-source", "")).lstrip("/").partition("?")
    if not source or headers.get("x-amz-tagging-directive", "COPY").upper() == "REPLACE":
        return []
    query = {"tagging": [""], **parse_qs(version)}
    handler = internals.get("services.s3", "handle_request")
    status, _, body = drive(handler("GET", f"/{source}", {}, b"", query, internal=True))
    if status >= ERROR_STATUS or not parse(body).findall(".//Tag"):
        return []
    reading = "s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging"
    return [(reading, f"arn:aws:s3:::{source}"), ("s3:PutObjectTagging", target)]


def _asking_for_headers(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Ask the action of each header that makes an upload do more than upload.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    """

    def s3_additional_checks(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Any:
        checks = inner(method, path, headers, body, query)
        bucket, _, name = path.lstrip("/").partition("/")
        if method in ("PUT", "POST") and name and set(query) <= OBJECT_PARAMETERS:
            arn = f"arn:aws:s3:::{bucket}/{name}"
            checks = checks + [(HEADERS[header], arn) for header in HEADERS if headers.get(header)]
            checks += _of_copied_tags(headers, arn)
        return checks

    return s3_additional_checks


def install() -> None:
    """Ask wherever S3 reads or writes an object."""
    internals.replace("services.s3", "handle_request", _asking_key_use)
    internals.replace("core.iam_actions", "s3_additional_checks", _asking_for_headers)
