"""Resources whose properties are a statement of another resource's policy, as the service makes it.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
https://docs.aws.amazon.com/signer/latest/developerguide/signing-profile-cross-account.html
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from whomay.engine.templates.resources import Item
from whomay.iam.patterns.symbols import is_symbolic, unknown, unknown_reasons

StatementJson = dict[str, Any]

_CONDITIONS: Final = {  # property of a Lambda permission -> operator and key
    "SourceArn": ("ArnLike", "aws:SourceArn"),
    "SourceAccount": ("StringEquals", "aws:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


def _lambda_permission(item: Item) -> StatementJson:
    conditions: dict[str, dict[str, str]] = {}
    for name, (operator, key) in _CONDITIONS.items():
        if value := item.text(name):
            conditions.setdefault(operator, {})[key] = value
    return {
        "Principal": _principal(item.text("Principal")),
        "Action": item.text("Action"),
        "Condition": conditions,
    }


def _layer_permission(item: Item) -> StatementJson:
    organization = item.text("OrganizationId")
    condition = {"StringEquals": {"aws:PrincipalOrgID": organization}} if organization else {}
    return {
        "Principal": _principal(item.text("Principal")),
        "Action": item.text("Action"),
        "Condition": condition,
    }


def _event_bus_statement(item: Item) -> StatementJson:
    """Return the one statement, or what its older properties say."""
    statement = item.plain("Statement")
    if isinstance(statement, str):
        statement = _json(statement)
    if statement is not None:
        return statement if isinstance(statement, dict) else {"Statement": statement}
    condition = item.plain("Condition")
    known = condition if isinstance(condition, dict) else {}
    organization = {str(known.get("Key")): known.get("Value")}
    return {
        "Principal": _principal(item.text("Principal")),
        "Action": item.text("Action"),
        "Condition": {str(known.get("Type")): organization} if condition is not None else {},
    }


def _profile_permission(item: Item) -> StatementJson:
    version = item.text("ProfileVersion")
    condition = {"StringEquals": {"signer:ProfileVersion": version}} if version else {}
    return {
        "Principal": _principal(item.text("Principal")),
        "Action": item.text("Action"),
        "Condition": condition,
    }


def _authority_permission(item: Item) -> StatementJson:
    account = item.text("SourceAccount")
    condition = {"StringEquals": {"aws:SourceAccount": account}} if account else {}
    return {
        "Principal": _principal(item.text("Principal")),
        "Action": [f"acm-pca:{each}" for each in item.texts("Actions")],  # written without it
        "Condition": condition,
    }


def _policy_statement(item: Item) -> StatementJson:
    condition = item.plain("Condition")
    return {
        "Effect": item.text("Effect"),
        "Principal": [_principal(each) for each in item.texts("Principal")],
        "Action": item.plain("Action"),
        "Condition": _json(condition) if isinstance(condition, str) else condition or {},
    }


def _open_method(item: Item) -> StatementJson | None:
    """Return what a method without authorization allows: a call by anybody, whatever its path."""
    asked = item.text("HttpMethod")
    return _open(item, "AuthorizationType", f"/*/{'*' if asked == 'ANY' else asked}/*")


def _open_route(item: Item) -> StatementJson | None:
    return _open(item, "AuthorizationType", "/*", default="NONE")


def _open(item: Item, name: str, what: str, default: str = "") -> StatementJson | None:
    """Return what a call without a signature may do: nothing where IAM decides, else perhaps all.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
    """
    kind = item.text(name, default)
    if kind in ("", "AWS_IAM"):
        return None
    if kind == "NONE":
        return {"Principal": "*", "Action": "execute-api:Invoke", "what": what}
    found = {"Principal": {"AWS": kind}, "Action": "execute-api:Invoke", "what": what}
    if unknown_reasons(kind):
        return found
    # A token decides, not who signs: nobody is let in as a principal of IAM.
    whom = unknown(f"whom the {kind} authorizer of {item.path} lets in")
    unsigned = {"Null": {"aws:PrincipalArn": "true"}}
    return {**found, "Principal": {"AWS": whom}, "Condition": unsigned}


STATEMENTS: Final[Mapping[str, Callable[[Item], StatementJson | None]]] = {
    "AWS::ACMPCA::Permission": _authority_permission,
    "AWS::ApiGateway::Method": _open_method,
    "AWS::ApiGatewayV2::Route": _open_route,
    "AWS::EntityResolution::PolicyStatement": _policy_statement,
    "AWS::Events::EventBusPolicy": _event_bus_statement,
    "AWS::Lambda::LayerVersionPermission": _layer_permission,
    "AWS::Lambda::Permission": _lambda_permission,
    "AWS::Signer::ProfilePermission": _profile_permission,
}


# The name of the policies that are no document of AWS: what may be called without a signature.
UNSIGNED: Final = "callable without a signature"


def document(item: Item, resource: str) -> dict[str, Any] | None:
    """Return the policy that consists of a resource's statement, about the protected resource.

    None when it allows nothing.
    """
    statement = STATEMENTS[item.kind](item)
    if statement is None:
        return None
    resource += statement.pop("what", "")
    principal = statement.get("Principal")
    if isinstance(principal, list):
        statement["Principal"] = _joined(principal)
    own = {"Sid": item.logical_id, "Effect": "Allow", "Resource": resource}
    return {"Version": "2012-10-17", "Statement": {**own, **statement}}


def _principal(name: str) -> Any:
    if name == "*":
        return name
    account = re.fullmatch(r"\d{12}", name) or name.startswith("arn:") or is_symbolic(name)
    return {"AWS" if account else "Service": name}


def _joined(principals: list[Any]) -> Any:
    """Return several principals as one element."""
    found: dict[str, list[str]] = {}
    for each in principals:
        if not isinstance(each, dict):
            return each
        for kind, name in each.items():
            found.setdefault(kind, []).append(name)
    return found


def _json(text: str) -> Any:
    """Return what a text says, or the text itself, which then is not a statement."""
    try:
        return json.loads(text)
    except ValueError:
        return text
