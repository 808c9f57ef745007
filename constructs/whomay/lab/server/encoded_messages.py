"""The encoded part of EC2's refusals, and DecodeAuthorizationMessage, which tells what is in it.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
EC2 encodes none for what only describes. A message can be decoded while its denial is kept.
"""

import base64
import json
import uuid
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from whomay.lab.server import authorization_details
from whomay.lab.server.calls import Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.query_errors import error
from whomay.lab.server.refusals import here, refuse
from whomay.lab.server.request import ApiRequest

ACTION = "DecodeAuthorizationMessage"


def ending(action: str) -> str:
    """Return what EC2 writes behind the words of the last denial; nothing for a description."""
    if action.startswith("ec2:Describe"):
        return ""
    token = base64.urlsafe_b64encode(authorization_details.last().encode()).decode()
    return f". Encoded authorization failure message: {token}"


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    if request.parameter("Action") != ACTION:
        return await inner(request)
    if refused := refuse(request, "sts", f"sts:{ACTION}", "*", {}):
        return refused
    try:
        identity = base64.urlsafe_b64decode(request.parameter("EncodedMessage")).decode()
    except ValueError:
        identity = ""
    kept = authorization_details.kept(here()[0], identity)
    if kept is None:
        text = "Error decoding the authorization message: the message is not valid"
        return error("InvalidAuthorizationMessageException", text)
    body = (
        f'<{ACTION}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{ACTION}Result>'
        f"<DecodedMessage>{escape(json.dumps(_decoded(kept)))}</DecodedMessage></{ACTION}Result>"
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
        f"</{ACTION}Response>"
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()


def _decoded(kept: authorization_details.Kept) -> dict[str, Any]:
    context = kept.details["requestContext"]
    [evaluation] = kept.details["evaluations"]
    statements = [
        {"statementId": one["sid"], "effect": one["evaluatedEffect"]}
        for policy in evaluation["matchedPolicies"]
        for one in policy["matchedStatements"]
        if one["evaluatedEffect"] == "DENY"
    ]
    return {
        "allowed": False,
        "explicitDeny": evaluation["evaluatedEffect"] == "EXPLICIT_DENY",
        "matchedStatements": {"items": statements},
        "failures": {"items": []},
        "context": {
            "principal": {"id": context.get("aws:userid", ""), "arn": kept.principal},
            "action": evaluation["action"],
            "resource": evaluation["resource"],
            "conditions": {"items": [_condition(key, context) for key in context]},
        },
    }


def _condition(key: str, context: Mapping[str, Any]) -> dict[str, Any]:
    value = context[key]
    values = value if isinstance(value, list) else [value]
    return {"key": key, "values": {"items": [{"value": str(each)} for each in values]}}


def install() -> None:
    """Answer DecodeAuthorizationMessage."""
    correct("sts", _handle)
