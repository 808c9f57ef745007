"""How a denied request was evaluated, for who has the id that its error tells: IAM Toolbox.

https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html
The lab keeps the last denials. It leaves out resource policies, the role's trust and
GetRequestAuthorizationPolicy.
"""

import contextvars
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from whomay.lab.server.calls import Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.refusals import here, refuse
from whomay.lab.server.request import ApiRequest

Details: TypeAlias = dict[str, Any]

KEPT: Final = 1000  # denials
PATH: Final = "/authorization-details/"
ACTION: Final = "iam:GetRequestAuthorizationDetails"
_EFFECTS: Final = {"Deny": "EXPLICIT_DENY", "ImplicitDeny": "IMPLICIT_DENY"}
_TYPES: Final = {
    "identity-based policy": "IDENTITY_BASED_POLICY",
    "permissions boundary": "PERMISSIONS_BOUNDARY",
    "session policy": "SESSION_POLICY",
}

# account and id -> what GetRequestAuthorizationDetails answers, the oldest first
_kept: OrderedDict[tuple[str, str], Details] = OrderedDict()
_last: contextvars.ContextVar[str] = contextvars.ContextVar("last", default="")


def note(context: Any, layers: list[Any], decision: str, evaluate: Callable[..., Any]) -> None:
    """Keep a denial; `layers` are the principal's policies by kind, each a list of documents."""
    policies, matched = [], []
    for layer in layers:
        for number, document in enumerate(layer):
            kind = _TYPES[layer.kind[1]]
            uri = getattr(document, "arn", "") or f"{kind.lower()}/{number}"
            attached = [{"arn": context.principal_arn}]
            policies.append({"uri": uri, "type": kind, "attachedTo": attached})
            statements = _matched(document, context, evaluate) if decision == "Deny" else []
            if statements:
                matched.append({"uri": uri, "matchedStatements": statements})
    identity = secrets.token_hex(10)
    _kept[context.principal_account, identity] = {
        "requestContext": _context(context),
        "evaluations": [
            {
                "action": context.action,
                "resource": context.resource_arn,
                "context": {},
                "evaluatedEffect": _EFFECTS[decision],
                "matchedPolicies": matched,
            }
        ],
        "policies": policies,
    }
    _last.set(identity)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)


def _matched(document: Any, context: Any, evaluate: Callable[..., Any]) -> list[Details]:
    found = []
    for number, statement in enumerate(document):
        decision = evaluate(context, [[statement]]).decision
        if decision != "ImplicitDeny":
            sid = statement.sid or f"Statement{number}"
            found.append({"sid": sid, "evaluatedEffect": decision.upper()})
    return found


def _context(context: Any) -> Details:
    keys = {**context.service_context, **context.principal_keys}
    known = {key: value for key, value in keys.items() if value is not None}
    return {
        **known,
        "aws:PrincipalArn": context.principal_arn,
        "aws:PrincipalAccount": context.principal_account,
        "aws:PrincipalType": context.principal_type,
        "aws:SourceIp": context.source_ip,
        "aws:SecureTransport": str(context.secure_transport).lower(),
        "aws:RequestedRegion": context.region,
    }


def reference() -> str:
    """Return the end of an error's text: where the details of the last denial are."""
    identity, (_, region) = _last.get(), here()
    console = f"https://{region}.console.aws.amazon.com/iam/home?region={region}"
    return (
        f". Go to {console}#{PATH}{identity} for complete details, or call the "
        f"GetRequestAuthorizationDetails API with the following authorization id: {identity}"
    )


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    if request.method != "GET" or not request.path.startswith(PATH):
        return await inner(request)
    if refused := refuse(request, "iam", ACTION, "*", {}):
        text = _message(refused[2])
        return _answer(403, {"message": text}, "AccessDeniedException")
    found = _kept.get((here()[0], request.path.removeprefix(PATH)))
    if found is None:
        return _answer(404, {"message": "no such authorization id"}, "ResourceNotFoundException")
    return _answer(200, found)


def _message(body: bytes) -> str:
    return body.decode().partition("<Message>")[2].partition("</Message>")[0]


def _answer(status: int, document: Details, error: str = "") -> Response:
    headers = {"Content-Type": "application/json"}
    if error:
        headers["x-amzn-ErrorType"] = error
    return status, headers, json.dumps(document).encode()


def install() -> None:
    """Answer GetRequestAuthorizationDetails, which is signed as a call of IAM."""
    correct("iam", _handle)
