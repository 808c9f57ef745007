"""The text of a denial, as AWS writes it: the action, the resource, why, and the policy that denied.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
Calls of IAM also give an id, under which the evaluation can be had for a while: see
`authorization_details`.
"""

import contextvars
from collections.abc import Callable
from typing import Any, Final

from whomay.lab.server import authorization_details, encoded_messages, internals

_IDENTITY: Final = ("an", "identity-based policy")
_BOUNDARY: Final = ("a", "permissions boundary")
_SESSION: Final = ("a", "session policy")
# what denied in the last evaluation of this request
_told: contextvars.ContextVar[str] = contextvars.ContextVar("told", default="")


class Layer(list[Any]):
    """The policies of one kind that a principal has; all others are of its session."""

    kind = _SESSION


class Identity(Layer):
    """The policies of a user or role, and of a user's groups."""

    kind = _IDENTITY


class Boundary(Layer):
    """A permissions boundary."""

    kind = _BOUNDARY


class Text(str):
    """The document of a managed policy."""

    __slots__ = ("arn",)
    arn: str


class Statements(list[Any]):
    """The statements of a document."""

    def __init__(self, statements: list[Any], document: Any) -> None:
        super().__init__(statements)
        self.arn = getattr(document, "arn", "")  # of a managed policy; empty for an inline one
        self.document = document


def _with_arn(inner: Callable[..., Any]) -> Callable[..., Any]:
    def resolve_managed_policy_document(arn: str, account: str) -> Any:
        document = inner(arn, account)
        if not isinstance(document, str):
            return document
        text = Text(document)
        text.arn = arn
        return text

    return resolve_managed_policy_document


def _keeping_arn(inner: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    def parse_policy_document(document: Any) -> list[Any]:
        return Statements(inner(document), document)

    return parse_policy_document


def _marking(layer: Callable[[Any], Layer]) -> Callable[[Any], Any]:
    return lambda inner: lambda *arguments: layer(inner(*arguments))


def _marking_boundaries(inner: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: [Boundary(layer) for layer in inner(*arguments)]


def _noting_reason(inner: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(context: Any, policies: Any, *limits: Any) -> Any:
        result = inner(context, policies, *limits)
        if not isinstance(policies, Identity):  # a resource's own policy
            return result
        layers = [policies, *(one if isinstance(one, Layer) else Layer(one) for one in limits)]
        _told.set("")
        if result.decision == "Deny":
            article, kind, arn = next(_denying(inner, context, layers))
            _told.set(f"with an explicit deny in {article} {kind}{f': {arn}' if arn else ''}")
        elif result.decision != "Allow":
            # of several that do not allow, AWS names one
            kinds = [one.kind for one in layers if inner(context, one).decision != "Allow"]
            _told.set(f"because no {kinds[0][1]} allows the {context.action} action")
        if result.decision != "Allow":
            authorization_details.note(context, layers, result.decision, inner)
        return result

    return evaluate


def _denying(inner: Callable[..., Any], context: Any, layers: list[Any]) -> Any:
    for layer in layers:
        for document in layer:
            if inner(context, [document]).decision == "Deny":
                yield *layer.kind, getattr(document, "arn", "")


def _of_resource(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Note that the resource's own policy did not allow what the principal's does."""

    def combine_resource_policy(identity: Any, context: Any, *rest: Any, **more: Any) -> Any:
        result = inner(identity, context, *rest, **more)
        if identity.decision == "Allow" and result.decision == "ImplicitDeny":
            _told.set(f"because no resource-based policy allows the {context.action} action")
        return result

    return combine_resource_policy


def _on_resource(service: str, arn: str) -> str:
    """Name the resource: S3 in quotation marks; nothing for an action without one."""
    if arn == "*":
        return ""
    return f' on resource: "{arn}"' if service == "s3" else f" on resource: {arn}"


def text(service: str, action: str, principal: str, resource: str) -> str:
    """Return the words of the denial that the last evaluation of this request ended in."""
    begin = "You are not authorized to perform this operation. " if service == "ec2" else ""
    return (
        f"{begin}User: {principal} is not authorized to perform: {action}"
        f"{_on_resource(service, resource)} {_told.get()}"
    )


def _telling_reason(inner: Callable[..., Any]) -> Callable[..., Any]:
    def access_denied_response(
        service: str, action: str, principal: str, request_id: str, **more: Any
    ) -> Any:
        told = more.get("error_code") or more.get("message") or more.get("resource_policy_arn")
        if _told.get() and not told:
            end = authorization_details.reference() if service == "iam" else ""
            if service == "ec2":
                end = encoded_messages.ending(action)
            resource = more.get("resource_arn", "*")
            more["message"] = text(service, action, principal, resource) + end
        return inner(service, action, principal, request_id, **more)

    return access_denied_response


def install() -> None:
    """Note the reason where MiniStack decides, and tell it where MiniStack refuses."""
    evaluator = "core.iam_evaluator"
    internals.replace(evaluator, "_resolve_managed_policy_document", _with_arn)
    internals.replace(evaluator, "parse_policy_document", _keeping_arn)
    for gathered in ("_gather_role_policies", "_gather_user_policies"):
        internals.replace(evaluator, gathered, _marking(Identity))
    internals.replace(evaluator, "_permissions_boundary", _marking_boundaries)
    internals.replace(evaluator, "evaluate", _noting_reason)
    internals.replace(evaluator, "combine_resource_policy", _of_resource)
    internals.replace("core.iam_actions", "access_denied_response", _telling_reason)
