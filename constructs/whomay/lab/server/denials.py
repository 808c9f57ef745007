"""The text of a denial names the layer that denied: boundary or session policy, as on AWS.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

import contextvars
from collections.abc import Callable
from typing import Any

from whomay.lab.server import internals

# what the last evaluation of this request says of its denial; None: MiniStack's own text is right
_reason: contextvars.ContextVar[str | None] = contextvars.ContextVar("reason", default=None)


class Boundary(list[Any]):
    """A permissions boundary among the layers that limit a principal; the others are sessions'."""


def _marking_boundaries(inner: Callable[..., Any]) -> Callable[..., Any]:
    def permissions_boundary(*arguments: Any) -> list[Boundary]:
        return [Boundary(layer) for layer in inner(*arguments)]

    return permissions_boundary


def _noting_reason(inner: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(context: Any, policies: Any, *limits: Any) -> Any:
        result = inner(context, policies, *limits)
        if not limits:  # a resource's own policy, or a principal that nothing limits
            return result
        _reason.set(None)
        if result.decision == "Allow" or inner(context, policies).decision != "Allow":
            return result
        for layer in limits:  # the identity policies allow it: a limit denied
            decision = inner(context, layer).decision
            name = "permissions boundary" if isinstance(layer, Boundary) else "session policy"
            if decision == "Deny":
                _reason.set(f"with an explicit deny in a {name}")
            elif decision == "ImplicitDeny" and result.decision == "ImplicitDeny":
                _reason.set(f"because no {name} allows the {context.action} action")
        return result

    return evaluate


def _telling_reason(inner: Callable[..., Any]) -> Callable[..., Any]:
    def access_denied_response(
        service: str, action: str, principal: str, request_id: str, **more: Any
    ) -> Any:
        reason, resource = _reason.get(), more.get("resource_arn", "*")
        told = more.get("error_code") or more.get("message") or more.get("resource_policy_arn")
        if reason and not told:
            more["message"] = (
                f"User: {principal} is not authorized to perform: {action} on resource: "
                f"{resource} {reason}"
            )
        return inner(service, action, principal, request_id, **more)

    return access_denied_response


def install() -> None:
    """Note the reason where MiniStack decides, and tell it where MiniStack refuses."""
    internals.replace("core.iam_evaluator", "_permissions_boundary", _marking_boundaries)
    internals.replace("core.iam_evaluator", "evaluate", _noting_reason)
    internals.replace("core.iam_actions", "access_denied_response", _telling_reason)
