"""Which values a condition key can have in a request, where not every text is one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import ipaddress
from functools import cache
from typing import Any, Final

from whomay.iam.condition_operators import moment, number
from whomay.iam.facts.actions import condition_key_type, condition_keys_of
from whomay.iam.patterns.symbols import is_symbolic

_GLOBAL: Final = {
    "aws:assumedroot": "Bool",
    "aws:currenttime": "Date",
    "aws:ec2instancesourceprivateipv4": "IPAddress",
    "aws:epochtime": "Date",
    "aws:ismcpserviceaction": "Bool",
    "aws:multifactorauthage": "Numeric",
    "aws:multifactorauthpresent": "Bool",
    "aws:principalisawsservice": "Bool",
    "aws:securetransport": "Bool",
    "aws:sourceip": "IPAddress",
    "aws:tokenissuetime": "Date",
    "aws:viaawsmcpservice": "Bool",
    "aws:viaawsservice": "Bool",
    "aws:vpcsourceip": "IPAddress",
}
_ALLOWED: Final = {
    "Bool": "true or false",
    "Date": "a date such as 2026-11-24T00:00:00Z, or seconds since 1970",
    "IPAddress": "one address, such as 203.0.113.7",
    "Numeric": "a number such as 3600",
}


def allowed_values(key: str, value: str) -> str | None:
    """Say which values the key can have, where this is none of them; None where it may be one."""
    kind = _type_of(key.lower())
    if kind not in _ALLOWED or is_symbolic(value):
        return None
    good: Any = {
        "Bool": value.lower() in ("true", "false"),
        "Date": moment(value) is not None,
        "IPAddress": _is_address(value),
        "Numeric": number(value) is not None,
    }[kind]
    return None if good else _ALLOWED[kind]


@cache
def _type_of(key: str) -> str:
    """Return the type by the Service Authorization Reference; empty where it has no such key."""
    service = key.partition(":")[0]
    if service == "aws":
        return _GLOBAL.get(key, "")
    known = next((each for each in condition_keys_of(service) if each.lower() == key), None)
    return condition_key_type(service, known).removeprefix("ArrayOf") if known else ""


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
