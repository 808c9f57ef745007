"""Answers of S3 that MiniStack gives otherwise: a key that is missing, a list of deletions.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""

import uuid
from typing import Final
from xml.etree import ElementTree as ET

from whomay.lab.server import internals
from whomay.lab.server.calls import ERROR_STATUS, Response, drive, parse
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.refusals import refuse
from whomay.lab.server.request import ApiRequest

MOST_DELETED: Final = 1000
_MISSING: Final = 404
_MALFORMED: Final = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)


def error(status: int, code: str, message: str) -> Response:
    """Return an error as S3 writes it."""
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
        f"<Message>{message}</Message><RequestId>{uuid.uuid4()}</RequestId></Error>"
    )
    return status, {"Content-Type": "application/xml"}, body.encode()


def deletes_too_many_or_none(request: ApiRequest) -> bool:
    """Tell whether a request is a list of deletions that S3 refuses as a whole."""
    if request.method != "POST" or "delete" not in request.query:
        return False
    try:
        listed = len(parse(request.body).findall("Object"))
    except ET.ParseError:
        return False  # MiniStack says so
    return not 1 <= listed <= MOST_DELETED


def refuse_to_say(request: ApiRequest) -> Response | None:
    """Return S3's refusal of who may not learn that a key is missing; None when it may.

    Only who may list a bucket is told that a key is not there.
    """
    bucket, _, key = request.path.lstrip("/").partition("/")
    if request.method not in ("GET", "HEAD") or not key or not request.access_key:
        return None
    handler = internals.get("services.s3", "handle_request")
    status, _, _ = drive(handler("HEAD", f"/{bucket}", {}, b"", {}, internal=True))
    if status >= ERROR_STATUS:
        return None  # it is the bucket that is missing
    refused = refuse(request, "s3", "s3:ListBucket", f"arn:aws:s3:::{bucket}", {})
    if refused is None or request.method == "GET":
        return refused
    return refused[0], refused[1], b""


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    if deletes_too_many_or_none(request):
        return error(400, "MalformedXML", _MALFORMED)
    answer = await inner(request)
    refused = refuse_to_say(request) if answer[0] == _MISSING else None
    return refused or answer


def install() -> None:
    """Answer in MiniStack's place."""
    correct("s3", _handle)
