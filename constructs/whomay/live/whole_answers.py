"""No answer of AWS counts that is none, or that is less than all of it.

botocore takes JSON that was cut for an answer without entries. So it takes an empty body, and the
page of a proxy where S3 would answer. A list of nothing would be the outcome: no error, no policy.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.parsers import ResponseParserError

_JSON: Final = ("json", "rest-json")
_PAGE: Final = (b"<!doctype html", b"<html")
_REFUSED: Final = 300  # from here on the status says that it is no answer to the question


def only_whole(events: Any) -> None:
    """Have the calls of a session or a client raise ResponseParserError for an answer that is cut.

    `events` are those of boto3 1.37 or newer.
    """
    events.register("before-parse", _whole, unique_id="whomay-only-whole")


def _whole(operation_model: Any, response_dict: Mapping[str, Any], **_: object) -> None:
    if response_dict["status_code"] >= _REFUSED or not _is_in_the_body(operation_model):
        return
    body: bytes = response_dict["body"].strip()
    service = operation_model.service_model
    if service.resolved_protocol in _JSON:
        whole = _is_object(body)
    else:  # that the rest is XML to its end botocore looks at itself
        whole = bool(body) and not body[:20].lower().startswith(_PAGE)
    if not whole:
        raise ResponseParserError(
            "the answer was cut, or is not AWS's: a proxy or a sign-in page may have given it"
        )


def _is_in_the_body(operation_model: Any) -> bool:
    """Tell whether an answer has a body to read: some have headers alone, or an object's bytes."""
    if operation_model.has_streaming_output or operation_model.http.get("method") == "HEAD":
        return False
    shape = operation_model.output_shape
    members = shape.members.values() if shape is not None else ()
    return any("location" not in each.serialization for each in members)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
