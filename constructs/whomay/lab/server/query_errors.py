"""Errors as the services write them that speak AWS's Query protocol: IAM, STS and CloudFormation."""

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
    """Return an error with its HTTP status, which is 400 for most codes."""
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{escape(message)}</Message></Error><RequestId>{uuid.uuid4()}</RequestId>"
        "</ErrorResponse>"
    )
    return _STATUS.get(code, _BAD_REQUEST), {"Content-Type": "text/xml"}, body.encode()
