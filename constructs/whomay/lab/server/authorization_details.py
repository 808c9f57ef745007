"""How a denied request was evaluated, for who has the id that its error tells: IAM Toolbox.

https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html
https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationPolicy.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html
The lab keeps the last denials, with the policies as they were then. It leaves out resource policies
and the role's trust.
"""

import contextvars
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.refusals import here, refuse
from whomay.lab.server.request import ApiRequest

Details: TypeAlias = dict[str, Any]

KEPT: Final = 1000  # denials
PATH: Final = "/authorization-details/"
_DETAILS: Final = "iam:GetRequestAuthorizationDetails"
_POLICY: Final = "iam:GetRequestAuthorizationPolicy"
_EFFECTS: Final = {"Deny": "EXPLICIT_DENY", "ImplicitDeny": "IMPLICIT_DENY"}
# the words of a refusal -> the type of the policy, and the check that it is part of
_TYPES: Final = {
    "identity-based policy": ("IDENTITY_BASED_POLICY", "PRINCIPAL"),
    "permissions boundary": ("PERMISSIONS_BOUNDARY", "PERMISSIONS_BOUNDARY"),
    "session policy": ("SESSION_POLICY", "SESSION"),
}
_CHECKED: Final = {**_EFFECTS, "Allow": "ALLOW"}


@dataclass(frozen=True)
class Kept:
    """What the two calls answer: the details, and each policy by its URI; and whose call it was."""

    details: Details
    documents: dict[str, Details]
    principal: str


# by account and id, the oldest first
_kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()
_last: contextvars.ContextVar[str] = contextvars.ContextVar("last", default="")


def note(context: Any, layers: list[Any], decision: str, evaluate: Callable[..., Any]) -> None:
    """Keep a denial; `layers` are the principal's policies by kind, each a list of documents."""
    policies, checks, documents = [], [], {}
    for layer in layers:
        kind, check = _TYPES[layer.kind[1]]
        matched = []
        for number, document in enumerate(layer):
            arn = getattr(document, "arn", "")
            uri = arn or f"{kind.lower()}/{number}"
            attached = [{"arn": _principal_arn(context)}]
            policies.append({"uri": uri, "type": kind, "inline": not arn, "attachedTo": attached})
            written = document.document
            documents[uri] = json.loads(written) if isinstance(written, str) else written
            if statements := _matched(document, context, evaluate):
                matched.append({"uri": uri, "matchedStatements": statements})
        effect = _CHECKED[evaluate(context, layer).decision]
        checks.append(
            {
                "checkType": check,
                "evaluatedEffect": effect,
                "relevantPolicyTypes": [kind],
                "matchedPolicies": matched,
            }
        )
    identity = secrets.token_hex(10)
    details = {
        "requestContext": _context(context),
        "evaluations": [
            {
                "action": context.action,
                "resource": context.resource_arn,
                "context": {},
                "evaluatedEffect": _EFFECTS[decision],
                "matchedPolicies": _of_a_denial(checks, decision),
                "checks": checks,
            }
        ],
        "policies": policies,
    }
    _kept[context.principal_account, identity] = Kept(details, documents, context.principal_arn)
    _last.set(identity)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)


def _of_a_denial(checks: list[Details], decision: str) -> list[Details]:
    """Return what matched where a statement denies: an implicit denial names no policy."""
    denying = decision == "Deny"
    return [policy for check in checks for policy in check["matchedPolicies"] if denying]


def _matched(document: Any, context: Any, evaluate: Callable[..., Any]) -> list[Details]:
    found = []
    for number, statement in enumerate(document):
        decision = evaluate(context, [[statement]]).decision
        if decision != "ImplicitDeny":
            sid = statement.sid or f"Statement{number}"
            found.append({"sid": sid, "evaluatedEffect": decision.upper()})
    return found


def _principal_arn(context: Any) -> str:
    """Return aws:PrincipalArn: of a session it is the ARN of the role."""
    resolve = internals.get("core.iam_evaluator", "_resolve_condition_key")
    return str(resolve("aws:PrincipalArn", context))


def _context(context: Any) -> Details:
    """Return the keys of the request, with their values when it was evaluated."""
    resolve = internals.get("core.iam_evaluator", "_resolve_condition_key")
    named = {key: resolve(key, context) for key in _GLOBAL_KEYS}
    keys = {**context.service_context, **context.principal_keys, **named}
    keys |= {f"aws:RequestTag/{key}": value for key, value in context.request_tags.items()}
    return {key: value for key, value in keys.items() if value is not None}


_GLOBAL_KEYS: Final = (
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalType",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:SecureTransport",
    "aws:SourceIp",
)


def last() -> str:
    """Return the id of the last denial of this request."""
    return _last.get()


def kept(account: str, identity: str) -> Kept | None:
    """Return a denial of an account by its id; None where none is kept."""
    return _kept.get((account, identity))


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
    identity, _, part = request.path.removeprefix(PATH).partition("/")
    if refused := refuse(request, "iam", _POLICY if part else _DETAILS, "*", {}):
        text = _message(refused[2])
        return _answer(403, {"message": text}, "AccessDeniedException")
    found = kept(here()[0], identity)
    if found is None:
        return _answer(404, {"message": "no such authorization id"}, "ResourceNotFoundException")
    if not part:
        return _answer(200, found.details)
    document = found.documents.get(request.query.get("policyUri", [""])[0])
    if document is None:
        return _answer(404, {"message": "no such policy"}, "ResourceNotFoundException")
    return _answer(200, {"policyDocument": document})


def _message(body: bytes) -> str:
    return body.decode().partition("<Message>")[2].partition("</Message>")[0]


def _answer(status: int, document: Details, error: str = "") -> Response:
    headers = {"Content-Type": "application/json"}
    if error:
        headers["x-amzn-ErrorType"] = error
    return status, headers, json.dumps(document).encode()


def install() -> None:
    """Answer both calls, which are signed as calls of IAM."""
    correct("iam", _handle)
