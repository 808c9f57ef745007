"""Which values a condition key can have in a request, where not every text is one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from functools import cache
from typing import Final

from whomay.iam.facts.actions import condition_key_type, condition_keys_of
from whomay.iam.facts.condition_key_table import KeyValue
from whomay.iam.facts.condition_keys import condition_key
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.value_kinds import CARRIED, ValueKind

_KINDS: Final = {
    KeyValue.ADDRESS: ValueKind.ADDRESS,
    KeyValue.BOOLEAN: ValueKind.BOOLEAN,
    KeyValue.DATE: ValueKind.DATE,
    KeyValue.NUMBER: ValueKind.NUMBER,
}


def allowed_values(key: str, value: str) -> str | None:
    """Say which values the key can have, where this is none of them; None where it may be one."""
    row = condition_key(key)
    if row and row.one_of and value not in row.one_of and not is_symbolic(value):
        return " or ".join(row.one_of)
    kind = _KINDS.get(type_of(key.lower()))
    if kind is None or is_symbolic(value) or CARRIED[kind].holds(value):
        return None
    return CARRIED[kind].allowed


@cache
def type_of(key: str) -> KeyValue:
    """Return the type of a key, in lower case; that of any text where AWS tells none.

    >>> type_of("aws:sourceip").value
    'IPAddress'
    """
    if row := condition_key(key):
        return row.values
    service = key.partition(":")[0]
    known = next((each for each in condition_keys_of(service) if each.lower() == key), None)
    found = condition_key_type(service, known).removeprefix("ArrayOf") if known else ""
    return KeyValue(found) if found in set(KeyValue) else KeyValue.TEXT
