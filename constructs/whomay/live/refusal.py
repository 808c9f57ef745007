"""What a message of AWS says of a call that was refused: who, what, on what, and by which kind of policy.

Messages come in several forms, with ever more in them.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from whomay.iam import unique_json
from whomay.iam.arn import parse_arn
from whomay.live.authorization import is_authorization_id
from whomay.live.errors import LiveError

_CALL: Final = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: (?P<resource>\"[^\"]*\"|.+?)"
    r"(?= because no | because public | with an explicit deny|\. Go to |\.? Encoded |\.?$"
    # what SDKs and CloudFormation write behind it
    r"|\.? \(Service: |[.,]? status code: |, request id: |\"? \(RequestToken: ))?"
)
_KIND: Final = (
    r"(?:(?P<{0}>identity-based|resource-based|session|role trust|service control"
    r"|resource control|VPC endpoint)s? policy|(?P<{0}_boundary>permissions boundary))"
)
_NONE: Final = re.compile(
    rf"because no {_KIND.format('none')} allows the (?:(?P<action>[\w-]+:\w+) action)?"
)
_DENY: Final = re.compile(
    rf"with an explicit deny(?: in (?:an?|the) {_KIND.format('deny')})?"
    rf"(?: transitively through an? {_KIND.format('through')})?"
    r"(?::? (?P<policy>arn:\S+))?"
)
_PUBLIC: Final = re.compile(r"because public (?:ACLs|policies) are prevented by the (\w+) setting")
_TOKEN: Final = re.compile(r"Not authorized to perform (sts:AssumeRoleWith\w+)")
_ENCODED: Final = re.compile(r"[Ee]ncoded authorization failure message: ([\w+/=-]+)")
_LINK: Final = re.compile(r"#/authorization-details/([0-9a-z]+)")
_REGION: Final = re.compile(r"[?&]region=([a-z0-9-]+)[^ ]*#/authorization-details/")
_IDENTITY: Final = re.compile(r"authorization id: ([0-9a-z]+)")
_SERVICES: Final = {"SNS": "sns"}  # a service that some messages write otherwise

# AWS's word for a kind of policy, and the half of the call that it is.
HALF_OF_KIND: Final[Mapping[str, str]] = {
    "identity-based": "identity",
    "permissions boundary": "boundary",
    "session": "session",
    "resource-based": "resource",
    "role trust": "trust",
    "service control": "scp",
    "resource control": "rcp",
    "VPC endpoint": "endpoint",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused call. What the message does not tell is empty.

    `kind` is AWS's word for the policy, `service control`. `explicit` tells a Deny from a missing
    Allow; None where the message does not say. `id` is the authorization id and `region` where it
    is known. `context` are the condition keys that are told, `sids` the statements that denied.
    """

    who: str = ""
    action: str = ""
    resource: str = ""
    kind: str = ""
    explicit: bool | None = None
    policy: str = ""
    id: str = ""
    region: str = ""
    context: Mapping[str, str | list[str]] = field(default_factory=dict)
    sids: tuple[str, ...] = ()


def encoded(message: str) -> str:
    """Return the part that `sts:DecodeAuthorizationMessage` reads; empty where there is none."""
    found = _ENCODED.search(message)
    return found[1] if found else ""


def refusal(message: str) -> Refusal:
    """Return what a message says: AWS's text, an authorization id, or the console's link with one.

    Raises LiveError for a text that names no call and no id.
    """
    text = " ".join(message.split())
    identity = text if is_authorization_id(text) else _first(_LINK, text) or _first(_IDENTITY, text)
    region = _first(_REGION, text)
    found = _CALL.search(text)
    if found is None:
        by_token = _first(_TOKEN, text)
        if not (identity or by_token):
            raise LiveError(
                "the message names no caller and no action: allowed is one with 'is not authorized to "
                "perform', an authorization id of 16 letters and digits at least, an event of CloudTrail, "
                "or an encoded message; for the others ask `whomay can PRINCIPAL ACTION RESOURCE`"
            )
        kind = "role trust" if by_token else ""
        return Refusal(action=by_token, kind=kind, id=identity, region=region)
    kind, explicit, policy = _reason(text)
    none = _NONE.search(text)  # a call may need a further action: AWS names it in the reason alone
    service, _, call = ((none and none["action"]) or found["action"]).partition(":")
    return Refusal(
        who=found["who"],
        action=f"{_SERVICES.get(service, service)}:{call}",
        resource=_resource(found["who"], (found["resource"] or "").strip('"')),
        kind=kind,
        explicit=explicit,
        policy=policy,
        id=identity,
        region=region,
    )


def _resource(who: str, written: str) -> str:
    """Return the ARN of a resource; IAM writes its own as `user alice` in some messages."""
    kind, _, name = written.partition(" ")
    caller = parse_arn(who)
    if kind in ("user", "role", "group", "policy") and name and caller:
        return f"arn:{caller.partition}:iam::{caller.account}:{kind}/{name}"
    return written


def _reason(text: str) -> tuple[str, bool | None, str]:
    """Return the kind of policy, whether it denies, and its ARN.

    Through an endpoint another policy may deny: that one is it.
    """
    if none := _NONE.search(text):
        return none["none"] or none["none_boundary"], False, ""
    if public := _PUBLIC.search(text):
        return f"S3 Block Public Access ({public[1]})", True, ""
    if deny := _DENY.search(text):
        through = deny["through"] or deny["through_boundary"]
        kind = through or deny["deny"] or deny["deny_boundary"] or ""
        return kind, True, (deny["policy"] or "").rstrip(".")
    return "", None, ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def decoded(message: str) -> Refusal:
    """Return what STS made of an encoded message, with the condition keys and statements in it.

    Raises LiveError for an answer that is none.
    """
    try:
        told: Any = unique_json.loads(message)
        context = told["context"]
        conditions = (context.get("conditions") or {}).get("items") or []
        matched = (told.get("matchedStatements") or {}).get("items") or []
        return Refusal(
            who=context["principal"]["arn"],
            action=context["action"],
            resource=context.get("resource", ""),
            explicit=bool(told.get("explicitDeny")),
            context={one["key"]: _values(one["values"]["items"]) for one in conditions},
            sids=tuple(one.get("statementId") or "(no Sid)" for one in matched),
        )
    except (AttributeError, ValueError, KeyError, TypeError) as error:
        raise LiveError(f"the decoded message is not as STS writes it: {error}") from error


def _values(items: list[Mapping[str, str]]) -> str | list[str]:
    values = [one["value"] for one in items]
    return values[0] if len(values) == 1 else values
