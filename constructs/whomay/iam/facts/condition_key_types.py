"""Which values a condition key can have in a request, where not every text is one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import ipaddress
from functools import cache
from typing import Any, Final

from whomay.iam.condition_operators import moment, number
from whomay.iam.facts.actions import condition_key_type, condition_keys_of
from whomay.iam.facts.condition_keys import KeyValue, condition_key
from whomay.iam.patterns.symbols import is_symbolic

_ALLOWED: Final = {
    KeyValue.BOOLEAN: "true or false",
    KeyValue.DATE: "a date such as 2026-11-24T00:00:00Z, or seconds since 1970",
    KeyValue.ADDRESS: "one address, such as 203.0.113.7",
    KeyValue.NUMBER: "a number such as 3600",
}


def allowed_values(key: str, value: str) -> str | None:
    """Say which values the key can have, where this is none of them; None where it may be one."""
    kind = _type_of(key.lower())
    if kind not in _ALLOWED or is_symbolic(value):
        return None
    good: Any = {
        KeyValue.BOOLEAN: value.lower() in ("true", "false"),
        KeyValue.DATE: moment(value) is not None,
        KeyValue.ADDRESS: _is_address(value),
        KeyValue.NUMBER: number(value) is not None,
    }[kind]
    return None if good else _ALLOWED[kind]


@cache
def _type_of(key: str) -> KeyValue:
    """Return the type by the Service Authorization Reference; that of any text if it has none."""
    if row := condition_key(key):
        return row.values
    service = key.partition(":")[0]
    known = next((each for each in condition_keys_of(service) if each.lower() == key), None)
    found = condition_key_type(service, known).removeprefix("ArrayOf") if known else ""
    return KeyValue(found) if found in set(KeyValue) else KeyValue.TEXT


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
