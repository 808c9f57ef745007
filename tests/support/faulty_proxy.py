"""A proxy on loopback in front of the lab, which answers some calls by a fault instead."""

import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs

KEPT: Final = ("content-type", "x-amzn-errortype", "date")


@dataclass(frozen=True)
class Answer:
    """What the proxy answers.

    `promised` is how many bytes it says and does not send, `ahead` how many minutes its clock is.
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int = 0
    ahead: int = 0


Fault = Callable[[], Answer | None]  # None lets the call through


def error(status: int, code: str, message: str = "by the test", *, minutes: int = 0) -> Answer:
    """Return an error in the words of IAM; `minutes` is what the answer's clock is ahead."""

    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
        "</Error><RequestId>1</RequestId></ErrorResponse>"
    )
    return Answer(status, body.encode(), {"Content-Type": "text/xml"}, ahead=minutes)


def json_error(status: int, code: str, message: str = "by the test") -> Answer:
    """Return an error in the words of a service that speaks JSON."""
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(status, body, {"Content-Type": "application/x-amz-json-1.1"})


def always(answer: Answer) -> Fault:
    """Return the fault that answers every call alike."""
    return lambda: answer


@dataclass
class Proxy:
    """A running proxy: its address, and the operations that it was asked for."""

    address: str
    asked: list[str]


def headers_of(answer: Answer) -> Mapping[str, str]:
    """Return the headers, with the time of the proxy's clock where it is not this machine's."""
    now = formatdate(time.time() + answer.ahead * 60, usegmt=True)
    return {**answer.headers, "Date": now} if answer.ahead else answer.headers


def fault_of(operation: str, faults: Mapping[str, Fault]) -> Fault | None:
    """Return the fault of an operation, or of a pattern of method and path."""
    paths = ((name, fault) for name, fault in faults.items() if " /" in name)
    of_path = next((fault for name, fault in paths if re.match(name, operation)), None)
    return faults.get(operation) or of_path


@contextmanager
def proxy(behind: str, faults: Mapping[str, Fault]) -> Iterator[Proxy]:
    """Run a proxy before an address; `faults` are by the operation, `ListQueues`.

    One of a service without named operations is by a pattern of method and path, `GET /bucket/.*`.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        do_PUT = do_DELETE = do_POST  # noqa: N815 - the names that http.server looks for

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            operation = self.operation(body)
            asked.append(operation)
            fault = fault_of(operation, faults)
            answer = (fault() if fault else None) or self.forward(body)
            self.send_response_only(answer.status)
            for name, value in headers_of(answer).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + answer.promised))
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = bool(answer.promised)

        def operation(self, body: bytes) -> str:
            target = self.headers.get("x-amz-target", "")
            action = parse_qs(body.decode("latin-1")).get("Action", [""])[0]
            return target.rpartition(".")[2] or action or f"{self.command} {self.path}"

        def forward(self, body: bytes) -> Answer:
            request = urllib.request.Request(  # noqa: S310 - loopback
                behind + self.path, body or None, dict(self.headers), method=self.command
            )
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            try:
                with opener.open(request, timeout=60) as told:
                    return self.taken(told.status, told.read(), told.headers)
            except urllib.error.HTTPError as told:
                return self.taken(told.code, told.read(), told.headers)

        def taken(self, status: int, body: bytes, headers: Message) -> Answer:
            return Answer(status, body, {k: str(headers[k]) for k in KEPT if headers.get(k)})

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Proxy(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        server.server_close()
