"""Checks of the `conditions=` that a caller adds to a trust.

A trust policy's statements allow, so a condition that can hold without its key, or never holds, is
a mistake: the first opens the role, the second makes it unusable (IAM User Guide, IAM JSON policy
elements: Condition operators; Multivalued context keys).
"""

import difflib
from collections.abc import Mapping
from typing import Final

from whomay.cdk.checks import refuse, refuse_type, unresolved

Conditions = Mapping[str, Mapping[str, object]]

_PLAIN: Final = (
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
)
_OPERATORS: Final = (
    *_PLAIN,
    *("StringLike", "StringNotLike", "Bool", "BinaryEquals", "Null"),
    *("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "IpAddress", "NotIpAddress"),
    *(
        f"{kind}{comparison}"
        for kind in ("Numeric", "Date")
        for comparison in (
            "Equals",
            "NotEquals",
            "LessThan",
            "LessThanEquals",
            "GreaterThan",
            "GreaterThanEquals",
        )
    ),
)


def checked(conditions: Conditions | None) -> dict[str, dict[str, object]]:
    """Return the conditions as CDK takes them: Booleans and numbers as IAM's strings.

    Raises a ValueError for an operator that does not exist, a key or value that is absent, a
    wildcard where it is taken literally, and a form that holds when the key is absent.
    """
    if conditions is None:
        return {}
    if not isinstance(conditions, Mapping):
        refuse_type("conditions", conditions, "a dict of operator to a dict of key to value")
    return {
        operator: {
            key: _values(operator, key, value) for key, value in _keys(operator, keys).items()
        }
        for operator, keys in conditions.items()
    }


def _keys(operator: str, keys: Mapping[str, object]) -> Mapping[str, object]:
    base = operator.removeprefix("ForAnyValue:")
    if operator.startswith("ForAllValues:"):
        refuse(
            "conditions",
            operator,
            "an operator that needs its key",
            "ForAllValues holds when the key is absent: use the operator alone, or ForAnyValue",
        )
    if base.endswith("IfExists") and base.removesuffix("IfExists") in _OPERATORS:
        refuse(
            "conditions",
            operator,
            "an operator that needs its key",
            f"IfExists holds when the key is absent: use {base.removesuffix('IfExists')}",
        )
    if base not in _OPERATORS:
        near = difflib.get_close_matches(base, _OPERATORS, n=1)
        refuse(
            "conditions", operator, "an operator of IAM", f"did you mean {near[0]}?" if near else ""
        )
    if not isinstance(keys, Mapping):
        refuse_type(f"conditions[{operator!r}]", keys, "a dict of condition key to value")
    if not keys:
        refuse(
            f"conditions[{operator!r}]",
            dict(keys),
            "at least one condition key",
            "an empty condition guards nothing",
        )
    return keys


def _values(operator: str, key: str, value: object) -> object:
    parameter = f"conditions[{operator!r}][{key!r}]"
    if not unresolved(key) and ":" not in key:
        refuse(parameter, key, "a condition key such as aws:PrincipalArn or sts:ExternalId")
    values = [*value] if isinstance(value, list | tuple | set | frozenset) else [value]
    if not values:
        refuse(parameter, value, "at least one value", "an empty list guards nothing")
    done = [_value(parameter, operator, one) for one in values]
    return done if isinstance(value, list | tuple | set | frozenset) else done[0]


def _value(parameter: str, operator: str, value: object) -> object:
    if value is None or value == "":
        refuse(parameter, value, "a value", "CDK would drop the condition, and the guard with it")
    if unresolved(value):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        refuse_type(parameter, value, "a string, a number or a Boolean")
    base = operator.removeprefix("ForAnyValue:")
    if base in _PLAIN and any(wildcard in value for wildcard in "*?"):
        fix = f"use {base.replace('EqualsIgnoreCase', 'Like').replace('Equals', 'Like')}"
        refuse(parameter, value, f"a literal: {base} takes * and ? as they are", fix)
    if base in ("Bool", "Null") and value.lower() not in ("true", "false"):
        refuse(parameter, value, "true or false")
    return value
