"""The condition operators, one record each: whatever else is said of an operator reads its record.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
To add one, yield its record in `_operators`; a new comparison is a function from the policy's values
to a test of a request's value.
"""

import operator as compare
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from whomay.iam.patterns.matching import Test, any_arn, glob, literal, never, undecided
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.patterns.truth import Truth, any_of
from whomay.iam.value_kinds import ValueKind, address, moment, network, number, octets


class Operator(NamedTuple):
    """What is known of one operator.

    `test` makes a test of a request's value from the policy's values, any of which may match. A
    negated operator has the test of the one that it `negates`, and holds when the key is absent.
    `variables` tells whether `${…}` is replaced in the policy's values, `patterns` whether stars
    are wild in them. A value that meets the policy's lies `step` above it. `forms` tells whether
    AWS has it with `IfExists` and with a set form.
    """

    name: str
    kind: ValueKind
    test: Callable[[tuple[str, ...]], Test]
    negates: str = ""
    variables: bool = False
    patterns: bool = False
    ignores_case: bool = False
    step: int = 0
    forms: bool = True

    @property
    def negated(self) -> bool:
        """Whether it holds for every value but the policy's."""
        return bool(self.negates)


def _any(one: Callable[[str], Test]) -> Callable[[tuple[str, ...]], Test]:
    """Make a test of several values from a test of one."""

    def several(values: tuple[str, ...]) -> Test:
        tests = tuple(one(value) for value in values)
        if len(tests) == 1:
            return tests[0]
        return lambda text: any_of(test(text) for test in tests)

    return several


def _string_equals(values: tuple[str, ...]) -> Test:
    """Compare exactly, case included."""
    if any(map(is_symbolic, values)):
        return _any(lambda value: glob(literal(value)))(values)
    known = frozenset(values)
    slow = _any(lambda value: glob(literal(value)))(values)
    return lambda text: slow(text) if is_symbolic(text) else text in known


def _string_equals_ignore_case(values: tuple[str, ...]) -> Test:
    """Compare without regard to case."""
    inner = _string_equals(tuple(map(_fold, values)))
    return lambda text: inner(_fold(text))


def _fold(text: str) -> str:
    return text if is_symbolic(text) else text.lower()


def _boolean(values: tuple[str, ...]) -> Test:
    """Compare `true` and `false`, in any case."""
    wanted = frozenset(value.lower() for value in values) & {"true", "false"}
    unlisted = None if any(map(is_symbolic, values)) else False

    def test(text: str) -> Truth:
        return True if text.lower() in wanted else (None if is_symbolic(text) else unlisted)

    return test


def _binary(value: str) -> Test:
    """Compare the bytes behind two base64 texts; other texts letter by letter."""
    wanted = octets(value)
    return lambda text: text == value if wanted is None else octets(text) == wanted


def _ip_address(value: str) -> Test:
    """Test whether an address lies in a CIDR range; a plain address is a range of one."""
    wanted = network(value)
    if wanted is None:
        return never

    def test(text: str) -> Truth:
        found = address(text)
        return found is not None and found.version == wanted.version and found in wanted

    return test


def _ordered(
    read: Callable[[str], Decimal | None], relation: Callable[[Decimal, Decimal], bool]
) -> Callable[[str], Test]:
    """Make a test of one number or date."""

    def ordered(value: str) -> Test:
        wanted = read(value)
        if wanted is None:
            return never

        def test(text: str) -> Truth:
            found = read(text)
            return found is not None and relation(found, wanted)

        return test

    return ordered


def _known(one: Callable[[str], Test]) -> Callable[[tuple[str, ...]], Test]:
    """Answer None where a value is not known: these operators read a value, not its letters."""

    def wrapped(value: str) -> Test:
        if is_symbolic(value):
            return undecided
        inner = one(value)
        return lambda text: None if is_symbolic(text) else inner(text)

    return _any(wrapped)


_RELATIONS: Final = (
    ("Equals", compare.eq, 0),
    ("LessThan", compare.lt, -1),
    ("LessThanEquals", compare.le, 0),
    ("GreaterThan", compare.gt, 1),
    ("GreaterThanEquals", compare.ge, 0),
)
_NEGATED: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


def _operators() -> Iterator[Operator]:
    text, arn = ValueKind.TEXT, ValueKind.ARN
    ignore_case = _string_equals_ignore_case
    yield Operator("StringEquals", text, _string_equals, variables=True)
    yield Operator("StringEqualsIgnoreCase", text, ignore_case, variables=True, ignores_case=True)
    yield Operator("StringLike", text, _any(glob), variables=True, patterns=True)
    yield Operator("ArnEquals", arn, any_arn, variables=True, patterns=True)
    yield Operator("ArnLike", arn, any_arn, variables=True, patterns=True)
    yield Operator("Bool", ValueKind.BOOLEAN, _boolean)
    yield Operator("BinaryEquals", ValueKind.BINARY, _known(_binary))
    yield Operator("IpAddress", ValueKind.ADDRESS, _known(_ip_address))
    for relation, holds, step in _RELATIONS:
        numbers, dates = _known(_ordered(number, holds)), _known(_ordered(moment, holds))
        yield Operator(f"Numeric{relation}", ValueKind.NUMBER, numbers, step=step)
        yield Operator(f"Date{relation}", ValueKind.DATE, dates, step=step)
    yield Operator("Null", ValueKind.PRESENCE, _boolean, forms=False)


def _with_negated(positive: Mapping[str, Operator]) -> Iterator[Operator]:
    yield from positive.values()
    for name, of in _NEGATED.items():
        yield positive[of]._replace(name=name, negates=of)


# By their names in lower case: a policy may write them in any spelling.
OPERATORS: Final[Mapping[str, Operator]] = {
    each.name.lower(): each for each in _with_negated({each.name: each for each in _operators()})
}
