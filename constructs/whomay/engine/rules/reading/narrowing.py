"""Conditions as guards: what a condition of a statement really asks of the caller.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import Final

from whomay.iam.arn import parse_arn, parse_arn_pattern
from whomay.iam.conditions import read_operator
from whomay.iam.facts.condition_key_table import KeySender, KeyTells
from whomay.iam.facts.condition_keys import sent_by, telling
from whomay.iam.facts.limits import ACCOUNT_ID, ORGANIZATION_ID, ORGANIZATION_PATH
from whomay.iam.patterns.symbols import is_symbolic, unknown_reasons
from whomay.iam.policy import Condition, Statement
from whomay.iam.value_kinds import ValueKind

# The keys that say who in an account, or in AWS, is meant.
NARROWING_KEYS: Final = telling(KeyTells.NAMED)
SOURCE_KEYS: Final = sent_by(KeySender.SERVICES)
# Those that say who or whence, so that not everyone is meant.
BINDING_KEYS: Final = NARROWING_KEYS | SOURCE_KEYS | telling(KeyTells.CALLER)

_NAMES: Final = (ValueKind.TEXT, ValueKind.ARN, ValueKind.ADDRESS)


def conditions_on(statement: Statement, keys: frozenset[str]) -> Iterator[Condition]:
    """Return the conditions on any of the keys, which are in lower case."""
    return (each for each in statement.conditions if each.key.lower() in keys)


def narrows(statement: Statement, keys: frozenset[str] = NARROWING_KEYS) -> bool:
    """Tell whether a condition of the statement narrows it by one of the keys."""
    return any(binds(each) for each in conditions_on(statement, keys))


def binds(condition: Condition) -> bool:
    """Tell whether the condition needs its key, and a value that not everybody has."""
    written = read_operator(condition.operator)
    return (
        written is not None
        and written.needs_a_match
        and written.operator.kind in _NAMES
        and not any(is_anything(condition.key, value) for value in condition.values)
    )


def is_anything(key: str, value: str) -> bool:
    """Tell whether a pattern covers every value, or one that everybody can have.

    A source ARN binds an account, or names one resource: a bucket's ARN holds no account. Everybody
    chooses the names of the own roles and sessions. A network broader than /8, or /32 in IPv6, is
    public to AWS:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    if unknown_reasons(value):
        return False
    covers = _COVERS.get(key.lower())
    if covers:
        return covers(value)
    arn = parse_arn(value)
    if arn is None:
        return not value.strip("*?")
    return not arn.resource.strip("*?") or arn.resource in ("user/*", "role/*")


def of_known_accounts(statement: Statement) -> bool:
    """Tell whether a condition lets in principals of named accounts or organizations alone."""
    return any(
        (shape := _OF_ACCOUNTS.get(each.key.lower()))
        and (written := read_operator(each.operator))
        and written.needs_a_match
        and all(is_symbolic(value) or shape.fullmatch(value) for value in each.values)
        for each in statement.conditions
    )


_OF_ACCOUNTS: Final = {
    "aws:principalorgid": ORGANIZATION_ID,
    "aws:principalorgpaths": ORGANIZATION_PATH,
    "aws:principalaccount": ACCOUNT_ID,
    "aws:principalarn": re.compile(r"arn:[^:]+:(iam|sts)::\d{12}:.+"),
}


def _every_network(value: str) -> bool:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return False
    return not network.is_private and network.prefixlen < _BROADEST[network.version]


_BROADEST: Final = {4: 8, 6: 32}


def _every_principal(value: str) -> bool:
    arn = parse_arn_pattern(value)
    if arn is None:  # `arn*` and the like end before the account
        return is_pattern(value)
    return is_pattern(arn.account) or not arn.resource.strip("*?") or arn.resource in _ALL


_ALL: Final = ("user/*", "role/*")


def _every_source(value: str) -> bool:
    arn = parse_arn_pattern(value)
    if arn is None:
        return is_pattern(value)
    return is_pattern(arn.resource) and (not arn.account or is_pattern(arn.account))


def _every_id(value: str) -> bool:
    """Tell whether the id that an `aws:userid` begins with is left open: 21 letters are an id."""
    before = re.split(r"[*?]", value, maxsplit=1)[0]
    return before != value and len(before) < _LEAST_OF_ID


_LEAST_OF_ID: Final = 16


def _every_organization(value: str) -> bool:
    return is_pattern(value) and ORGANIZATION_PATH.fullmatch(value) is None


_COVERS: Final[Mapping[str, Callable[[str], bool]]] = {
    "aws:principalarn": _every_principal,
    "aws:principalorgid": _every_organization,
    "aws:principalorgpaths": _every_organization,
    "aws:sourcearn": _every_source,
    "aws:sourceip": _every_network,
    "aws:userid": _every_id,
    "aws:vpcsourceip": _every_network,
}


def is_pattern(value: str) -> bool:
    """Tell whether a text holds a wildcard; `${*}` is a plain star."""
    plain = value.replace("${*}", "").replace("${?}", "")
    return "*" in plain or "?" in plain


def requires(statement: Statement, key: str) -> bool:
    """Tell whether a Null condition of the statement asks for the key to be there."""
    return any(
        written.operator.kind is ValueKind.PRESENCE and each.values == ("false",)
        for each in conditions_on(statement, frozenset((key.lower(),)))
        if (written := read_operator(each.operator))
    )
