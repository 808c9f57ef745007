"""Conditions as guards: which of them really narrow a trust.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from typing import Final

from whomay.engine.policy import Condition, Statement

# The keys that say who in an account is meant.
NARROWING_KEYS: Final = frozenset(
    (
        "sts:externalid",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalarn",
    )
)

_POSITIVE: Final = frozenset(
    (
        "stringequals",
        "stringequalsignorecase",
        "stringlike",
        "arnequals",
        "arnlike",
    )
)


def narrows(statement: Statement, keys: frozenset[str] = NARROWING_KEYS) -> bool:
    """Tell whether a condition of the statement narrows it by one of the keys."""
    return any(binds(each) for each in statement.conditions if each.key.lower() in keys)


def binds(condition: Condition) -> bool:
    """Tell whether the condition needs its key, and a value that not everybody has."""
    operator = condition.operator.lower().removeprefix("foranyvalue:")
    return operator in _POSITIVE and not any(map(is_anything, condition.values))


def is_anything(value: str) -> bool:
    """Tell whether a pattern covers every value, or every principal of an account."""
    resource = value.split(":", 5)[-1] if value.startswith("arn:") else value
    return not resource.strip("*?") or resource in ("user/*", "role/*", "root")
