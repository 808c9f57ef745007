"""How a service that MiniStack does not have is put beside those that it has."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.request import ApiRequest

Answer: TypeAlias = Callable[[ApiRequest], Awaitable[Response]]


def add(service: str, answer: Answer, *, model: str = "", target: str = "") -> None:
    """Have `answer` take the calls that are signed for a service, once IAM has allowed them.

    `target` is what the header X-Amz-Target of a JSON service begins with. `model` is botocore's
    name of a REST service, whose paths tell the actions.
    """

    async def handle(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
        **_: Any,
    ) -> Response:
        return await answer(ApiRequest(method, path, headers, body, query_params))

    internals.get("app", "SERVICE_HANDLERS")[service] = handle
    found = {"target_prefixes": [target]} if target else {}
    internals.get("core.router", "SERVICE_PATTERNS")[service] = found
    internals.get("core.iam_actions", "SERVICE_TO_IAM_NAMESPACE")[service] = service
    if model:
        internals.get("core.iam_actions", "_BOTOCORE_SERVICE_MAP")[service] = [model]
