"""Errors as the services write them: by AWS's Query protocol, or in JSON."""

import json
import uuid
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from whomay.lab.server.calls import Response

_STATUS: Final[Mapping[str, int]] = {
    "AccessDenied": 403,
    "DeleteConflict": 409,
    "EntityAlreadyExists": 409,
    "InvalidAuthenticationCode": 403,
    "InvalidClientTokenId": 403,
    "LimitExceeded": 409,
    "NoSuchEntity": 404,
}
_BAD_REQUEST: Final = 400


def error(code: str, message: str) -> Response:
    """Return an error of IAM, STS or CloudFormation with its HTTP status, which is 400 for most codes."""
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{escape(message)}</Message></Error><RequestId>{uuid.uuid4()}</RequestId>"
        "</ErrorResponse>"
    )
    return _STATUS.get(code, _BAD_REQUEST), {"Content-Type": "text/xml"}, body.encode()


def json_error(code: str, message: str) -> Response:
    """Return an error of a service that speaks JSON."""
    headers = {"Content-Type": "application/json", "x-amzn-errortype": code}
    told = {"__type": code, "message": message, "Message": message}
    return _BAD_REQUEST, headers, json.dumps(told).encode()
