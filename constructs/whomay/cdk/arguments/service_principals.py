"""Checks of service principals, and of their condition keys."""

from collections.abc import Iterable

from whomay.iam.facts.condition_key_table import KeySender
from whomay.iam.facts.condition_keys import sent_by
from whomay.iam.facts.service_principals import (
    CHINA_SUFFIX,
    exists,
    nearest,
    never_sent,
)
from whomay.metadata.refusals import refuse, refuse_type
from whomay.metadata.tokens import unresolved


def check(parameter: str, service: object) -> None:
    """Raise a ValueError unless AWS has a service principal of that name, and name the nearest."""
    if not isinstance(service, str):
        fix = "write its name in quotes"
        refuse_type(parameter, service, "a service principal such as lambda.amazonaws.com", fix)
    if unresolved(service):
        return
    if service.endswith(CHINA_SUFFIX):
        plain = service.removesuffix(".cn")
        refuse(
            parameter,
            service,
            "the name in the partition aws",
            f"write {plain}: CDK adds the partition's suffix",
        )
    if not exists(service):
        near = nearest(service)
        fix = f"did you mean {near}?" if near else "such as lambda.amazonaws.com"
        refuse(parameter, service, "the principal of an AWS service", fix)


def check_sent(parameter: str, service: str, keys: Iterable[str]) -> None:
    """Raise a ValueError for a condition key that the service does not send: it could do nothing."""
    if unusable := sorted(key for key in keys if key.lower() in never_sent(service)):
        fix = f"{service} never sends it: leave it out, or give each principal its own conditions"
        refuse(parameter, unusable[0], "keys that a service sends, such as aws:SourceArn", fix)


def check_not_sent(parameter: str, keys: Iterable[str]) -> None:
    """Raise a ValueError for a condition key that a user or role never carries."""
    only_services = sent_by(KeySender.SERVICES)
    if unusable := sorted(key for key in keys if key.lower() in only_services):
        fix = "only a service sends it: use the key of the principal, such as aws:PrincipalArn"
        refuse(parameter, unusable[0], "keys that a user or role carries", fix)
