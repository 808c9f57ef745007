"""Requests to an instance's metadata service, as a program on the instance makes them."""

import json
import urllib.error
from typing import Final

from whomay.lab import loopback
from whomay.lab.answers import ALLOWED, NO_ANSWER, Answer, Reply

TIMEOUT: Final = 10.0  # seconds
TOKEN: Final = "X-aws-ec2-metadata-token"  # noqa: S105 - the name of a header
LIFETIME: Final = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}


def get(base: str, path: str, *, with_token: bool) -> Reply:
    """Read a path, by IMDSv2 with a session token that is asked for first, or by IMDSv1.

    A document whose Code is not Success, which is how EC2 tells that a role is refused to it,
    answers that code.
    """
    headers = {}
    try:
        if with_token:
            headers[TOKEN] = loopback.send(
                "PUT", f"{base}/latest/api/token", LIFETIME, timeout=TIMEOUT
            )
        text = loopback.send("GET", f"{base}{path}", headers, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        with error:
            return Reply(Answer(str(error.code), "GET"), str(error))
    except OSError as error:
        return Reply(NO_ANSWER, str(error))
    try:
        code = json.loads(text).get("Code", "Success")
    except (ValueError, AttributeError):
        code = "Success"  # plain text, as most paths answer
    return Reply(ALLOWED if code == "Success" else Answer(code, "GET"), text)
