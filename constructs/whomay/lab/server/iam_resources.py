"""The resource of a call of IAM: with its path, and the caller's own user where none is named.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from collections.abc import Callable
from typing import Any

from whomay.iam.arn import name_in
from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.evaluation import find_entity
from whomay.lab.server.request import ApiRequest

# calls that are about the caller where they name no user
OWN = frozenset(
    {
        "ChangePassword",
        "CreateAccessKey",
        "DeactivateMFADevice",
        "DeleteAccessKey",
        "GetLoginProfile",
        "GetUser",
        "ListAccessKeys",
        "ListMFADevices",
        "UpdateAccessKey",
    }
)


def own_user(request: ApiRequest) -> str | None:
    """Return the caller's user ARN for a call that is about the caller, None for any other."""
    if request.parameter("Action") not in OWN or request.parameter("UserName"):
        return None
    resolve = internals.get("core.iam_evaluator", "resolve_caller_identity")
    caller: str = (resolve(request.access_key) or {}).get("userArn", "")
    return caller if ":user/" in caller else None


def resource(request: ApiRequest, account: str, found: str) -> str:
    """Return the ARN that policies are asked about; `found` is MiniStack's own idea of it."""
    action = request.parameter("Action")
    if action == "CreateVirtualMFADevice":
        path = request.parameter("Path") or "/"
        return f"arn:aws:iam::{account}:mfa{path}{request.parameter('VirtualMFADeviceName')}"
    if action == "DeleteVirtualMFADevice":
        return request.parameter("SerialNumber")
    entity = find_entity(found)
    return entity["Arn"] if entity else own_user(request) or found


def _with_path(inner: Callable[..., str]) -> Callable[..., str]:
    def extract_resource_arn(  # noqa: PLR0917 - MiniStack's own signature
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
        region: str,
        account_id: str,
    ) -> str:
        found = inner(service, method, path, headers, body, query_params, region, account_id)
        if service != "iam":
            return found
        return resource(ApiRequest(method, path, headers, body, query_params), account_id, found)

    return extract_resource_arn


def _naming_the_caller(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Name the caller's user to MiniStack, which else answers for root or a user "default"."""

    async def handle_request(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
    ) -> Response:
        arn = own_user(ApiRequest(method, path, headers, body, query_params))
        if arn:
            query_params = {**query_params, "UserName": [name_in(arn)]}
        answer: Response = await inner(method, path, headers, body, query_params)
        return answer

    return handle_request


def install() -> None:
    """Put the corrections in place."""
    internals.replace("core.iam_actions", "extract_resource_arn", _with_path)
    internals.replace("services.iam", "handle_request", _naming_the_caller)
