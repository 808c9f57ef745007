"""A refused call as CloudTrail records it: one event in JSON, alone or in what lists it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from whomay.iam import unique_json
from whomay.iam.facts.api_calls import actions_of_call
from whomay.live.errors import LiveError
from whomay.live.records import CloudTrailRecord, part, text
from whomay.live.refusal import Refusal, encoded, refusal
from whomay.live.who import action, refused


def is_event(message: str) -> bool:
    """Tell whether a text is JSON, as an event is."""
    return message.lstrip().startswith(("{", "["))


def refused_event(message: str) -> tuple[Refusal, str]:
    """Return what an event says of the one refused call in it, and the message that it holds.

    It may be the event itself, a log file with `Records`, the answer of lookup-events, or an event
    of EventBridge. What the message leaves out is taken from the event: the condition keys that it
    tells, the caller, the resource.

    Raises LiveError where it is no JSON, or holds none or several refused calls.
    """
    try:
        events = [one for one in _events(unique_json.loads(message)) if _is_refused(one)]
    except (ValueError, RecursionError) as error:
        raise LiveError(f"the event is not JSON: {error}") from error
    if len(events) != 1:
        held = "no refused call" if not events else f"{len(events)} refused calls"
        raise LiveError(
            f"it holds {held}: allowed is an event of CloudTrail for one refused call, with its "
            "errorCode or errorMessage"
        )
    [event] = events
    said = text(event, "errorMessage")
    told = _by_message(said)
    return replace(
        told,
        who=told.who or text(part(event, "userIdentity"), "arn"),
        action=told.action or _action(event),
        resource=told.resource or _resource(event),
        region=told.region or text(event, "awsRegion"),
        context=dict(_context(event)),
    ), said


def _by_message(said: str) -> Refusal:
    if encoded(said):
        return Refusal()
    try:
        return refusal(said)
    except LiveError:  # such as `Access Denied`: the event itself tells the call
        return Refusal()


def _events(document: Any) -> Iterator[CloudTrailRecord]:
    """Yield the events of what may hold them."""
    if isinstance(document, list):
        for each in document:
            yield from _events(each)
        return
    if not isinstance(document, dict):
        return
    for name in ("Records", "Events", "detail"):
        if isinstance(document.get(name), dict | list):
            yield from _events(document[name])
            return
    inner = document.get("CloudTrailEvent")
    yield from _events(unique_json.loads(inner)) if isinstance(inner, str) else [document]


def _is_refused(event: CloudTrailRecord) -> bool:
    return refused(event) or bool(text(event, "errorMessage") and not text(event, "errorCode"))


def _action(event: CloudTrailRecord) -> str:
    """Return the action of the call; an API call that needs several is not told apart."""
    call = action(event)
    needed = actions_of_call(call)
    return needed[0] if len(needed) == 1 else call


def _resource(event: CloudTrailRecord) -> str:
    listed = event.get("resources")
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and (arn := text(each, "ARN")):
            return arn
    return text(part(event, "requestParameters"), "roleArn")


def _context(event: CloudTrailRecord) -> Iterator[tuple[str, str]]:
    """Yield the condition keys that an event tells."""
    identity = part(event, "userIdentity")
    session = part(identity, "sessionContext")
    told = {
        "aws:PrincipalArn": text(part(session, "sessionIssuer"), "arn"),
        "aws:userid": text(identity, "principalId"),
        "aws:MultiFactorAuthPresent": text(part(session, "attributes"), "mfaAuthenticated"),
        "aws:RequestedRegion": text(event, "awsRegion"),
        "aws:SourceVpce": text(event, "vpcEndpointId"),
        "aws:UserAgent": text(event, "userAgent"),
        "aws:CurrentTime": text(event, "eventTime"),
        "sts:ExternalId": text(part(event, "requestParameters"), "externalId"),
        "sts:RoleSessionName": text(part(event, "requestParameters"), "roleSessionName"),
    }
    address = text(event, "sourceIPAddress")
    if _is_address(address):
        told["aws:SourceIp"] = address
    if part(event, "tlsDetails"):
        told["aws:SecureTransport"] = "true"
    yield from ((key, value) for key, value in told.items() if value)


def _is_address(value: str) -> bool:
    try:
        return bool(ipaddress.ip_address(value))
    except ValueError:
        return False
