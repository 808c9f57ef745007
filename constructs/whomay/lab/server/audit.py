"""CloudTrail records of every call, refused ones included.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import datetime as dt
import json
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

from whomay.iam.arn import name_in
from whomay.iam.callers import caller as caller_of
from whomay.lab.server import internals
from whomay.lab.server.calls import ERROR_STATUS, in_account
from whomay.lab.server.event_names import DATA_EVENTS
from whomay.lab.state import REGION

TIME = "%Y-%m-%dT%H:%M:%SZ"
_READ_ONLY = re.compile(r"Get|List|Describe|Head|Lookup")
_SECRET = re.compile(
    r"secret(?!id$)|password|token|code|value|plaintext|blob|binary", re.IGNORECASE
)
_CODE = re.compile(rb'<Code>(.*?)</Code>|"__type": ?"(?:.*?#)?(.*?)"')
_MESSAGE = re.compile(rb'<Message>(.*?)</Message>|"[mM]essage": ?"(.*?)"')

# records of accounts with a trail that logs, until the next delivery
pending: dict[str, list[dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call and its answer, as the gateway saw them."""

    action: str  # s3:PutObject, what IAM asks for
    event: str  # PutObject, as CloudTrail calls it
    access_key: str
    account: str
    region: str
    client: str
    user_agent: str
    parameters: dict[str, list[str]]
    status: int
    answer: bytes  # of an error only


def _identity(call: ApiCall) -> dict[str, Any]:
    """Return userIdentity: who signed, and for a role session whose it is."""
    resolve = internals.get("core.iam_evaluator", "resolve_caller_identity")
    caller = (resolve(call.access_key) if call.access_key else None) or {}
    arn = caller.get("userArn", "")
    account = caller.get("accountId", call.account)
    identity = {
        "type": "IAMUser",
        "principalId": caller.get("userId", ""),
        "arn": arn,
        "accountId": account,
        "accessKeyId": call.access_key,
    }
    if not arn:
        return {**identity, "type": "AWSAccount"}
    if arn.endswith(":root"):
        return {**identity, "type": "Root"}
    if ":assumed-role/" not in arn:
        return {**identity, "userName": name_in(arn)}
    name = name_in(caller_of(arn).role or "")
    role = internals.get("services.iam", "_roles").get_scoped(account, None, name) or {}
    session = internals.get("services.sts", "_sessions").get(call.access_key) or {}
    created = dt.datetime.fromtimestamp(session.get("IssuedAt", time.time()), dt.UTC)
    issuer = {
        "type": "Role",
        "principalId": role.get("RoleId", ""),
        "arn": role.get("Arn", ""),
        "accountId": account,
        "userName": name,
    }
    attributes = {
        "mfaAuthenticated": str("MfaAt" in session).lower(),
        "creationDate": created.strftime(TIME),
    }
    context = {"sessionIssuer": issuer, "attributes": attributes}
    return {**identity, "type": "AssumedRole", "sessionContext": context}


def _request_parameters(parameters: dict[str, list[str]]) -> dict[str, str] | None:
    shown = {}
    for name, values in parameters.items():
        if name in ("Action", "Version"):
            continue
        value = "HIDDEN_DUE_TO_SECURITY_REASONS" if _SECRET.search(name) else values[0]
        shown[name[0].lower() + name[1:]] = value
    return shown or None


def _error(call: ApiCall) -> dict[str, str]:
    """Return errorCode and errorMessage of a refused call, nothing of another."""
    if call.status < ERROR_STATUS:
        return {}
    code, message = _CODE.search(call.answer), _MESSAGE.search(call.answer)
    found = {"errorCode": _text(code) or str(call.status)}
    return {**found, "errorMessage": _text(message)} if message else found


def _text(match: re.Match[bytes] | None) -> str:
    groups = match.groups() if match else ()
    return next((group for group in groups if group), b"").decode("utf-8", "replace")


def make_record(call: ApiCall) -> dict[str, Any]:
    """Return the call as a CloudTrail record."""
    service = call.action.partition(":")[0]
    data = service == "s3" and call.event in DATA_EVENTS
    return {
        "eventVersion": "1.11",
        "userIdentity": _identity(call),
        "eventTime": dt.datetime.now(dt.UTC).strftime(TIME),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": call.event,
        "awsRegion": call.region,
        "sourceIPAddress": call.client,
        "userAgent": call.user_agent,
        **_error(call),
        "requestParameters": _request_parameters(call.parameters),
        "responseElements": None,
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": bool(_READ_ONLY.match(call.event)),
        "eventType": "AwsApiCall",
        "managementEvent": not data,
        "recipientAccountId": call.account,
        "eventCategory": "Data" if data else "Management",
    }


def _username(identity: dict[str, Any]) -> str:
    """Return the name that LookupEvents searches: the user's, or the role session's."""
    if identity["type"] == "AssumedRole":
        return name_in(identity["arn"])
    return str(identity.get("userName", "root"))


def record(call: ApiCall) -> None:
    """Keep the call for LookupEvents and for the trails, in the caller's account and the called."""
    made = make_record(call)
    event = {
        "EventId": made["eventID"],
        "EventName": made["eventName"],
        "EventSource": made["eventSource"],
        "EventTime": time.time(),
        "Username": _username(made["userIdentity"]),
        "AccessKeyId": call.access_key,
        "ReadOnly": str(made["readOnly"]).lower(),
        "Resources": [],
        "CloudTrailEvent": json.dumps(made),
    }

    def keep(owner: str) -> None:
        if made["managementEvent"]:  # LookupEvents holds no others
            internals.get("services.cloudtrail", "_get_event_queue")().append(event)
        trails = internals.get("services.cloudtrail", "_trails").values()
        if any(trail.get("IsLogging") for trail in trails):
            pending.setdefault(owner, []).append(made)

    for owner in {call.account, made["userIdentity"]["accountId"]}:
        in_account(owner, REGION, keep, owner)
