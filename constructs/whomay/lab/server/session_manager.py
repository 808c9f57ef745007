"""Session Manager: who may open a session on which instance. The shell itself is the plugin's.

https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
"""

import json
import secrets
from typing import Final

from whomay.lab.server.calls import CallError, Response, query
from whomay.lab.server.handlers import Inner, correct, correct_resource
from whomay.lab.server.request import ApiRequest

NOWHERE: Final = "wss://127.0.0.1:1/"  # no other plugin than the lab's may lead away from here
REFUSED: Final = 400


def _target(request: ApiRequest) -> str:
    """Return the instance that a request names, "" for none."""
    try:
        given = json.loads(request.body)
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


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    operation = request.parameter("Action")
    if operation == "StartSession":
        return _start(_target(request))
    if operation == "TerminateSession":
        return _answer(200, SessionId=request.parameter("SessionId"))
    if operation == "SendCommand":
        return _send(_target(request))
    return await inner(request)


def _resource(request: ApiRequest, account: str, region: str, found: str) -> str:
    """Return the instance's ARN for what is about one; `found` is MiniStack's own idea."""
    about_one = request.parameter("Action") in ("StartSession", "SendCommand")
    instance = _target(request) if about_one else ""
    return f"arn:aws:ec2:{region}:{account}:instance/{instance}" if instance else found


def install() -> None:
    """Put the corrections in place: MiniStack knows no StartSession."""
    correct_resource("ssm", _resource)
    correct("ssm", _handle)
