"""Checks of the conditions of a statement.

A condition that holds without its key, or that every value meets, guards nothing. One that no value
can meet makes the access unusable (IAM User Guide, "IAM JSON policy elements: Condition operators",
"Set operators for multivalued context keys", and the sensitive keys of "AWS global condition context
keys"). What counts as a mistake depends on the policy that the condition is in.
"""

import difflib
import math
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from whomay.iam.condition_operators import OPERATORS
from whomay.iam.conditions import SetForm, WrittenOperator, read_operator
from whomay.iam.facts import limits
from whomay.iam.value_kinds import ValueKind
from whomay.metadata.condition_values import check_value
from whomay.metadata.refusals import refuse, refuse_type
from whomay.metadata.tokens import unresolved

Conditions = Mapping[str, Mapping[str, object]]
Purpose = Literal["trust", "allow", "deny"]

_SHAPE: Final = 'such as {"StringEquals": {"sts:ExternalId": "…"}}'


def checked_conditions(
    conditions: Conditions | None,
    *,
    purpose: Purpose = "trust",
    parameter: str = "conditions",
) -> dict[str, dict[str, object]]:
    """Return the conditions as CDK takes them: Booleans and numbers as IAM's strings, sets as lists.

    In a trust policy every condition must need its key. In the policy of a principal `IfExists` and
    the negated operators have their uses, and only `ForAllValues` needs a Null check with it. A Deny
    may hold without the key.

    Raises a ValueError for an operator that does not exist, and for a key or value that is absent.
    It refuses a value of another kind than the operator compares. It refuses a wildcard that is
    taken literally or admits everything, and a form that holds when the key is absent.
    """
    if conditions is None:
        return {}
    if not isinstance(conditions, Mapping):
        refuse_type(parameter, conditions, "a dict of operator to a dict of key to value", _SHAPE)
    if not conditions:
        refuse(parameter, {}, "at least one operator", f"leave {parameter} out")
    written = {}
    for operator, keys in conditions.items():
        written[operator] = _operator(parameter, operator)
        _check_keys(f"{parameter}[{operator!r}]", keys)
    _check_presence(parameter, conditions, written, purpose)
    return {
        operator: {
            key: _values(
                f"{parameter}[{operator!r}][{key!r}]", written[operator], key, value, purpose
            )
            for key, value in keys.items()
        }
        for operator, keys in conditions.items()
    }


def narrowing(conditions: Conditions) -> Iterator[str]:
    """Yield the keys, in lower case, of which only the named values are let in."""
    for operator, keys in conditions.items():
        written = read_operator(operator)
        if written and written.needs_a_match:
            yield from (key.lower() for key in keys)


def _operator(parameter: str, operator: object) -> WrittenOperator:
    if not isinstance(operator, str):
        refuse_type(parameter, operator, "operators of IAM as strings", _SHAPE)
    written = read_operator(operator)
    with_form = written and written.set_form and not written.operator.forms
    if written is None or str(written) != operator or with_form:
        name = operator.rpartition(":")[2].removesuffix("IfExists").lower()
        near = difflib.get_close_matches(name, OPERATORS, n=1)
        fix = (
            f"did you mean {OPERATORS[near[0]].name}?"
            if near
            else "such as StringEquals or ArnLike"
        )
        refuse(parameter, operator, "an operator of IAM, in its own spelling", fix)
    return written


def _check_keys(parameter: str, keys: object) -> None:
    if not isinstance(keys, Mapping):
        refuse_type(parameter, keys, "a dict of condition key to value", _SHAPE)
    if not keys:
        refuse(parameter, {}, "at least one condition key", "an empty condition guards nothing")
    seen = set()
    for key in keys:
        if not isinstance(key, str):
            refuse_type(parameter, key, "condition keys as strings", _SHAPE)
        if unresolved(key):
            continue
        if not limits.CONDITION_KEY.fullmatch(key):
            refuse(parameter, key, "a condition key with its service", "such as sts:ExternalId")
        if key.lower() in seen:
            refuse(parameter, key, "each key once, in any spelling", "join the values in one list")
        seen.add(key.lower())


def _check_presence(
    parameter: str,
    conditions: Conditions,
    written: Mapping[str, WrittenOperator],
    purpose: Purpose,
) -> None:
    """Refuse what holds when its key is absent, unless a Null check demands the key."""
    demanded = {
        key.lower()
        for key, value in conditions.get("Null", {}).items()
        if str(value).lower() == "false"
    }
    for operator, keys in conditions.items():
        found = written[operator]
        optional = (found.when_absent or found.operator.negated) and purpose == "trust"
        optional |= found.set_form is SetForm.EVERY and purpose == "allow"
        for key in keys:
            if optional and key.lower() not in demanded:
                plain = found.operator.negates or found.operator.name
                if not found.when_absent:
                    fix = f"{operator} lets in every other value of {key}: use {plain}"
                    refuse(parameter, operator, "an operator that names who comes in", fix)
                fix = f'use {plain}, or add "Null": {{"{key}": "false"}}'
                allowed = "an operator that fails without its key"
                fix = f"{operator} holds when {key} is absent: {fix}"
                refuse(parameter, operator, allowed, fix)


def _values(
    parameter: str, written: WrittenOperator, key: str, value: object, purpose: Purpose
) -> object:
    if isinstance(value, set | frozenset):  # a set has no order, and the template needs one
        value = sorted(value, key=str)
    if not isinstance(value, list | tuple):
        return _value(parameter, written, key, value, purpose)
    if not value:
        refuse(parameter, value, "at least one value", "an empty list guards nothing")
    return [_value(parameter, written, key, one, purpose) for one in value]


def _value(
    parameter: str, written: WrittenOperator, key: str, value: object, purpose: Purpose
) -> object:
    if value is None:
        fix = "CDK would drop the condition, and the guard with it"
        refuse(parameter, value, "a value", fix)
    if isinstance(value, Mapping) and len(value) == 1:
        return value  # an intrinsic function of CloudFormation: known at deployment
    if isinstance(value, float) and not math.isfinite(value):
        refuse(parameter, value, "a finite number", "JSON holds no other")
    if not isinstance(value, str | bool | int | float):
        refuse_type(parameter, value, "a string, a number or a Boolean", "or a flat list of these")
    if isinstance(value, str) and unresolved(value):
        return value
    numbers = written.operator.kind in (ValueKind.NUMBER, ValueKind.DATE)
    if not isinstance(value, str | bool) and not numbers:
        fix = "write it in quotes, leading zeros included"
        refuse_type(parameter, value, f"a string for {written}", fix)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if purpose == "trust" and (not text or text != text.strip()):
        refuse(parameter, value, "a value without spaces around it", "no request carries another")
    if text:  # an empty s3:prefix is how the whole bucket is listed
        check_value(parameter, written.operator, key.lower(), text)
    return text
