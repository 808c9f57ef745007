"""Checks of the values in a condition: of the kind that the operator compares and the key holds."""

import base64
import ipaddress
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from whomay.iam.arn import parse_arn
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse

# Keys whose values name one account, organization or third party. AWS knows no use for a wildcard
# in them (IAM User Guide, "AWS global condition context keys", sensitive condition keys).
_ACCOUNTS: Final = (limits.ACCOUNT_ID, "an account id of twelve digits")
_ORGANIZATIONS: Final = (limits.ORGANIZATION_ID, "an organization id, o- and 10 to 32 of a-z 0-9")
_PATHS: Final = (
    limits.ORGANIZATION_PATH,
    "a path from an organization's id, such as o-…/r-…/ou-…/*",
)
_IDS: Final = {
    **dict.fromkeys(
        ("aws:principalaccount", "aws:resourceaccount", "aws:sourceaccount"), _ACCOUNTS
    ),
    **dict.fromkeys(("aws:vpceaccount", "s3:resourceaccount", "kms:calleraccount"), _ACCOUNTS),
    **dict.fromkeys(("aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid"), _ORGANIZATIONS),
    **dict.fromkeys(
        ("aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths"), _PATHS
    ),
    "sts:externalid": (limits.EXTERNAL_ID, "an external id of A-Z a-z 0-9 and _+=,.@:/-"),
}
_LITERAL: Final = ("StringEquals", "StringEqualsIgnoreCase", "StringNotEquals")
_EPOCH: Final = re.compile(r"\d{1,13}")


def check_value(parameter: str, operator: str, key: str, value: str) -> None:
    """Raise a ValueError unless the operator (without prefix and suffix) can compare the value."""
    if not limits.POLICY_TEXT.fullmatch(value):
        fix = "leave control characters and letters beyond ÿ out"
        refuse(parameter, value, "characters that a policy may hold", fix)
    for prefixes, (good, allowed) in _KINDS.items():
        if operator.startswith(prefixes) and not good(value):
            refuse(parameter, value, f"{allowed} for {operator}", "no other value is compared")
    if operator.startswith(_LITERAL) and any(wildcard in value for wildcard in "*?"):
        fix = f"use {operator.replace('EqualsIgnoreCase', 'Like').replace('Equals', 'Like')}"
        refuse(parameter, value, f"a literal: {operator} takes * and ? as they are", fix)
    if not re.sub(r"arn:|[*?:/]", "", value):
        fix = 'to ask that the key be there, use "Null": {…: "false"}'
        refuse(parameter, value, "a value that not every request meets", fix)
    shape, allowed = _IDS.get(key, (None, ""))
    if shape and operator.startswith("String") and not shape.fullmatch(value):
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


_KINDS: Final[dict[tuple[str, ...], tuple[Callable[[str], bool], str]]] = {
    ("Bool", "Null"): (lambda value: value.lower() in ("true", "false"), "true or false"),
    ("Numeric",): (_number, "a number such as 3600"),
    ("Date",): (_date, "a date such as 2026-11-24T00:00:00Z, or seconds since 1970,"),
    ("IpAddress", "NotIpAddress"): (_network, "an address or a range smaller than all,"),
    ("Binary",): (_binary, "Base64"),
    ("Arn",): (_arn, "an ARN of six parts"),
}
