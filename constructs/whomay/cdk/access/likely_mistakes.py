"""Warnings of what is legal and most likely a mistake. The gate stops until one is acknowledged."""

from collections.abc import Iterable, Mapping
from typing import Any

from aws_cdk import Annotations
from constructs import IConstruct

from whomay.cdk.access.granted import Granted
from whomay.cdk.arguments import checks
from whomay.cdk.arguments.unchecked import record_unchecked
from whomay.cdk.jsii.construct_facts import account_of, cached_attribute, path_of
from whomay.metadata.conditions import narrowing
from whomay.metadata.tokens import unresolved


def warn_of_conditions(scope: IConstruct, conditions: Mapping[str, Mapping[str, Any]]) -> None:
    """Warn of a condition that traffic through VPC endpoints never meets."""
    if "aws:sourceip" in narrowing(conditions):
        text = (
            "aws:SourceIp is absent in calls through a VPC endpoint: use aws:VpcSourceIp or "
            "aws:SourceVpce"
        )
        Annotations.of(scope).add_warning_v2("whomay:source-ip", text)


def warn_of_access(scope: IConstruct, found: Iterable[Granted]) -> None:
    """Warn of resources of another account and of such conditions; record what was not checked.

    A role of another account is left out: `AssumeRoleAccess` says that it must trust as well.
    """
    for one in found:
        for parameter, value in getattr(one.access, "__dict__", {}).items():
            record_unchecked(scope, **{f"access: {parameter}": value})
            for resource in (value, getattr(value, "encryption_key", None)):
                if checks.has(resource, "env") and not checks.has(resource, "role_arn"):
                    _of_owner(scope, resource)
        for document in one.documents:
            warn_of_conditions(scope, document.get("Condition", {}))


def _of_owner(scope: IConstruct, resource: Any) -> None:
    account = cached_attribute(resource, "env").account
    if not unresolved(account) and account != account_of(scope):
        path = path_of(resource)
        text = (
            f"{path} belongs to account {account}: its own policy must allow this principal too, "
            "and nothing here can write it"
        )
        Annotations.of(scope).add_warning_v2(f"whomay:foreign-resource:{path}", text)
