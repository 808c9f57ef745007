"""The refusal of a permission that a call needs besides its own."""

import uuid

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.request import ApiRequest


def here() -> tuple[str, str]:
    """Return account and Region of the present request."""
    account = internals.get("core.responses", "get_account_id")()
    return account, internals.get("core.responses", "get_region")()


def refuse(
    request: ApiRequest, service: str, action: str, resource: str, context: dict[str, str]
) -> Response | None:
    """Return `service`'s refusal when the caller may not do `action` as well, or None."""
    _, region = here()
    denied = internals.get("core.iam_evaluator", "enforce")(
        request.access_key,
        action,
        action.split(":", maxsplit=1)[0],
        region,
        resource_arn=resource,
        service_context=context,
    )
    if not isinstance(denied, internals.get("core.iam_evaluator", "EvalResult")):
        return None  # allowed; a bad signature is the call's own error
    answer: Response = internals.get("core.iam_actions", "access_denied_response")(
        service,
        action,
        denied.principal_arn,
        str(uuid.uuid4()),
        headers=request.headers,
        resource_arn=resource,
        explicit_deny=denied.decision == "Deny",
        resource_policy_arn=denied.resource_policy_arn,
    )
    return answer
