"""Calls of MiniStack's own services, in this process: no network, no credentials, no policy."""

import contextvars
import json
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, ParamSpec, TypeAlias, TypeVar
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from whomay.lab.server import internals

Response: TypeAlias = tuple[int, dict[str, str], bytes]

ERROR_STATUS = 400
Given = ParamSpec("Given")
Result = TypeVar("Result")


class CallError(ValueError):
    """A service refused the call; `code` is AWS's error code, `message` its words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message


def drive(coroutine: Coroutine[Any, Any, Response]) -> Response:
    """Run a service's handler to its end. It must not wait, and no service used here does."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        answer: Response = stop.value
        return answer
    coroutine.close()
    raise RuntimeError("MiniStack's handler waited")


def parse(body: bytes | str) -> ET.Element:
    """Parse a service's XML answer; tags lose their namespace."""
    root = ET.fromstring(body)  # noqa: S314 - MiniStack's own answer, made in this process
    for node in root.iter():
        node.tag = node.tag.rsplit("}", 1)[-1]
    return root


def flatten(value: Any, prefix: str = "") -> dict[str, str]:
    """Turn nested values into the dotted names of AWS's Query protocol; None is left out."""
    if isinstance(value, dict):
        items: Iterable[tuple[str, Any]] = (
            (f"{prefix}.{name}" if prefix else name, item) for name, item in value.items()
        )
    elif isinstance(value, list | tuple):
        items = ((f"{prefix}.{number}", item) for number, item in enumerate(value, 1))
    else:
        return {prefix: str(value).lower() if isinstance(value, bool) else str(value)}
    flat: dict[str, str] = {}
    for name, item in items:
        if item is not None:
            flat.update(flatten(item, name))
    return flat


def members(values: Iterable[Any] | None) -> dict[str, list[Any]] | None:
    """Return a list as IAM's and CloudFormation's Query protocol writes it, None when empty."""
    listed = list(values or [])
    return {"member": listed} if listed else None


def query(service: str, action: str, **parameters: Any) -> ET.Element:
    """Call a service that speaks AWS's Query protocol: `query("iam", "GetRole", RoleName=...)`.

    Raises:
        CallError: the service refused.

    """
    form = {"Action": action, **flatten(parameters)}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    handler = internals.get(f"services.{service}", "handle_request")
    status, _, body = drive(handler("POST", "/", headers, urlencode(form).encode(), {}))
    root = parse(body) if body else ET.Element("Empty")
    if status >= ERROR_STATUS:
        raise CallError(
            root.findtext(".//Code") or str(status), root.findtext(".//Message") or action
        )
    return root


def json_call(service: str, target: str, **parameters: Any) -> dict[str, Any]:
    """Call a service that speaks AWS's JSON protocol; `target` is the X-Amz-Target header.

    Raises:
        CallError: the service refused.

    """
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": target}
    handler = internals.get(f"services.{service}", "handle_request")
    status, _, body = drive(handler("POST", "/", headers, json.dumps(parameters).encode(), {}))
    answer: dict[str, Any] = json.loads(body or b"{}")
    if status >= ERROR_STATUS:
        raise CallError(answer.get("__type", str(status)), answer.get("message", target))
    return answer


def texts(root: ET.Element, path: str) -> list[str]:
    """Return the texts of all elements at `path`."""
    return [node.text or "" for node in root.iterfind(path)]


def in_account(
    account: str,
    region: str,
    function: Callable[Given, Result],
    *arguments: Given.args,
    **keywords: Given.kwargs,
) -> Result:
    """Call `function` as a request of that account and Region; the caller's own are kept."""

    def call() -> Result:
        internals.get("core.responses", "set_request_account_id")(account)
        internals.get("core.responses", "set_request_region")(region)
        return function(*arguments, **keywords)

    return contextvars.copy_context().run(call)
