"""What the sessions of GetSessionToken and GetFederationToken may not call.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from whomay.iam.facts.limits import MFA_AGE_SECONDS
from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.query_errors import error
from whomay.lab.server.request import ApiRequest

# By the kind of a session, the calls of STS that it may make. A role's session is not limited here.
_STS: Final[Mapping[str, frozenset[str]]] = {
    "FederatedUser": frozenset({"GetCallerIdentity"}),
    "Root": frozenset({"AssumeRole", "GetCallerIdentity"}),
    "User": frozenset({"AssumeRole", "GetCallerIdentity"}),
}
_NO_CALL: Final = "iam:PassRole"  # a permission that other services ask for
_MAKING: Final = ("GetFederationToken", "GetSessionToken")


def _session(access_key: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = internals.get("services.sts", "_sessions").get(access_key) or {}
    return found


def _without_iam(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse IAM to a federated user, and to a user's session that was made without MFA."""

    def enforce(access_key_id: str, iam_action: str, *rest: Any, **more: Any) -> Any:
        failure = internals.get("core.iam_evaluator", "AuthError")
        result = inner(access_key_id, iam_action, *rest, **more)
        session = _session(access_key_id)
        limited = session.get("PrincipalType") in _STS and "MfaAt" not in session
        calls_iam = iam_action.startswith("iam:") and iam_action != _NO_CALL
        if isinstance(result, failure) or not (limited and calls_iam):
            return result
        return failure(
            "InvalidClientTokenId", "The security token included in the request is invalid"
        )

    return enforce


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    """Refuse the other calls of STS, and sessions of a length that STS does not have."""
    action = request.parameter("Action")
    allowed = _STS.get(_session(request.access_key).get("PrincipalType", ""))
    if allowed is not None and action not in allowed:
        return error("AccessDenied", f"Cannot call {action} with session credentials")
    seconds = request.parameter("DurationSeconds")
    least, most = MFA_AGE_SECONDS
    if action in _MAKING and seconds and not (seconds.isdigit() and least <= int(seconds) <= most):
        bound = f"less than or equal to {most}"
        if seconds.isdigit() and int(seconds) < least:
            bound = f"greater than or equal to {least}"
        text = (
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to "
            f"satisfy constraint: Member must have value {bound}"
        )
        return error("ValidationError", text)
    return await inner(request)


def install() -> None:
    """Ask before IAM and STS answer."""
    internals.replace("core.iam_evaluator", "enforce", _without_iam)
    correct("sts", _handle)
