"""Checks of the values in a condition: of the kind that the operator compares and the key holds."""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from whomay.iam.arn import parse_arn
from whomay.iam.condition_operators import Operator, ValueKind
from whomay.iam.facts import limits
from whomay.iam.facts.condition_keys import KeyValue, condition_key
from whomay.metadata.refusals import refuse

# Values that name one account, organization or third party. AWS knows no use for a wildcard
# in them (IAM User Guide, "AWS global condition context keys", sensitive condition keys).
_IDS: Final = {
    KeyValue.ACCOUNT: (limits.ACCOUNT_ID, "an account id of twelve digits"),
    KeyValue.ORGANIZATION: (
        limits.ORGANIZATION_ID,
        "an organization id, o- and 10 to 32 of a-z 0-9",
    ),
    KeyValue.ORGANIZATION_PATH: (
        limits.ORGANIZATION_PATH,
        "a path from an organization's id, such as o-…/r-…/ou-…/*",
    ),
    KeyValue.EXTERNAL_ID: (limits.EXTERNAL_ID, "an external id of A-Z a-z 0-9 and _+=,.@:/-"),
}
_EPOCH: Final = re.compile(r"\d{1,13}")


def check_value(parameter: str, operator: Operator, key: str, value: str) -> None:
    """Raise a ValueError unless the operator can compare the value."""
    if not limits.POLICY_TEXT.fullmatch(value):
        fix = "leave control characters and letters beyond ÿ out"
        refuse(parameter, value, "characters that a policy may hold", fix)
    if operator.kind in _KINDS:
        good, allowed = _KINDS[operator.kind]
        if not good(value):
            refuse(parameter, value, f"{allowed} for {operator.name}", "no other value is compared")
    is_text = operator.kind is ValueKind.TEXT
    if is_text and not operator.patterns and any(wildcard in value for wildcard in "*?"):
        fix = f"use {'StringNotLike' if operator.negated else 'StringLike'}"
        refuse(parameter, value, f"a literal: {operator.name} takes * and ? as they are", fix)
    if not re.sub(r"arn:|[*?:/]", "", value):
        fix = 'to ask that the key be there, use "Null": {…: "false"}'
        refuse(parameter, value, "a value that not every request meets", fix)
    known = condition_key(key)
    shape, allowed = _IDS.get(known.values, (None, "")) if known else (None, "")
    if shape and is_text and not shape.fullmatch(value):
        refuse(parameter, value, allowed, "name each one in full: a pattern admits strangers")


def _number(value: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?", value, re.ASCII) is not None


def _date(value: str) -> bool:
    try:
        return bool(_EPOCH.fullmatch(value) or datetime.fromisoformat(value))
    except ValueError:
        return False


def _network(value: str) -> bool:
    try:
        return ipaddress.ip_network(value, strict=False).prefixlen > 0
    except ValueError:
        return False


def _binary(value: str) -> bool:
    try:
        return bool(base64.b64decode(value, validate=True))
    except ValueError:
        return False


def _arn(value: str) -> bool:
    arn = parse_arn(value)
    return arn is not None and arn.prefix == "arn" and bool(arn.resource)


def _boolean(value: str) -> bool:
    return value.lower() in ("true", "false")


_KINDS: Final[Mapping[ValueKind, tuple[Callable[[str], bool], str]]] = {
    ValueKind.BOOLEAN: (_boolean, "true or false"),
    ValueKind.PRESENCE: (_boolean, "true or false"),
    ValueKind.NUMBER: (_number, "a number such as 3600"),
    ValueKind.DATE: (_date, "a date such as 2026-11-24T00:00:00Z, or seconds since 1970,"),
    ValueKind.ADDRESS: (_network, "an address or a range smaller than all,"),
    ValueKind.BINARY: (_binary, "Base64"),
    ValueKind.ARN: (_arn, "an ARN of six parts"),
}
