"""Checks of the principals that a role is told to trust.

`trusted=` takes any CDK principal, so these checks refuse all that `Trust` refuses. Only the
statements that a principal turns into count: who, which action, which conditions.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from aws_cdk import Annotations
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from whomay.cdk.access.likely_mistakes import warn_of_conditions
from whomay.cdk.arguments import arns, checks, web_identity
from whomay.cdk.arguments import service_principals as services
from whomay.cdk.arguments.unchecked import record_unchecked_value
from whomay.cdk.jsii.construct_facts import account_of, stack_of
from whomay.cdk.jsii.rendered import UNKNOWN, as_list, as_text
from whomay.cdk.principals.trust import AnyPrincipal, DelegatedAccount
from whomay.iam.arn import parse_arn
from whomay.iam.facts import limits
from whomay.iam.facts.service_principals import region
from whomay.metadata.conditions import checked_conditions, narrowing
from whomay.metadata.refusals import refuse
from whomay.metadata.tokens import unresolved

_OWN: Final = "<AWS.AccountId>"
_ORGANIZATION: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
_WITH_IT: Final = frozenset({"sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"})


def check(scope: IConstruct, trusted: Sequence[AnyPrincipal]) -> list[dict[str, Any]]:
    """Return the statements of the trust policy.

    Raises ValueError for a principal that opens the role or could never use it.
    """
    statements = []
    for principal in trusted:
        for statement in _statements(scope, principal):
            statements.append(statement)
            found = statement.get("Condition")
            conditions = checked_conditions(found, parameter="trusted: conditions") if found else {}
            named = list(_principals(statement))
            if not named:
                refuse("trusted", "", "named principals", "an empty name names nobody")
            for kind, name in named:
                _check_actions(kind, name, statement["Action"])
                _check(scope, kind, name, conditions, principal)
    return statements


def warn(role: IConstruct, statements: Sequence[dict[str, Any]]) -> None:
    """Warn of what is legal and most likely a mistake, and record what could not be checked.

    It warns of a session's ARN, a service of another Region, a repository in capitals, and of
    conditions as `access.likely_mistakes` does. Known at deployment only are imports and parameters.
    """
    for statement in statements:
        conditions = statement.get("Condition", {})
        warn_of_conditions(role, conditions)
        for kind, name in _principals(statement):
            if UNKNOWN in name:
                record_unchecked_value(role, f"trusted: {kind}")
            if kind == "Service" and not arns.opaque(name):
                _warn_of_region(role, name)
            if ":assumed-role/" in name:
                text = (
                    f"{name} is one session of a role: trust the role, arn:aws:iam::ACCOUNT:role/…"
                )
                Annotations.of(role).add_warning_v2("whomay:session-as-principal", text)
        web_identity.warn_of_repository(role, conditions)
        for key, values in ((k, v) for keys in conditions.values() for k, v in keys.items()):
            if any(UNKNOWN in as_text(one) for one in as_list(values)):
                record_unchecked_value(role, f"trusted: conditions: {key}")


def _warn_of_region(role: IConstruct, service: str) -> None:
    bound, own = region(service), stack_of(role).region
    if bound and not unresolved(own) and bound != own:
        text = f"{service} is the service in {bound}, and this stack is in {own}"
        Annotations.of(role).add_warning_v2("whomay:region-of-service", text)


def _statements(scope: IConstruct, principal: Any) -> list[dict[str, Any]]:
    """Return the statements that the principal adds to a trust policy."""
    fix = "use Trust.service, Trust.user, Trust.role, Trust.account or a principal of CDK"
    checks.having("trusted", principal, "add_to_assume_role_policy", "principals", fix)
    document = iam.PolicyDocument()
    principal.add_to_assume_role_policy(document)
    found: list[dict[str, Any]] = stack_of(scope).resolve(document)["Statement"]
    return found


def _principals(statement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    found = statement["Principal"]
    for kind, names in (found if isinstance(found, dict) else {"AWS": found}).items():
        for name in as_list(names):
            yield kind, as_text(name)


def _check_actions(kind: str, name: str, action: str | list[str]) -> None:
    actions = {action} if isinstance(action, str) else set(action)
    allowed = {"sts:AssumeRole"}
    if kind == "Federated":
        allowed = {"sts:AssumeRoleWithSAML" if ":saml-provider/" in name else web_identity.ACTION}
        if arns.opaque(name):
            allowed = {"sts:AssumeRoleWithSAML", web_identity.ACTION}
    if not actions & allowed or actions - allowed - _WITH_IT:
        found = f"{', '.join(sorted(actions))} for {name}"
        refuse("trusted", found, " or ".join(sorted(allowed)), "use the principal's own class")


def _check(
    scope: IConstruct, kind: str, name: str, conditions: dict[str, Any], principal: object
) -> None:
    keys = {key for found in conditions.values() for key in found}
    if kind == "Service":
        if not arns.opaque(name):
            services.check("trusted", name)
            services.check_sent(f"trusted: conditions of {name}", name, keys)
    elif kind == "Federated":
        web_identity.check(name, conditions)
    elif kind == "AWS":
        services.check_not_sent("trusted: conditions", keys)
        _check_aws(scope, name, conditions, principal)
    else:
        fix = "name the account, user, role or service"
        refuse("trusted", f"{kind} {name}", "principals that can assume a role", fix)


def _check_aws(scope: IConstruct, name: str, conditions: dict[str, Any], principal: object) -> None:
    account = name if limits.ACCOUNT_ID.fullmatch(name) else _account(name)
    if name == "*":
        if not _ORGANIZATION & set(narrowing(conditions)):
            fix = "name the account, user, role or service"
            refuse("trusted", name, "named principals", fix)
    elif account is not None:
        _check_account(scope, account, conditions, principal)
    elif not arns.opaque(name):
        arns.check_principal("trusted", name)
        arns.check_partition(scope, "trusted", name)


def _account(name: str) -> str | None:
    """Return the account of a whole account's ARN; None for the ARN of one principal."""
    arn = parse_arn(name)
    return arn.account if arn and arn.prefix == "arn" and arn.resource == "root" else None


def _check_account(
    scope: IConstruct, account: str, conditions: dict[str, Any], principal: object
) -> None:
    here = account_of(scope)
    own = account in (_OWN, here)
    if not arns.opaque(account):
        checks.account_id("trusted", account)
    if _narrowed(conditions):
        return
    if not isinstance(principal, DelegatedAccount):
        fix = (
            "use Trust.account(id, …) with external_id, organization_id, principal_arns or delegate"
        )
        refuse("trusted", f"the whole account {account}", "principals that are narrowed", fix)
    if not own:
        fix = "use the stack's own account or Aws.ACCOUNT_ID"
        if unresolved(here):
            fix = f"{fix}; this stack has no account: give it env=Environment(account=…, region=…)"
        refuse("delegate", f"account {account}", "the role's own account alone", fix)


def _narrowed(conditions: dict[str, Any]) -> bool:
    found = set(narrowing(conditions))
    named = [
        value
        for keys in conditions.values()
        for key, values in keys.items()
        if key.lower() == "aws:principalarn"
        for value in as_list(values)
    ]
    some = "aws:principalarn" in found and all(arns.names_some(as_text(value)) for value in named)
    return some or bool(found & (_ORGANIZATION | {"sts:externalid"}))
