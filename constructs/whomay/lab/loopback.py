"""HTTP to the lab itself, whatever proxy the caller's environment names."""

import urllib.request
from collections.abc import Mapping
from http.client import HTTPException

from whomay.lab.errors import LabError
from whomay.lab.state import OWNER, Lab

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(method: str, url: str, headers: Mapping[str, str], *, timeout: float) -> str:
    """Send a request without a body and return the text of its answer; `timeout` in seconds.

    Raises:
        urllib.error.HTTPError: the answer is an error.
        OSError: there is no answer, or half of one: the lab has ended while it gave it.

    """
    request = urllib.request.Request(url, method=method, headers=dict(headers))  # noqa: S310 - http, of the lab
    try:
        with _opener.open(request, timeout=timeout) as response:
            return str(response.read().decode())
    except HTTPException as error:
        raise ConnectionResetError(str(error)) from error


def ask(lab: Lab, path: str, *, timeout: float) -> str:
    """Ask the lab for one of its own paths, as its owner; raises what `send` raises."""
    return send("GET", f"{lab.plain}{path}", {OWNER: lab.root_secret}, timeout=timeout)


def told(lab: Lab, path: str, *, timeout: float) -> str:
    """Return what the lab says at one of its own paths.

    Raises:
        LabError: the lab does not answer.

    """
    try:
        return ask(lab, path, timeout=timeout)
    except OSError as error:
        raise LabError(f"the lab does not answer at {lab.plain}: {error}") from error
