"""Checks of federated principals: whose tokens let somebody assume a role.

An identity provider signs tokens for everybody. The audience says for whom a token was made, and the
subject who holds it (IAM User Guide, "Creating a role for OpenID Connect federation"; "Creating a
role for SAML 2.0 federation"). Several values of a condition are joined by or: the widest counts.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from aws_cdk import Annotations
from constructs import IConstruct

from whomay.cdk.arguments import arns
from whomay.cdk.arguments.github_subject import HOST
from whomay.cdk.jsii.rendered import as_list
from whomay.iam.arn import issuer_in
from whomay.iam.conditions import read_operator
from whomay.iam.value_kinds import ValueKind
from whomay.metadata.refusals import refuse
from whomay.metadata.tokens import unresolved

ACTION: Final = "sts:AssumeRoleWithWebIdentity"
# IAM knows these without a provider resource; their audience names one application.
_BUILT_IN: Final = {
    "accounts.google.com": "accounts.google.com:aud",
    "cognito-identity.amazonaws.com": "cognito-identity.amazonaws.com:aud",
    "graph.facebook.com": "graph.facebook.com:app_id",
    "www.amazon.com": "www.amazon.com:app_id",
}
_GITHUB_SUBJECT: Final = re.compile(r"repo:[\w.-]+(?:@\d+)?/[\w.-]+(?:@\d+)?:.+", re.ASCII)
_SUBJECT: Final = re.compile(r"[^:/*?]+[:/][^:/*?]+.*", re.DOTALL)


def check(provider: str, conditions: dict[str, Any]) -> None:
    """Raise a ValueError unless audience and subject are named in every value."""
    given = dict(_given(conditions))
    if ":saml-provider/" in provider or (arns.opaque(provider) and "saml:aud" in given):
        _demand(provider, given, "saml:aud")
    elif provider in _BUILT_IN:
        _demand(provider, given, _BUILT_IN[provider])
    else:
        host = issuer_in(provider).lower()
        if not host and not arns.opaque(provider):
            fix = "use iam.OpenIdConnectPrincipal or iam.SamlPrincipal with the provider"
            refuse("trusted", provider, "the ARN of an identity provider", fix)
        _demand(provider, given, f"{host}:aud" if host else ":aud")
        for subject in _demand(provider, given, f"{host}:sub" if host else ":sub"):
            _check_subject(subject, github=any(key.startswith(HOST) for key in given))


def warn_of_repository(role: IConstruct, conditions: dict[str, Any]) -> None:
    """Warn of a GitHub repository in capitals: the comparison is exact, so its spelling matters."""
    for key, values in _given(conditions):
        for subject in values if key == f"{HOST}:sub" else ():
            repository = str(subject).split(":")[1]
            if repository != repository.lower():
                text = f"{subject}: the comparison is exact, so write {repository} as GitHub does"
                Annotations.of(role).add_warning_v2("whomay:case-of-repository", text)


def _given(conditions: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for operator, keys in conditions.items():
        written = read_operator(operator)
        text = written and written.operator.kind is ValueKind.TEXT
        if written and text and written.needs_a_match and not written.operator.ignores_case:
            for key, values in keys.items():
                yield key.lower(), as_list(values)


def _demand(provider: str, given: dict[str, list[Any]], key: str) -> list[Any]:
    found = [values for name, values in given.items() if name.endswith(key)]
    if not found:
        fix = "add StringEquals for audience (aud) and subject (sub) of the token"
        allowed = f"identity providers with a condition on {key.lstrip(':')}"
        refuse("trusted", provider, allowed, fix)
    return found[0]


def _check_subject(subject: object, *, github: bool) -> None:
    if not isinstance(subject, str) or unresolved(subject):
        return
    shape = _GITHUB_SUBJECT if github else _SUBJECT
    if not shape.fullmatch(subject):
        allowed = "a subject that names " + (
            "owner and repository, repo:OWNER/REPOSITORY:ref:refs/heads/main"
            if github
            else "one group or holder before any wildcard"
        )
        fix = "write it out in every value: the widest one counts"
        refuse("trusted: conditions: sub", subject, allowed, fix)
    if github and (set("*?") & set(subject) or subject.endswith(":pull_request")):
        allowed = "one branch, tag or environment, written out"
        fix = "a pull request runs what its author wrote: use Trust.github"
        refuse("trusted: conditions: sub", subject, allowed, fix)
