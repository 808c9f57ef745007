"""The resource of a call of IAM: with its path, and the caller's own user where none is named.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from dataclasses import replace

from whomay.iam.arn import name_in
from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.evaluation import find_entity
from whomay.lab.server.handlers import Inner, correct, correct_resource
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


def resource(request: ApiRequest, account: str, _region: str, found: str) -> str:
    """Return the ARN that policies are asked about; `found` is MiniStack's own idea of it."""
    action = request.parameter("Action")
    if action == "CreateVirtualMFADevice":
        path = request.parameter("Path") or "/"
        return f"arn:aws:iam::{account}:mfa{path}{request.parameter('VirtualMFADeviceName')}"
    if action == "DeleteVirtualMFADevice":
        return request.parameter("SerialNumber")
    entity = find_entity(found)
    return entity["Arn"] if entity else own_user(request) or found


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    """Name the caller's user to MiniStack, which else answers for root or a user "default"."""
    arn = own_user(request)
    if arn:
        request = replace(request, query={**request.query, "UserName": [name_in(arn)]})
    return await inner(request)


def install() -> None:
    """Put the corrections in place."""
    correct_resource("iam", resource)
    correct("iam", _handle)
