"""Checks of the principals that a role is told to trust, whoever made them.

`trusted=` takes any CDK principal, so what `Trust` refuses must be refused here as well. Only the
statement that a principal turns into counts: its principal, its action, its conditions.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from aws_cdk import Annotations, Stack, Token
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from whomay.cdk import checks, services
from whomay.cdk.conditions import checked
from whomay.cdk.rendered import rendered
from whomay.cdk.trust import DelegatedAccount, Principal

_NARROWING: Final = {
    "sts:externalid",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalarn",
}


def check(scope: IConstruct, trusted: Sequence[Principal]) -> None:
    """Raise a ValueError for a principal that opens the role or could never use it.

    Adds a warning for what is legal and most likely a mistake: a session's ARN, a service of
    another region, a source address that traffic through a VPC endpoint does not have.
    """
    for principal in trusted:
        for statement in _statements(scope, principal):
            conditions = checked(statement.get("Condition", {}))
            keys = {key.lower() for found in conditions.values() for key in found}
            for kind, names in _principals(statement):
                if kind == "Federated":
                    _check_federated(names, statement["Action"])
                elif kind == "Service":
                    _check_services(scope, names, keys)
                elif kind == "AWS":
                    for name in names:
                        _check_name(scope, name, keys, principal)
            if "aws:sourceip" in keys:
                text = "aws:SourceIp is absent in calls through a VPC endpoint: use aws:VpcSourceIp"
                Annotations.of(scope).add_warning_v2("whomay:source-ip", text)


def _statements(scope: IConstruct, principal: Any) -> list[dict[str, Any]]:
    """Return the statements that the principal adds to a trust policy."""
    if not hasattr(principal, "add_to_assume_role_policy"):
        fix = "use Trust.service, Trust.user, Trust.role, Trust.account or a principal of CDK"
        checks.refuse_type("trusted", principal, "principals", fix)
    document = iam.PolicyDocument()
    principal.add_to_assume_role_policy(document)
    statements: list[dict[str, Any]] = rendered(scope, document)["Statement"]
    return statements


def _principals(statement: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    found = statement["Principal"]
    for kind, names in (found if isinstance(found, dict) else {"AWS": found}).items():
        yield kind, names if isinstance(names, list) else [names]


def _check_federated(names: list[str], action: str) -> None:
    if action == "sts:AssumeRole":
        allowed = "sts:AssumeRoleWithWebIdentity or sts:AssumeRoleWithSAML"
        checks.refuse("trusted", f"{action} for the identity provider {names[0]}", allowed)


def _check_services(scope: IConstruct, names: list[str], keys: set[str]) -> None:
    for name in names:
        services.check("trusted", name)
        bound, own = services.region(name), Stack.of(scope).region
        if bound and not Token.is_unresolved(own) and bound != own:
            text = f"{name} is the service in {bound}, and this stack is in {own}"
            Annotations.of(scope).add_warning_v2("whomay:region-of-service", text)
    if unusable := keys & services.NEVER_SENT:
        fix = "give each principal its own conditions: [Trust.user(…, mfa=True), Trust.service(…)]"
        allowed = "conditions that a service can meet"
        checks.refuse("trusted", f"{min(unusable)} on the service {names[0]}", allowed, fix)


def _check_name(scope: IConstruct, name: str, keys: set[str], principal: object) -> None:
    whole_account = re.fullmatch(r"(?:arn:.+:iam::)?(\d+|<AWS::AccountId>|\*)(?::root)?", name)
    if name == "*" and "aws:principalorgid" not in keys:
        checks.refuse(
            "trusted", name, "named principals", "name the account, user, role or service"
        )
    if whole_account and name != "*":
        _check_account(scope, whole_account[1], keys, principal)
    elif name != "*" and ("*" in name or "?" in name):
        fix = "IAM takes no wildcard here: use Trust.account(id, principal_arns=[…])"
        checks.refuse("trusted", name, "the ARN of one user or role", fix)
    elif ":assumed-role/" in name:
        text = f"{name} is one session of a role: trust the role, arn:aws:iam::ACCOUNT:role/NAME"
        Annotations.of(scope).add_warning_v2("whomay:session-as-principal", text)


def _check_account(scope: IConstruct, account: str, keys: set[str], principal: object) -> None:
    own = account in ("<AWS::AccountId>", Stack.of(scope).account)
    if not own:
        checks.account_id("trusted", account)
    if keys & _NARROWING:
        return
    if not isinstance(principal, DelegatedAccount):
        fix = (
            "use Trust.account(id, …) with external_id, organization_id, principal_arns or delegate"
        )
        checks.refuse(
            "trusted", f"the whole account {account}", "principals that are narrowed", fix
        )
    if not own:
        fix = "the stack's own account literally, or Aws.ACCOUNT_ID"
        checks.refuse("delegate", f"account {account}", "the role's own account alone", fix)
