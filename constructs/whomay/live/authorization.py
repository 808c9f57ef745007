"""How AWS evaluated a call that it refused: the context that it saw, its verdict and the policies.

IAM Toolbox tells it for an authorization id, for a day at least.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html
https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from whomay.iam import unique_json
from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError

_SERVICE: Final = "iam-toolbox"
_OPERATION: Final = "get_request_authorization_details"
DETAILS: Final = "iam:GetRequestAuthorizationDetails"
POLICY: Final = "iam:GetRequestAuthorizationPolicy"
_ID: Final = re.compile(r"[0-9a-z]{16,256}")
# The policy that the present call asks for; empty where it asks for the details.
_policy_asked: ContextVar[str] = ContextVar("policy_asked", default="")


@dataclass(frozen=True, slots=True)
class EvaluatedPolicy:
    """A policy that AWS evaluated. `kind` is AWS's word, `PERMISSIONS_BOUNDARY`.

    `uri` is the ARN of a managed policy and an opaque text for an inline one. `document` is the
    policy as it was at the time of the call; None where AWS did not give it, and `unknown` says why.
    """

    uri: str
    kind: str
    attached_to: tuple[str, ...] = ()
    document: Mapping[str, Any] | None = None
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class MatchedStatement:
    """A statement that matched. `effect` is ALLOW or DENY; AWS makes a `sid` where there is none."""

    uri: str
    sid: str
    effect: str


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement of an evaluation: its kind, `SESSION`, and what came out, `IMPLICIT_DENY`.

    `target` is the root, the unit or the account whose policies an SCP or RCP check reads.
    """

    kind: str
    effect: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One action on one resource, with the whole context. `effect` is ALLOW, EXPLICIT_DENY or IMPLICIT_DENY.

    `checks` is empty where AWS tells none, which does not mean that there were none.
    """

    action: str
    resource: str
    context: Mapping[str, Any]
    effect: str
    matched: tuple[MatchedStatement, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Authorization:
    """What AWS tells of a refused request. It may hold evaluations that allowed."""

    id: str
    evaluations: tuple[Evaluation, ...]
    policies: tuple[EvaluatedPolicy, ...]

    @property
    def denied(self) -> tuple[Evaluation, ...]:
        """The evaluations that did not allow."""
        return tuple(each for each in self.evaluations if each.effect != "ALLOW")


def is_authorization_id(text: str) -> bool:
    """Tell whether a text may be an authorization id: 16 letters or digits at least, in lower case."""
    return _ID.fullmatch(text) is not None


def authorization(asked: Account, identity: str, region: str = "") -> Authorization:
    """Return how AWS evaluated the request behind an authorization id, all pages and all policies.

    The id is known in the `region` of the refusal, by default the account's first one. A policy
    whose document AWS does not give is part of the answer, with the reason. It needs
    iam:GetRequestAuthorizationDetails and iam:GetRequestAuthorizationPolicy.

    Raises LiveError, with exit code 3, where AWS does not answer, refuses, or knows no such id.
    """
    pages = list(_pages(asked, identity, region))
    try:
        shared = [page["requestContext"] for page in pages]
        context = {key: value for each in shared for key, value in each.items()}
        evaluations = [
            _evaluation(one, context) for page in pages for one in page.get("evaluations", [])
        ]
        named = {one["uri"]: one for page in pages for one in page.get("policies", [])}
        policies = [_policy(asked, identity, region, one) for one in named.values()]
    except (AttributeError, KeyError, TypeError) as error:
        raise LiveError(f"{DETAILS}: the answer is not as AWS writes it: {error!r}") from error
    return Authorization(identity, tuple(evaluations), tuple(policies))


def _pages(asked: Account, identity: str, region: str) -> Iterator[Mapping[str, Any]]:
    token: dict[str, str] = {}
    seen: set[str] = set()
    while True:
        try:
            page = _answer(asked, region, identity, **token)
        except RefusedError as error:
            raise LiveError(
                f"{DETAILS}: {error.why}: {asked.caller} needs it to read {identity}", exit_code=3
            ) from error
        if not page:
            where = region or asked.regions[0]
            raise LiveError(
                f"{identity}: AWS knows no such id in {where}: it keeps one for a day or so, in the "
                "Region of the refusal, and tells the caller's account and organization: give "
                "--region or --profile",
                exit_code=3,
            )
        yield page
        following = page.get("nextToken")
        if not following:
            return
        if following in seen:
            raise LiveError(f"{DETAILS}: AWS gave the same page twice", exit_code=3)
        seen.add(following)
        token = {"nextToken": following}


def _policy(asked: Account, identity: str, region: str, told: Mapping[str, Any]) -> EvaluatedPolicy:
    uri, kind = told["uri"], told.get("type", "")
    attached = tuple(each["arn"] for each in told.get("attachedTo") or () if each.get("arn"))
    source = (told.get("policySource") or {}).get("typeName", "")
    name = f"{source} {uri}".strip()
    reset = _policy_asked.set(uri)
    try:
        document = _answer(asked, region, identity).get("policyDocument")
    except RefusedError as error:
        unknown = f"{name} was not given: {POLICY}: {error.why}"
        return EvaluatedPolicy(uri, kind, attached, None, unknown)
    except LiveError as error:
        return EvaluatedPolicy(uri, kind, attached, None, f"{name} was not given: {error}")
    finally:
        _policy_asked.reset(reset)
    if not isinstance(document, Mapping):
        return EvaluatedPolicy(uri, kind, attached, None, f"{name} was not given: no document")
    return EvaluatedPolicy(uri, kind, attached, document)


def _evaluation(told: Mapping[str, Any], context: Mapping[str, Any]) -> Evaluation:
    checks = told.get("checks") or []
    matched = [*(told.get("matchedPolicies") or [])]
    matched += [policy for check in checks for policy in check.get("matchedPolicies") or ()]
    statements = [
        MatchedStatement(policy["uri"], one.get("sid", ""), one.get("evaluatedEffect", ""))
        for policy in matched
        for one in policy.get("matchedStatements") or ()
    ]
    return Evaluation(
        action=told["action"],
        resource=told["resource"] or "*",
        context={**context, **(told.get("context") or {})},
        effect=told.get("evaluatedEffect", ""),
        matched=tuple(dict.fromkeys(statements)),
        checks=tuple(
            Check(one["checkType"], one["evaluatedEffect"], one.get("targetArn") or "")
            for one in checks
        ),
    )


def _answer(asked: Account, region: str, identity: str, **more: str) -> Mapping[str, Any]:
    """Return AWS's answer, empty where it has none, with what an older botocore does not know.

    botocore learned `checks` and GetRequestAuthorizationPolicy in November 2026. An older one signs
    and sends all the same, to an address that is put in here, and its answer is read as it came.
    """
    client = asked.client(_SERVICE, region)
    events = client.meta.events
    events.register(f"before-call.{_SERVICE}", _for_policy, unique_id="whomay-policy")
    events.register(f"after-call.{_SERVICE}", _whole, unique_id="whomay-whole")
    missing = "ResourceNotFoundException"
    return asked.ask(_SERVICE, _OPERATION, region, absent=missing, authorizationId=identity, **more)


def _for_policy(params: dict[str, Any], **_: object) -> None:
    """Let a call ask for a policy: it has the address of the details with `/policy` behind it."""
    if uri := _policy_asked.get():
        params["url"] += f"/policy?{urlencode({'policyUri': uri})}"


def _whole(http_response: Any, parsed: dict[str, Any], **_: object) -> None:
    if "Error" in parsed:
        return
    try:
        parsed.update(unique_json.loads(http_response.text))
    except (ValueError, RecursionError) as error:
        text = json.dumps(str(error))
        raise LiveError(f"{DETAILS}: the answer is no JSON: {text}", exit_code=3) from error
