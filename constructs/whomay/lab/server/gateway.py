"""The ASGI application before MiniStack's: metadata, the lab's own paths, root's key, the audit."""

import hmac
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from whomay.lab.server import audit, instance_metadata, internals, own_paths, root
from whomay.lab.server.calls import ERROR_STATUS
from whomay.lab.server.event_names import event_name
from whomay.lab.server.request import ApiRequest
from whomay.lab.state import OWNER

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

ERROR_BYTES = 8192  # of an error's body, for the audit
# MiniStack's own paths that stay open: readiness, and the answers of custom resources.
# A web page can make a browser ask this address under a name of its own, and read what it answers.
LOCAL = re.compile(r"(127\.0\.0\.1|\[::1\]|(.+\.)?localhost)(:\d+)?")
OWN_PATHS = ("/_ministack/health", "/_ministack/ready", "/_ministack/cfn-response/")

log = logging.getLogger(__name__)


class Gateway:
    """Answers what is the lab's own, and hands the rest to MiniStack, recorded."""

    def __init__(self, inner: Application, root_secret: str, nonce: str) -> None:
        self.inner = inner
        self.root_secret = root_secret
        self.nonce = nonce

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        path: str = scope["path"]
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        send = self._signing(send)
        if not LOCAL.fullmatch(headers.get("host", "")):
            await _reply(
                send, 421, "text/plain", "This lab answers to 127.0.0.1 and localhost alone"
            )
        elif path.startswith("/imds/"):
            reply = instance_metadata.answer(scope["method"], path.removeprefix("/imds/"), headers)
            await _reply(send, reply.status, "text/plain", reply.text, reply.lifetime)
        elif path.startswith("/lab/") and not self._is_owner(headers):
            await _reply(send, 404, "text/plain", "Not Found")
        elif path.startswith("/lab/"):
            status, text = own_paths.answer(path, self.nonce)
            await _reply(send, status, "application/json", text)
        elif path.startswith("/latest/") or _is_closed(path):
            await _reply(send, 404, "text/plain", "Not Found")
        else:
            query = parse_qs(scope.get("query_string", b"").decode(), keep_blank_values=True)
            body = await _whole_body(receive)
            await self._call(scope, ApiRequest(scope["method"], path, headers, body, query), send)

    def _is_owner(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request comes from who can read the lab's description, mode 0600."""
        return hmac.compare_digest(headers.get(OWNER, "").encode(), self.root_secret.encode())

    def _signing(self, send: Send) -> Send:
        """Put the nonce on every answer."""

        async def signed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = (b"x-lab-nonce", self.nonce.encode())
                message = {**message, "headers": [*message.get("headers", []), own]}
            await send(message)

        return signed

    async def _call(self, scope: Message, request: ApiRequest, send: Send) -> None:
        """Hand a call to MiniStack, unless root's signature is wrong, and record it."""
        refused = root.failure(request, scope["raw_path"].decode("latin-1"), self.root_secret)
        if not request.access_key and request.action == "s3:ListAllMyBuckets":
            refused = ("AccessDenied", "Access Denied")  # MiniStack shows all to who signs nothing
        if refused:
            await _refuse(request, *refused, send)
            return
        replayed = False

        async def receive() -> Message:
            nonlocal replayed
            if replayed:
                return {"type": "http.disconnect"}
            replayed = True
            return {"type": "http.request", "body": request.body, "more_body": False}

        status, answer = 0, bytearray()

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif status >= ERROR_STATUS and len(answer) < ERROR_BYTES:
                answer.extend(message.get("body", b""))
            await send(message)

        await self.inner(scope, receive, observed)
        try:
            _record(request, scope["client"][0], status, bytes(answer))
        except Exception:  # a record that cannot be made never fails the call
            log.exception("no audit record for %s %s", request.method, request.path)


def _is_closed(path: str) -> bool:
    """Tell whether the path is MiniStack's administration: it would reset what MiniStack holds, or open it."""
    return path.startswith("/_ministack") and not path.startswith(OWN_PATHS)


async def _whole_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body.extend(message.get("body", b""))
        if not message.get("more_body"):
            return bytes(body)


async def _refuse(request: ApiRequest, code: str, message: str, send: Send) -> None:
    """Answer a failed authentication as the service called would."""
    status, headers, body = internals.get("app", "_credential_failure")(
        request.service,
        "",
        str(uuid.uuid4()),
        internals.get("core.iam_evaluator", "AuthError")(code, message),
        request.headers,
    )
    listed = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": body})


async def _reply(send: Send, status: int, kind: str, text: str, lifetime: str = "") -> None:
    body = text.encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    if lifetime:
        headers.append((b"x-aws-ec2-metadata-token-ttl-seconds", lifetime.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _record(request: ApiRequest, client: str, status: int, answer: bytes) -> None:
    """Record a call that IAM knows."""
    if request.action:
        audit.record(
            audit.ApiCall(
                action=request.action,
                event=event_name(request, request.action),
                access_key=request.access_key,
                account=internals.get("core.responses", "get_account_id")(),
                region=internals.get("core.router", "extract_region")(request.headers),
                client=client,
                user_agent=request.headers.get("user-agent", ""),
                parameters=request.form,
                status=status,
                answer=answer,
            )
        )
