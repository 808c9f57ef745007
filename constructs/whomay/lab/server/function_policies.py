"""Permissions of a Lambda function that Lambda refuses: for nobody, or too long together.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import json
from typing import Final

from whomay.iam.facts.limits import FUNCTION_POLICY_SIZE
from whomay.lab.server.calls import ERROR_STATUS, Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.iam.principals import nobodies
from whomay.lab.server.query_errors import json_error
from whomay.lab.server.request import ApiRequest

_NO_PRINCIPAL: Final = (
    "The provided principal was invalid. Please check the principal and try again."
)


def _principal(request: ApiRequest) -> str:
    try:
        named = json.loads(request.body or b"{}").get("Principal")
    except (AttributeError, ValueError):  # not an object, not even JSON
        return ""
    return named if isinstance(named, str) else ""


async def _policy(request: ApiRequest, inner: Inner) -> str:
    """Return the policy that the function has."""
    asked = ApiRequest("GET", request.path, request.headers, b"", request.query)
    status, _, body = await inner(asked)
    return str(json.loads(body)["Policy"]) if status < ERROR_STATUS else ""


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    if request.method != "POST" or not request.path.endswith("/policy"):
        return await inner(request)
    named = _principal(request)
    written = json.dumps({"Statement": {"Principal": {"AWS": named}}})
    if named and not named.endswith(".amazonaws.com") and next(nobodies(written), None):
        return json_error("InvalidParameterValueException", _NO_PRINCIPAL)
    answer = await inner(request)
    if answer[0] >= ERROR_STATUS:
        return answer
    size = len(await _policy(request, inner))
    if size <= FUNCTION_POLICY_SIZE:
        return answer
    await _remove(request, inner)
    text = f"The final policy size ({size}) is bigger than the limit ({FUNCTION_POLICY_SIZE})."
    return json_error("PolicyLengthExceededException", text)


async def _remove(request: ApiRequest, inner: Inner) -> None:
    """Take the permission away again that made the policy too long."""
    name = json.loads(request.body)["StatementId"]
    path = f"{request.path}/{name}"
    await inner(ApiRequest("DELETE", path, request.headers, b"", request.query))


def install() -> None:
    """Ask before a permission is added, and once it is known how long the policy is with it."""
    correct("lambda_svc", _handle)
