"""The condition operators: each turns one policy value into a test of one request value.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
A request's value that an operator cannot read (a word under NumericNotEquals) makes it false.
"""

import base64
import binascii
import ipaddress
import operator as compare
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

from whomay.iam.patterns.matching import Test, any_arn, glob, literal, never, undecided
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.patterns.truth import Truth, any_of


class Operator(NamedTuple):
    """What an operator does: a test of all its policy values, any of which may match.

    `variables` tells whether `${…}` is replaced in them, and `patterns` whether stars are wild.
    `reads` tells whether a request's value is of the operator's kind at all.
    """

    test: Callable[[tuple[str, ...]], Test]
    negated: bool = False
    variables: bool = False
    patterns: bool = False
    reads: Callable[[str], bool] | None = None


def _any(one: Callable[[str], Test]) -> Callable[[tuple[str, ...]], Test]:
    """Make a test of several values from a test of one."""

    def operator(values: tuple[str, ...]) -> Test:
        tests = tuple(one(value) for value in values)
        if len(tests) == 1:
            return tests[0]
        return lambda text: any_of(test(text) for test in tests)

    return operator


def string_equals(values: tuple[str, ...]) -> Test:
    """Compare exactly, case included."""
    if any(map(is_symbolic, values)):
        return _any(lambda value: glob(literal(value)))(values)
    known = frozenset(values)
    slow = _any(lambda value: glob(literal(value)))(values)
    return lambda text: slow(text) if is_symbolic(text) else text in known


def string_equals_ignore_case(values: tuple[str, ...]) -> Test:
    """Compare without regard to case."""
    inner = string_equals(tuple(map(_fold, values)))
    return lambda text: inner(_fold(text))


def _fold(text: str) -> str:
    return text if is_symbolic(text) else text.lower()


def boolean(values: tuple[str, ...]) -> Test:
    """Compare `true` and `false`, in any case."""
    wanted = frozenset(value.lower() for value in values) & {"true", "false"}
    if any(map(is_symbolic, values)):
        return undecided

    def test(text: str) -> Truth:
        return True if text.lower() in wanted else (None if is_symbolic(text) else False)

    return test


def binary(value: str) -> Test:
    """Compare the bytes behind two base64 texts."""
    wanted = _bytes(value)
    return lambda text: _bytes(text) == wanted


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return text.encode()


def ip_address(value: str) -> Test:
    """Test whether an address lies in a CIDR range; a plain address is a range of one."""
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return never

    def test(text: str) -> Truth:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return address.version == network.version and address in network

    return test


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _ordered(
    read: Callable[[str], Decimal | None], relation: Callable[[Decimal, Decimal], bool]
) -> Callable[[str], Test]:
    def operator(value: str) -> Test:
        wanted = read(value)
        if wanted is None:
            return never

        def test(text: str) -> Truth:
            found = read(text)
            return found is not None and relation(found, wanted)

        return test

    return operator


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """Return the number; None when the text is none."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


_W3C_DATE: Final = re.compile(r"\d{4}(-\d{2})?\Z")


@lru_cache(maxsize=4096)
def moment(text: str) -> Decimal | None:
    """Return seconds since 1970 of an ISO 8601 date or an epoch; None when the text is neither.

    A date without an offset is UTC. Four digits are a year.
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


def _known(operator: Callable[[str], Test]) -> Callable[[str], Test]:
    """Answer None where a value is not known: these operators read a value, not its letters."""

    def wrapped(value: str) -> Test:
        if is_symbolic(value):
            return lambda _: None
        inner = operator(value)
        return lambda text: None if is_symbolic(text) else inner(text)

    return wrapped


def _reader(read: Callable[[str], Decimal | None]) -> Callable[[str], bool]:
    return lambda text: read(text) is not None


_RELATIONS: Final = {
    "equals": compare.eq,
    "lessthan": compare.lt,
    "lessthanequals": compare.le,
    "greaterthan": compare.gt,
    "greaterthanequals": compare.ge,
}


def _all_operators() -> dict[str, Operator]:
    """Return the operators by their names in lower case, as a policy may write them in any."""
    positive = {
        "stringequals": Operator(string_equals, variables=True),
        "stringequalsignorecase": Operator(string_equals_ignore_case, variables=True),
        "stringlike": Operator(_any(glob), variables=True, patterns=True),
        "arnequals": Operator(any_arn, variables=True, patterns=True),
        "arnlike": Operator(any_arn, variables=True, patterns=True),
        "bool": Operator(boolean),
        "binaryequals": Operator(_any(_known(binary))),
        "ipaddress": Operator(_any(_known(ip_address)), reads=_is_address),
    }
    for kind, read in (("numeric", number), ("date", moment)):
        for relation, check in _RELATIONS.items():
            positive[kind + relation] = Operator(
                _any(_known(_ordered(read, check))), reads=_reader(read)
            )
    negated = {
        name: positive[of]._replace(negated=True)
        for name, of in (
            ("stringnotequals", "stringequals"),
            ("stringnotequalsignorecase", "stringequalsignorecase"),
            ("stringnotlike", "stringlike"),
            ("arnnotequals", "arnequals"),
            ("arnnotlike", "arnlike"),
            ("notipaddress", "ipaddress"),
            ("numericnotequals", "numericequals"),
            ("datenotequals", "dateequals"),
        )
    }
    return positive | negated


OPERATORS: Final = _all_operators()
