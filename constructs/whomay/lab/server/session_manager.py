"""Session Manager: who may open a session on which instance. The shell itself is the plugin's.

https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
"""

import json
import secrets
from collections.abc import Callable
from typing import Any, Final

from whomay.lab.server import internals
from whomay.lab.server.calls import CallError, Response, query
from whomay.lab.server.request import ApiRequest

NOWHERE: Final = "wss://127.0.0.1:1/"  # no other plugin than the lab's may lead away from here
REFUSED: Final = 400


def target(headers: dict[str, str], body: bytes) -> str:
    """Return the instance that StartSession or SendCommand names, "" for any other call."""
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    if operation not in ("StartSession", "SendCommand"):
        return ""
    try:
        given = json.loads(body)
        named = given.get("Target") or (given.get("InstanceIds") or [""])[0]
    except (AttributeError, TypeError, ValueError):
        return ""
    return named if isinstance(named, str) else ""


def _answer(status: int, **members: str) -> Response:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(members).encode()


def _start(instance: str) -> Response:
    try:
        found = query("ec2", "DescribeInstances", InstanceId=[instance])
    except CallError:
        found = None
    if found is None or found.findtext(".//instanceState/name") != "running":
        return _answer(
            REFUSED, __type="TargetNotConnected", message=f"{instance} is not connected."
        )
    session = f"session-{secrets.token_hex(8)}"
    token = secrets.token_urlsafe(32)
    return _answer(200, SessionId=session, TokenValue=token, StreamUrl=f"{NOWHERE}{session}")


def _send(instance: str) -> Response:
    text = (
        f"No agent runs on this lab's instances. Type: whomay lab login {instance or 'INSTANCE'} "
        "COMMAND"
    )
    return _answer(REFUSED, __type="UnsupportedOperation", message=text)


def _with_sessions(inner: Callable[..., Any]) -> Callable[..., Any]:
    async def handle_request(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
    ) -> Response:
        request = ApiRequest(method, path, headers, body, query_params)
        operation = request.parameter("Action")
        if operation == "StartSession":
            return _start(target(headers, body))
        if operation == "TerminateSession":
            return _answer(200, SessionId=request.parameter("SessionId"))
        if operation == "SendCommand":
            return _send(target(headers, body))
        answer: Response = await inner(method, path, headers, body, query_params)
        return answer

    return handle_request


def _about_the_instance(inner: Callable[..., str]) -> Callable[..., str]:
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
        instance = target(headers, body) if service == "ssm" else ""
        if instance:
            return f"arn:aws:ec2:{region}:{account_id}:instance/{instance}"
        return inner(service, method, path, headers, body, query_params, region, account_id)

    return extract_resource_arn


def install() -> None:
    """Put the corrections in place: MiniStack knows no StartSession."""
    internals.replace("core.iam_actions", "extract_resource_arn", _about_the_instance)
    internals.replace("services.ssm", "handle_request", _with_sessions)
