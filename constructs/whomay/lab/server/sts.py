"""STS as AWS answers it: MFA codes, the role's longest session, role chaining, no root.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import contextvars
import time
from typing import Any

from whomay.iam.facts.limits import CHAINED_SESSION_SECONDS
from whomay.lab.server import internals, mfa
from whomay.lab.server.calls import Response
from whomay.lab.server.evaluation import find_entity
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.query_errors import error
from whomay.lab.server.request import ApiRequest

# the action that a right code came with, while it is being answered
_code_given: contextvars.ContextVar[str | None] = contextvars.ContextVar("code_given", default=None)


def refuse_assume_role(request: ApiRequest) -> Response | None:
    """Return AWS's refusal of an AssumeRole that MiniStack would grant, or None."""
    if internals.get("core.iam_evaluator", "is_root_access_key")(request.access_key):
        return error("AccessDenied", "Roles may not be assumed by root accounts.")
    duration = request.parameter("DurationSeconds")
    seconds = int(duration) if duration.isdigit() else 0
    role = find_entity(request.parameter("RoleArn"))
    if role and seconds > int(role.get("MaxSessionDuration", 3600)):
        text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        return error("ValidationError", text)
    session = internals.get("services.sts", "_sessions").get(request.access_key) or {}
    if session.get("PrincipalType") == "AssumedRole" and seconds > CHAINED_SESSION_SECONDS:
        text = (
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining"
        )
        return error("ValidationError", text)
    return None


def code_accepted(request: ApiRequest) -> bool:
    """Tell whether the caller owns the device that is named, and its code is right."""
    resolve = internals.get("core.iam_evaluator", "resolve_caller_identity")
    caller = (resolve(request.access_key) or {}).get("userArn", "")
    device = internals.get("services.iam", "_mfa_devices").get(request.parameter("SerialNumber"))
    owned = bool(device) and device.get("User") == caller.rsplit("/", 1)[-1]
    return owned and mfa.accept(device, request.parameter("TokenCode"))


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    action = request.parameter("Action")
    if action == "AssumeRole" and (refused := refuse_assume_role(request)):
        return refused
    reset = None
    if action in ("AssumeRole", "GetSessionToken") and request.parameter("SerialNumber"):
        if not code_accepted(request):
            text = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
            return error("AccessDenied", text)
        reset = _code_given.set(action)
    try:
        return await inner(request)
    finally:
        if reset:
            _code_given.reset(reset)


def _with_mfa_keys(inner: Any) -> Any:
    """Add the MFA condition keys.

    True in the trust evaluation of an AssumeRole with a code, and in every call of a
    GetSessionToken session made with one. The session of an assumed role carries none.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """

    def principal_keys(credential: Any) -> dict[str, Any]:
        keys: dict[str, Any] = inner(credential)
        session = internals.get("services.sts", "_sessions").get(credential.access_key_id) or {}
        since = time.time() if _code_given.get() == "AssumeRole" else session.get("MfaAt")
        if since:
            keys["aws:multifactorauthpresent"] = "true"
            keys["aws:multifactorauthage"] = str(int(time.time() - since))
        return keys

    return principal_keys


def _noting_mfa(inner: Any) -> Any:
    def register_session(access_key: str, session: dict[str, Any]) -> None:
        if _code_given.get() == "GetSessionToken":
            session["MfaAt"] = time.time()
        inner(access_key, session)

    return register_session


def install() -> None:
    """Put the corrections in place."""
    correct("sts", _handle)
    internals.replace("services.sts", "register_session", _noting_mfa)
    internals.replace("services.sts", "_principal_keys", _with_mfa_keys)
    internals.replace("core.iam_evaluator", "_principal_keys", _with_mfa_keys)
