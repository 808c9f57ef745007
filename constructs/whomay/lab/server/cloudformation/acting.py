"""In whose name CloudFormation acts: the stack's service role, else who started the operation.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
A role stays with its stack for the operations that name none.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from whomay.iam.arn import name_in
from whomay.lab.server import denials, internals, role_sessions, service_trust
from whomay.lab.server.calls import CallError, Response, query
from whomay.lab.server.cloudformation.type_actions import Asked, actions_of
from whomay.lab.server.handlers import correct
from whomay.lab.server.query_errors import error
from whomay.lab.server.refusals import here, refuse
from whomay.lab.server.request import ApiRequest

SERVICE: Final = "cloudformation.amazonaws.com"
SESSION_TIME: Final = dt.timedelta(hours=1)
_STARTING: Final = frozenset(
    {"CreateChangeSet", "CreateStack", "DeleteStack", "ExecuteChangeSet", "UpdateStack"}
)

Stack = tuple[str, str, str]  # account, Region, name
_roles: dict[Stack, str] = {}  # the ARN of a stack's service role
_keys: dict[Stack, str] = {}  # the access key in whose name a stack's operation acts


def _stack(name: str) -> Stack:
    return *here(), name.split("/")[1] if name.startswith("arn:") else name


def _become(role: str) -> str:
    """Return the access key of a session of the role.

    Raises:
        CallError: there is no such role, or it does not trust CloudFormation.

    """
    account, _ = here()
    try:
        found = query("iam", "GetRole", RoleName=name_in(role)).find(".//Role")
    except CallError:
        found = None
    context = {"aws:sourceaccount": account}
    if found is None or not service_trust.may_assume(SERVICE, found, account, context):
        raise CallError("ValidationError", f"Role {role} is invalid or cannot be assumed")
    end = dt.datetime.now(dt.UTC) + SESSION_TIME
    return role_sessions.register(account, found, "AWSCloudFormation", end)["AccessKeyId"]


async def _handle(
    request: ApiRequest, inner: Callable[[ApiRequest], Awaitable[Response]]
) -> Response:
    name = request.parameter("StackName")
    if request.parameter("Action") not in _STARTING or not request.access_key or not name:
        return await inner(request)
    stack, role = _stack(name), request.parameter("RoleARN")
    if role:
        context = {"iam:passedtoservice": SERVICE}
        if refused := refuse(request, "cloudformation", "iam:PassRole", role, context):
            return refused
        _roles[stack] = role
    try:
        _keys[stack] = _become(_roles[stack]) if stack in _roles else request.access_key
    except CallError as invalid:
        return error(invalid.code, invalid.message)
    return await inner(request)


def _ask(stack: str, asked: Iterator[Asked]) -> None:
    """Refuse what the one in whose name the stack acts may not do.

    Raises:
        CallError: AccessDenied.

    """
    account, region = here()
    key = _keys.get((account, region, stack))
    if key is None:  # a stack of a StackSet, or of the server itself
        return
    who = internals.get("core.iam_evaluator", "resolve_principal")(key, account)
    if getattr(who, "policies", None) is None:  # root, or nobody any more
        return
    for one in asked:
        context = internals.get("core.iam_evaluator", "EvalContext")(
            principal_arn=who.arn,
            principal_type=who.type,
            principal_account=who.account,
            action=one.action,
            resource_arn=one.resource,
            region=region,
            service_context=dict(one.context),
            principal_keys=who.keys,
        )
        evaluate = internals.get("core.iam_evaluator", "evaluate")
        if evaluate(context, who.policies, *who.limits).decision != "Allow":
            text = denials.text(one.action.partition(":")[0], one.action, who.arn, one.resource)
            raise CallError("AccessDenied", text)


def _creating(inner: Callable[..., Any]) -> Callable[..., Any]:
    def provision_resource(kind: str, logical_id: str, new: Any, stack: str) -> Any:
        if actions := actions_of(kind):
            _ask(stack, actions.on_create(stack, logical_id, new))
        return inner(kind, logical_id, new, stack)

    return provision_resource


def _updating(inner: Callable[..., Any]) -> Callable[..., Any]:
    def update_resource(
        kind: str, physical_id: str, old: Any, new: Any, stack: str, *rest: Any, **more: Any
    ) -> Any:
        if old != new and (actions := actions_of(kind)):
            _ask(stack, actions.on_update(physical_id, old, new))
        return inner(kind, physical_id, old, new, stack, *rest, **more)

    return update_resource


def _deleting(inner: Callable[..., Any]) -> Callable[..., Any]:
    def delete_resource(kind: str, physical_id: str, old: Any, stack: str, *rest: Any) -> Any:
        if actions := actions_of(kind):
            _ask(stack, actions.on_delete(physical_id, old))
        return inner(kind, physical_id, old, stack, *rest)

    return delete_resource


def register() -> None:
    """Learn in whose name each operation acts, and ask before each resource."""
    correct("cloudformation", _handle)
    module = "services.cloudformation.stacks"
    internals.replace(module, "_provision_resource", _creating)
    internals.replace(module, "_update_resource", _updating)
    internals.replace(module, "_delete_resource", _deleting)
