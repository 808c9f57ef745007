"""Checks of the principals that a role is told to trust, whoever made them.

`trusted=` takes any CDK principal, so what `Trust` refuses must be refused here as well. Only the
statements that a principal turns into count: who, which action, which conditions.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from aws_cdk import Annotations, Stack, Token
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from whomay.cdk import advice, arns, checks, limits, services, web_identity
from whomay.cdk.conditions import checked, narrowing
from whomay.cdk.trust import DelegatedAccount, Principal
from whomay.engine.services import region

_OWN: Final = "<AWS.AccountId>"
_UNKNOWN: Final = "<token>"
_ORGANIZATION: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
_WITH_IT: Final = frozenset({"sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"})


def check(scope: IConstruct, trusted: Sequence[Principal]) -> None:
    """Raise a ValueError for a principal that opens the role or could never use it.

    Adds a warning for what is legal and most likely a mistake: a session's ARN, a service of
    another region, and what `advice` says of conditions.
    """
    for principal in trusted:
        for statement in _statements(scope, principal):
            found = statement.get("Condition")
            conditions = checked(found, parameter="trusted: conditions") if found else {}
            named = list(_principals(statement))
            if not named:
                checks.refuse("trusted", "", "named principals", "an empty name names nobody")
            for kind, name in named:
                _check_actions(kind, name, statement["Action"])
                _check(scope, kind, name, conditions, principal)
            advice.of_conditions(scope, conditions)
            _record_unchecked(scope, named, conditions)


def _statements(scope: IConstruct, principal: Any) -> list[dict[str, Any]]:
    """Return the statements that the principal adds to a trust policy."""
    fix = "use Trust.service, Trust.user, Trust.role, Trust.account or a principal of CDK"
    checks.having("trusted", principal, "add_to_assume_role_policy", "principals", fix)
    document = iam.PolicyDocument()
    principal.add_to_assume_role_policy(document)
    found: list[dict[str, Any]] = Stack.of(scope).resolve(document)["Statement"]
    return found


def _principals(statement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    found = statement["Principal"]
    for kind, names in (found if isinstance(found, dict) else {"AWS": found}).items():
        for name in names if isinstance(names, list) else [names]:
            yield kind, _text(name)


def _text(value: Any) -> str:
    """Render a resolved name, each intrinsic in it as `<name>`, which holds no colon."""
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, list(values)]}:
            return str(separator).join(_text(part) for part in values)
        case {"Ref": str(name)} if name.startswith("AWS::"):
            return f"<{name.replace('::', '.')}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
    return _UNKNOWN


def _record_unchecked(
    scope: IConstruct, named: list[tuple[str, str]], conditions: dict[str, Any]
) -> None:
    """Record what is known at deployment only: an import, a parameter; not what this app makes."""
    for kind, name in named:
        if _UNKNOWN in name:
            checks.record(scope, f"trusted: {kind}")
    for keys in conditions.values():
        for key, values in keys.items():
            if any(
                _UNKNOWN in _text(one) for one in (values if isinstance(values, list) else [values])
            ):
                checks.record(scope, f"trusted: conditions: {key}")


def _check_actions(kind: str, name: str, action: str | list[str]) -> None:
    actions = {action} if isinstance(action, str) else set(action)
    allowed = {"sts:AssumeRole"}
    if kind == "Federated":
        allowed = {"sts:AssumeRoleWithSAML" if ":saml-provider/" in name else web_identity.ACTION}
        if arns.opaque(name):
            allowed = {"sts:AssumeRoleWithSAML", web_identity.ACTION}
    if not actions & allowed or actions - allowed - _WITH_IT:
        found = f"{', '.join(sorted(actions))} for {name}"
        checks.refuse(
            "trusted", found, " or ".join(sorted(allowed)), "use the principal's own class"
        )


def _check(
    scope: IConstruct, kind: str, name: str, conditions: dict[str, Any], principal: object
) -> None:
    keys = {key for found in conditions.values() for key in found}
    if kind == "Service":
        _check_service(scope, name, keys)
    elif kind == "Federated":
        web_identity.check(scope, name, conditions)
    elif kind == "AWS":
        services.check_not_sent("trusted: conditions", keys)
        _check_aws(scope, name, conditions, principal)
    else:
        fix = "name the account, user, role or service"
        checks.refuse("trusted", f"{kind} {name}", "principals that can assume a role", fix)


def _check_service(scope: IConstruct, name: str, keys: set[str]) -> None:
    if arns.opaque(name):
        return
    services.check("trusted", name)
    services.check_sent(f"trusted: conditions of {name}", name, keys)
    bound, own = region(name), Stack.of(scope).region
    if bound and not Token.is_unresolved(own) and bound != own:
        text = f"{name} is the service in {bound}, and this stack is in {own}"
        Annotations.of(scope).add_warning_v2("whomay:region-of-service", text)


def _check_aws(scope: IConstruct, name: str, conditions: dict[str, Any], principal: object) -> None:
    account = name if limits.ACCOUNT_ID.fullmatch(name) else _account(name)
    if name == "*":
        if not _ORGANIZATION & set(narrowing(conditions)):
            fix = "name the account, user, role or service"
            checks.refuse("trusted", name, "named principals", fix)
    elif account is not None:
        _check_account(scope, account, conditions, principal)
    elif not arns.opaque(name):
        arns.check_principal("trusted", name)
        arns.check_partition(scope, "trusted", name)
        if ":assumed-role/" in name:
            text = (
                f"{name} is one session of a role: trust the role, arn:aws:iam::ACCOUNT:role/NAME"
            )
            Annotations.of(scope).add_warning_v2("whomay:session-as-principal", text)


def _account(name: str) -> str | None:
    """Return the account of a whole account's ARN; None for the ARN of one principal."""
    parts = name.split(":")
    return parts[4] if name.startswith("arn:") and parts[-1] == "root" and len(parts) == 6 else None  # noqa: PLR2004 - an ARN has six parts


def _check_account(
    scope: IConstruct, account: str, conditions: dict[str, Any], principal: object
) -> None:
    known = Stack.of(scope).account
    own = account in (_OWN, known)
    if not arns.opaque(account):
        checks.account_id("trusted", account)
    if _narrowed(conditions):
        return
    if not isinstance(principal, DelegatedAccount):
        fix = (
            "use Trust.account(id, …) with external_id, organization_id, principal_arns or delegate"
        )
        checks.refuse(
            "trusted", f"the whole account {account}", "principals that are narrowed", fix
        )
    if not own:
        fix = "use the stack's own account or Aws.ACCOUNT_ID"
        if Token.is_unresolved(known):
            fix = f"{fix}; this stack has no account: give it env=Environment(account=…, region=…)"
        checks.refuse("delegate", f"account {account}", "the role's own account alone", fix)


def _narrowed(conditions: dict[str, Any]) -> bool:
    found = set(narrowing(conditions))
    named = [
        value
        for keys in conditions.values()
        for key, values in keys.items()
        if key.lower() == "aws:principalarn"
        for value in (values if isinstance(values, list) else [values])
    ]
    some = "aws:principalarn" in found and all(arns.names_some(_text(value)) for value in named)
    return some or bool(found & (_ORGANIZATION | {"sts:externalid"}))
