"""Conditions as guards: what a condition of a statement really asks of the caller.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Iterator
from typing import Final

from whomay.iam.arn import parse_arn
from whomay.iam.conditions import read_operator
from whomay.iam.facts.condition_keys import Sender, sent_by
from whomay.iam.patterns.symbols import unknown_reasons
from whomay.iam.policy import Condition, Statement
from whomay.iam.value_kinds import ValueKind

# The keys that say who in an account, or in AWS, is meant.
NARROWING_KEYS: Final = frozenset(
    ("sts:externalid", "aws:principalorgid", "aws:principalorgpaths", "aws:principalarn")
)
SOURCE_KEYS: Final = sent_by(Sender.SERVICES)

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
    """Tell whether a pattern covers every value, or what every account has one of.

    A source ARN binds an account, or names one resource: a bucket's ARN holds no account.
    """
    if unknown_reasons(value):
        return False
    if key.lower() in ("aws:sourceip", "aws:vpcsourceip"):
        return value.endswith("/0")
    arn = parse_arn(value)
    if arn is None:
        return not value.strip("*?")
    if key.lower() == "aws:sourcearn":
        return is_pattern(arn.resource) and (not arn.account or is_pattern(arn.account))
    return not arn.resource.strip("*?") or arn.resource in ("user/*", "role/*")


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
