"""The kinds of values in conditions: what a policy may write of each, and what a request may carry.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from whomay.iam.arn import parse_arn


class ValueKind(StrEnum):
    """What an operator compares."""

    TEXT = "text"
    ARN = "ARN"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "Boolean"
    BINARY = "binary"
    ADDRESS = "IP address"
    PRESENCE = "presence"  # whether the key is there: `Null`


class Form(NamedTuple):
    """Which texts are values of a kind: a test of them, and the answer to it in words."""

    holds: Callable[[str], bool]
    allowed: str


_DECIMAL: Final = re.compile(
    r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?", re.ASCII | re.IGNORECASE
)


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """Return the number; None when the text is none.

    >>> number(" 3600 ")
    Decimal('3600')
    """
    plain = text.strip()
    return Decimal(plain) if _DECIMAL.fullmatch(plain) else None


_W3C_DATE: Final = re.compile(r"\d{4}(-\d{2})?\Z")


@lru_cache(maxsize=4096)
def moment(text: str) -> Decimal | None:
    """Return seconds since 1970 of an ISO 8601 date or an epoch; None when the text is neither.

    A date without an offset is UTC. Four digits are a year.

    >>> moment("1970-01-02T00:00:00Z")
    Decimal('86400')
    """
    text = text.strip()
    if match := _W3C_DATE.match(text):
        text += "-01" if match[1] else "-01-01"
    elif (epoch := number(text)) is not None:
        return epoch
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    passed = date - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(passed.days * 86400 + passed.seconds) + Decimal(passed.microseconds) / 1_000_000


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def network(text: str) -> Network | None:
    """Return a range in CIDR notation, a plain address as a range of one; None for other texts."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def address(text: str) -> Address | None:
    """Return an IP address; None for other texts, ranges among them."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def octets(text: str) -> bytes | None:
    """Return the bytes behind a base64 text; None when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def _is_boolean(text: str) -> bool:
    return text.lower() in ("true", "false")


def _is_arn(text: str) -> bool:
    arn = parse_arn(text)
    return arn is not None and arn.prefix == "arn" and bool(arn.resource)


def _is_network_of_some(text: str) -> bool:
    found = network(text)
    return found is not None and found.prefixlen > 0


def _is_number(text: str) -> bool:
    return number(text) is not None


def _is_date(text: str) -> bool:
    return moment(text) is not None


_BOOLEAN: Final = Form(_is_boolean, "true or false")
_NUMBER: Final = Form(_is_number, "a number such as 3600")
_DATE: Final = Form(_is_date, "a date such as 2026-11-24T00:00:00Z, or seconds since 1970")

# What a policy may write, of the kinds of which not every text is a value.
WRITTEN: Final[Mapping[ValueKind, Form]] = {
    ValueKind.ADDRESS: Form(_is_network_of_some, "an address or a range smaller than all,"),
    ValueKind.ARN: Form(_is_arn, "an ARN of six parts"),
    ValueKind.BINARY: Form(lambda text: bool(octets(text)), "Base64"),
    ValueKind.BOOLEAN: _BOOLEAN,
    ValueKind.DATE: Form(_is_date, f"{_DATE.allowed},"),
    ValueKind.NUMBER: _NUMBER,
    ValueKind.PRESENCE: _BOOLEAN,
}

# What a request may carry, of the kinds of which an operator reads the value and not its letters.
# No operator but `Null` holds of another text.
CARRIED: Final[Mapping[ValueKind, Form]] = {
    ValueKind.ADDRESS: Form(
        lambda text: address(text) is not None, "one address, such as 203.0.113.7"
    ),
    ValueKind.BOOLEAN: _BOOLEAN,
    ValueKind.DATE: _DATE,
    ValueKind.NUMBER: _NUMBER,
}
