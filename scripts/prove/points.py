"""Numbers, dates and addresses: how conditions compare them, and one of each kind that they tell apart.

A condition compares a number with finitely many others. So one below them all, each of them, one
between each two, and one above them are enough. Of addresses the first of each range and the first
after it are. All are texts here, and z3 chooses among them as it does among other texts.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import ipaddress
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

from scripts.prove.key_types import KeyType

RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda a, b: a == b,
    "lessthan": lambda a, b: a < b,
    "lessthanequals": lambda a, b: a <= b,
    "greaterthan": lambda a, b: a > b,
    "greaterthanequals": lambda a, b: a >= b,
}
_OPERATORS = {KeyType.NUMBER: "numeric", KeyType.DATE: "date", KeyType.ADDRESS: "ipaddress"}
ORDERED = (KeyType.NUMBER, KeyType.DATE)


def points(kind: KeyType, read: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the values of a key that conditions tell apart; each is given by operator and value."""
    word = _OPERATORS[kind]
    wanted = [value for operator, value in read if word in operator]
    if kind is KeyType.ADDRESS:
        return tuple(map(str, _addresses(wanted)))
    return tuple(map(str, _numbers(sorted({number(kind, each) for each in wanted}))))


def _numbers(wanted: list[Fraction]) -> list[Fraction]:
    if not wanted:
        return [Fraction(0)]
    between = [(one + other) / 2 for one, other in pairwise(wanted)]
    return [wanted[0] - 1, *wanted, *between, wanted[-1] + 1]


def _addresses(wanted: Iterable[str]) -> list[Any]:
    found = {ipaddress.ip_address("0.0.0.0"), ipaddress.ip_address("::")}  # noqa: S104 - bound by nobody
    for each in map(_network, wanted):
        found.add(each.network_address)
        if int(each.broadcast_address) + 1 < 1 << each.max_prefixlen:
            found.add(each.broadcast_address + 1)
    return sorted(found, key=lambda one: (one.version, one))


@cache
def number(kind: KeyType, text: str) -> Fraction:
    """Return a number, or the seconds since 1970 of a date in ISO 8601 or of a number of them."""
    if kind is KeyType.DATE and not _is_number(text):
        when = datetime.fromisoformat(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return Fraction(int((when - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()))
    return Fraction(text)


def normal(kind: KeyType, text: str) -> str:
    """Return a value of a key as `points` writes it."""
    return str(number(kind, text)) if kind in ORDERED else text


def _is_number(text: str) -> bool:
    return "/" in text or (text.replace(".", "").lstrip("-").isdecimal() and len(text) > 4)  # noqa: PLR2004 - four digits are a year


@cache
def _network(text: str) -> Any:
    return ipaddress.ip_network(text, strict=False)


@cache
def is_in_network(address: str, network: str) -> bool:
    """Tell whether an address lies in a range of addresses, or is the one address."""
    one, every = ipaddress.ip_address(address), _network(network)
    return bool(one.version == every.version and one in every)
