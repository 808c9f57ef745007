"""The Condition element: when it holds, as a formula over the keys of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import z3

from scripts.prove.globs import Glob
from scripts.prove.key_types import KeyType
from scripts.prove.logic import FALSE, TRUE, Formula, all_of, any_of, both, either, no, of, raw
from scripts.prove.systems import NotCovered
from scripts.prove.texts import Text, constant
from scripts.prove.variables import arn_filled, arn_parts, filled, keys_in

_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}
_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "equals": lambda a, b: a == b,
    "lessthan": lambda a, b: a < b,
    "lessthanequals": lambda a, b: a <= b,
    "greaterthan": lambda a, b: a > b,
    "greaterthanequals": lambda a, b: a >= b,
}


@dataclass(frozen=True)
class Value:
    """One value of a key: a text, a number (a date is seconds since 1970), or an address.

    An address is a pair: whether it is of IPv6, and 128 bits.
    """

    text: Text | None = None
    number: Any = None
    address: tuple[Formula, Any] | None = None


@dataclass(frozen=True)
class Key:
    """A condition key of a request: whether it is there, and its values, each with its own condition."""

    has: Formula
    values: tuple[tuple[Formula, Value], ...] = ()
    several: bool = False

    @property
    def exists(self) -> Formula:
        """Return when the request has the key with a value."""
        return both(self.has, any_of(present for present, _ in self.values))


ABSENT = Key(FALSE)
Keys = Callable[[str], Key]


def holds(condition: Any, keys: Keys, *, variables: bool) -> Formula:
    """Return when one operator on one key holds."""
    operator, name, wanted = condition
    word, key = operator.lower(), keys(name.lower())
    every, some = word.startswith("forallvalues:"), word.startswith("foranyvalue:")
    word = word.rpartition(":")[2]
    if word == "null":
        absent = [value.lower() == "true" for value in wanted]
        return any_of((no(key.exists) if each else key.exists) for each in absent)
    if_exists = word.endswith("ifexists")
    word = word.removesuffix("ifexists")
    negated = word in _NEGATED
    test = _test(_NEGATED.get(word, word), tuple(wanted), keys if variables else None)
    when_absent = of(if_exists or every or (negated and not some))

    def one(value: Value) -> Formula:
        return no(test(value)) if negated else test(value)

    if key.several and not (every or some):
        raise NotCovered(f"{operator} on {name}, which has several values")
    if some:
        met = any_of(both(present, one(value)) for present, value in key.values)
    else:
        met = all_of(either(no(present), one(value)) for present, value in key.values)
    return either(both(key.has, met), both(no(key.has), when_absent))


def _test(word: str, wanted: tuple[str, ...], keys: Keys | None) -> Callable[[Value], Formula]:
    """Return the test of one value: one of the wanted is enough."""
    if word in ("stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike"):
        return lambda value: any_of(_text(word, value, each, keys) for each in wanted)
    if word == "bool":
        lower = tuple(each.lower() for each in wanted)
        return lambda value: _of_text(value).where(lambda text: text.lower() in lower)
    if word == "ipaddress":
        return lambda value: any_of(_in_network(value, each) for each in wanted)
    for prefix, read in (("numeric", Fraction), ("date", _seconds)):
        relation = _RELATIONS.get(word.removeprefix(prefix))
        if word.startswith(prefix) and relation is not None:
            return lambda value: any_of(_compared(relation, value, read(w)) for w in wanted)
    raise NotCovered(f"the operator {word}")


def _text(word: str, value: Value, pattern: str, keys: Keys | None) -> Formula:
    """Return when a text equals, or is like, one pattern with its variables' values."""
    text = _of_text(value)
    if word == "stringequalsignorecase":
        if keys is not None and keys_in(pattern):
            raise NotCovered("a variable whose case does not matter")
        return text.where(lambda each: each.lower() == pattern.lower())
    if keys is None or not keys_in(pattern):
        return _matches(text, _glob(word, pattern, None if keys is None else lambda _: None))
    return any_of(
        both(guard, _matches(text, _glob(word, pattern, values.get)))
        for guard, values in bindings(pattern, keys)
    )


def _glob(word: str, pattern: str, values: Any) -> Glob | None:
    if word.startswith("arn"):
        if arn_parts(pattern) is None and pattern != "*":
            raise NotCovered(f"{pattern} with an operator of ARNs")
        return arn_filled(pattern, values)
    return filled(pattern, values, wild=word == "stringlike")


def _matches(text: Text, pattern: Glob | None) -> Formula:
    return FALSE if pattern is None else text.matches(pattern)


def bindings(pattern: str, keys: Keys) -> Iterator[tuple[Formula, dict[str, str | None]]]:
    """Yield the values that the variables of a pattern may have, each with its condition.

    A key of several values cannot be a variable: it counts as absent.
    """
    found: list[tuple[Formula, dict[str, str | None]]] = [(TRUE, {})]
    for name in keys_in(pattern):
        key = keys(name)
        if key.several:
            key = ABSENT
        chosen: list[tuple[Formula, str | None]] = [(no(key.has), None)]
        for _, value in key.values:
            chosen += [(both(key.has, g), text) for text, g in _of_text(value).alternatives]
        found = [
            (both(guard, more), {**values, name: value})
            for guard, values in found
            for more, value in chosen
            if more is not FALSE
        ]
    yield from found


def _of_text(value: Value) -> Text:
    if value.text is None:
        raise NotCovered("an operator of texts on a key of numbers or addresses")
    return value.text


def _number(value: Value) -> Any:
    if value.number is None:
        raise NotCovered("an operator of numbers on a key of texts")
    return value.number


def _compared(relation: Callable[[Any, Any], Any], value: Value, wanted: Fraction) -> Formula:
    formula = relation(_number(value), _real(wanted))
    return raw(str(formula), formula)


def _real(number: Fraction) -> Any:
    return z3.RealVal(f"{number.numerator}/{number.denominator}")


def _seconds(text: str) -> Fraction:
    """Return the seconds since 1970 of a date in ISO 8601, or of a number of them."""
    if text.replace(".", "").isdecimal() and len(text) > 4:  # noqa: PLR2004 - four digits are a year
        return Fraction(text)
    when = datetime.fromisoformat(text)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return Fraction(int((when - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()))


def _in_network(value: Value, text: str) -> Formula:
    """Return when an address lies in a range of addresses, or is the one address."""
    if value.address is None:
        raise NotCovered("an operator of addresses on another key")
    network = ipaddress.ip_network(text, strict=False)
    is_v6, bits = value.address
    same_family = is_v6 if network.version == 6 else no(is_v6)  # noqa: PLR2004 - IPv6
    if network.prefixlen == 0:
        return same_family
    low = network.max_prefixlen - network.prefixlen
    width = network.prefixlen
    start = z3.BitVecVal(int(network.network_address) >> low, width)
    formula = z3.Extract(network.max_prefixlen - 1, low, bits) == start
    return both(same_family, raw(str(formula), formula))


def constant_value(kind: KeyType, text: str) -> Value:
    """Return a value that a statement gives to a key."""
    match kind:
        case KeyType.NUMBER:
            return Value(number=_real(Fraction(text)))
        case KeyType.DATE:
            return Value(number=_real(_seconds(text)))
        case KeyType.ADDRESS:
            address = ipaddress.ip_address(text)
            return Value(address=(of(address.version == 6), z3.BitVecVal(int(address), 128)))  # noqa: PLR2004
    return Value(text=constant(text))
