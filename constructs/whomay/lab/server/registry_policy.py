"""The policy of ECR's registry, which MiniStack does not know: there is none.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryPolicy.html
"""

import json

from whomay.lab.server.calls import ERROR_STATUS, Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.request import ApiRequest

_NONE = "RegistryPolicyNotFoundException"


def install() -> None:
    """Answer GetRegistryPolicy as ECR does where nobody wrote a policy."""
    correct("ecr", _answer)


async def _answer(request: ApiRequest, inner: Inner) -> Response:
    if request.parameter("Action") != "GetRegistryPolicy":
        return await inner(request)
    body = {"__type": _NONE, "message": "Registry policy does not exist"}
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": _NONE}
    return ERROR_STATUS, headers, json.dumps(body).encode()
