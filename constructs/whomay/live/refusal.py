"""What a message of AWS says of a call that was refused: who, what, on what, and by which kind of policy.

Messages come in several forms, with ever more in them.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from whomay.iam import unique_json
from whomay.live.errors import LiveError

_PLAIN: Final = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: (?P<resource>\S+))?"
    r"(?: because no (?P<none>[\w -]+?) policy allows the \S+ action"
    r"| with an explicit deny(?: in an? (?P<deny>[\w -]+?) policy(?:: (?P<policy>arn:\S+))?)?)?"
)
_ENCODED: Final = re.compile(r"[Ee]ncoded authorization failure message: ([\w+/=-]+)")
_ID: Final = re.compile(r"#/authorization-details/([\w-]+)")
# AWS's word for a kind of policy, and what it is to the caller.
KINDS: Final[Mapping[str, str]] = {
    "identity-based": "an identity policy of the caller",
    "permissions boundary": "the caller's permissions boundary",
    "session": "the policy that the session was made with",
    "resource-based": "the policy of the resource",
    "role trust": "the trust policy of the role",
    "service control": "a service control policy of the caller's organization",
    "resource control": "a resource control policy of the resource's organization",
    "VPC endpoint": "the policy of the VPC endpoint",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused call. What the message does not tell is empty.

    `kind` is AWS's word for the policy, `service control`. `explicit` tells a Deny from a missing
    Allow; None where the message does not say. `id` is the authorization id.
    """

    who: str
    action: str
    resource: str = ""
    kind: str = ""
    explicit: bool | None = None
    policy: str = ""
    id: str = ""


def encoded(message: str) -> str:
    """Return the part that `sts:DecodeAuthorizationMessage` reads; empty where there is none."""
    found = _ENCODED.search(message)
    return found[1] if found else ""


def refusal(message: str) -> Refusal:
    """Return what a message says: AWS's text, or an event of CloudTrail that holds it.

    Raises LiveError for a text that names no call.
    """
    if message.lstrip().startswith("{"):
        message = _of_event(message)
    found = _PLAIN.search(" ".join(message.split()))
    if found is None:
        raise LiveError(
            "the message names no caller and no action: allowed is one with 'is not authorized to "
            "perform', an event of CloudTrail, or an encoded one; for the others ask "
            "`whomay can PRINCIPAL ACTION RESOURCE`"
        )
    explicit = None
    if "because no" in found[0] or "explicit deny" in found[0]:
        explicit = "explicit deny" in found[0]
    at = _ID.search(message)
    return Refusal(
        who=found["who"],
        action=found["action"],
        resource=(found["resource"] or "").rstrip(".").strip('"'),
        kind=found["none"] or found["deny"] or "",
        explicit=explicit,
        policy=(found["policy"] or "").rstrip("."),
        id=at[1] if at else "",
    )


def decoded(message: str) -> Refusal:
    """Return what STS made of an encoded message.

    Raises LiveError for an answer that is none.
    """
    try:
        told: Any = unique_json.loads(message)
        context = told["context"]
        return Refusal(
            who=context["principal"]["arn"],
            action=context["action"],
            resource=context.get("resource", ""),
            explicit=bool(told.get("explicitDeny")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LiveError(f"the decoded message is not as STS writes it: {error}") from error


def _of_event(text: str) -> str:
    try:
        event: Any = json.loads(text)
    except ValueError as error:
        raise LiveError(f"the event is not JSON: {error}") from error
    said = event.get("errorMessage")
    if not isinstance(said, str):
        raise LiveError(
            "the event has no errorMessage: allowed is an event of CloudTrail for a refused call"
        )
    return said
