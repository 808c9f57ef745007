"""Services that the organization trusts, and the accounts that administer one for it.

At first it trusts none. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from whomay.lab.server.calls import CallError, Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.query_errors import error, json_error
from whomay.lab.server.refusals import here
from whomay.lab.server.request import ApiRequest
from whomay.lab.state import ACCOUNTS, ORGANIZATION

STACK_SETS: Final = "member.org.stacksets.cloudformation.amazonaws.com"
_MANAGEMENT: Final = ACCOUNTS[0]

_trusted: dict[str, float] = {}  # service principal -> since when
_delegated: dict[tuple[str, str], float] = {}  # account, service principal -> since when


def check_stack_set(kind: str, call_as: str) -> None:
    """Refuse a StackSet for the organization, where that has not let StackSets in.

    Raises:
        CallError: ValidationError, in CloudFormation's words.

    """
    account, _ = here()
    if kind != "SERVICE_MANAGED":
        return
    if call_as == "DELEGATED_ADMIN" and (account, STACK_SETS) not in _delegated:
        raise CallError("ValidationError", "Account used is not a delegated administrator")
    if call_as != "DELEGATED_ADMIN" and account != _MANAGEMENT:
        text = "You must be the management account or delegated admin account of an organization"
        raise CallError("ValidationError", text)
    if STACK_SETS not in _trusted:
        text = "You must enable organizations access to operate a service managed stack set"
        raise CallError("ValidationError", text)


def _must_manage() -> None:
    if here()[0] != _MANAGEMENT:
        text = "You don't have permissions to access this resource."
        raise CallError("AccessDeniedException", text)


def _may_list() -> None:
    if here()[0] not in {account for account, _ in _delegated}:
        _must_manage()


def _services(_: Mapping[str, Any]) -> dict[str, Any]:
    _may_list()
    listed = [{"ServicePrincipal": one, "DateEnabled": at} for one, at in _trusted.items()]
    return {"EnabledServicePrincipals": listed}


def _enable(given: Mapping[str, Any]) -> dict[str, Any]:
    _must_manage()
    _trusted.setdefault(given["ServicePrincipal"], time.time())
    return {}


def _disable(given: Mapping[str, Any]) -> dict[str, Any]:
    _must_manage()
    _trusted.pop(given["ServicePrincipal"], None)
    return {}


def _administrators(given: Mapping[str, Any]) -> dict[str, Any]:
    _may_list()
    service = given.get("ServicePrincipal")
    listed = [
        {
            "Id": account,
            "Arn": f"arn:aws:organizations::{_MANAGEMENT}:account/{ORGANIZATION}/{account}",
            "Status": "ACTIVE",
            "DelegationEnabledDate": at,
        }
        for (account, of), at in _delegated.items()
        if service in {None, of}
    ]
    return {"DelegatedAdministrators": listed}


def _register(given: Mapping[str, Any]) -> dict[str, Any]:
    _must_manage()
    account, service = given["AccountId"], given["ServicePrincipal"]
    if account not in ACCOUNTS:
        raise CallError("AccountNotFoundException", "You specified an account that doesn't exist.")
    if account == _MANAGEMENT:
        text = (
            "You attempted to register the management account of the organization as a delegated "
            "administrator: you can designate only a member account."
        )
        raise CallError("ConstraintViolationException", text)
    if (account, service) in _delegated:
        text = "The provided account is already a delegated administrator for your organization."
        raise CallError("AccountAlreadyRegisteredException", text)
    _delegated[account, service] = time.time()
    return {}


def _deregister(given: Mapping[str, Any]) -> dict[str, Any]:
    _must_manage()
    if _delegated.pop((given["AccountId"], given["ServicePrincipal"]), None) is None:
        text = "The provided account is not a registered delegated administrator."
        raise CallError("AccountNotRegisteredException", text)
    return {}


_OPERATIONS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "DeregisterDelegatedAdministrator": _deregister,
    "DisableAWSServiceAccess": _disable,
    "EnableAWSServiceAccess": _enable,
    "ListAWSServiceAccessForOrganization": _services,
    "ListDelegatedAdministrators": _administrators,
    "RegisterDelegatedAdministrator": _register,
}


async def _of_organizations(request: ApiRequest, inner: Inner) -> Response:
    operation = _OPERATIONS.get(request.parameter("Action"))
    if operation is None:
        return await inner(request)
    try:
        told = operation(json.loads(request.body or b"{}"))
    except CallError as refused:
        return json_error(refused.code, refused.message)
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(told).encode()


def _status() -> str:
    return f"<Status>{'ENABLED' if STACK_SETS in _trusted else 'DISABLED'}</Status>"


def _activate() -> str:
    _enable({"ServicePrincipal": STACK_SETS})
    return ""


def _deactivate() -> str:
    _disable({"ServicePrincipal": STACK_SETS})
    return ""


_OF_STACK_SETS: Final[Mapping[str, Callable[[], str]]] = {
    "ActivateOrganizationsAccess": _activate,
    "DeactivateOrganizationsAccess": _deactivate,
    "DescribeOrganizationsAccess": _status,
}


async def _of_cloudformation(request: ApiRequest, inner: Inner) -> Response:
    action = request.parameter("Action")
    operation = _OF_STACK_SETS.get(action)
    if operation is None:
        return await inner(request)
    try:
        told = operation()
    except CallError as refused:
        return error("ValidationError", refused.message)
    body = f"<{action}Response><{action}Result>{told}</{action}Result></{action}Response>"
    return 200, {"Content-Type": "text/xml"}, body.encode()


def install() -> None:
    """Answer the calls, which MiniStack does not know."""
    correct("organizations", _of_organizations)
    correct("cloudformation", _of_cloudformation)
