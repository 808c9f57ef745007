"""The Condition element: when it holds, as a formula over the keys of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from scripts.prove.globs import Glob
from scripts.prove.key_types import KeyType, type_of
from scripts.prove.logic import FALSE, TRUE, Formula, all_of, any_of, both, either, no, of
from scripts.prove.points import ORDERED, RELATIONS, is_in_network, number
from scripts.prove.systems import NotCovered
from scripts.prove.texts import Text
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


@dataclass(frozen=True)
class Key:
    """A condition key of a request: whether it is there, and its values, each with its own condition.

    A value is a text: a number, a date and an address are written as policies write them.
    """

    has: Formula
    values: tuple[tuple[Formula, Text], ...] = ()
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
    kind = type_of(name.lower())
    test = _test(_NEGATED.get(word, word), kind, tuple(wanted), keys if variables else None)
    when_absent = of(if_exists or every or (negated and not some))

    def one(value: Text) -> Formula:
        return no(test(value)) if negated else test(value)

    if key.several and not (every or some):
        raise NotCovered(f"{operator} on {name}, which has several values")
    if some:
        met = any_of(both(present, one(value)) for present, value in key.values)
    else:
        met = all_of(either(no(present), one(value)) for present, value in key.values)
    return either(both(key.has, met), both(no(key.has), when_absent))


def _test(
    word: str, kind: KeyType, wanted: tuple[str, ...], keys: Keys | None
) -> Callable[[Text], Formula]:
    """Return the test of one value: one of the wanted is enough."""
    if word == "ipaddress" and kind is KeyType.ADDRESS:
        return lambda value: value.where(lambda text: any(is_in_network(text, w) for w in wanted))
    for prefix in ("numeric", "date"):
        relation = RELATIONS.get(word.removeprefix(prefix))
        if word.startswith(prefix) and relation is not None and kind in ORDERED:
            return partial(_compared, relation, kind, [number(kind, each) for each in wanted])
    if kind in (*ORDERED, KeyType.ADDRESS):
        raise NotCovered(f"the operator {word} on a key of another type")
    if word in ("stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike"):
        return lambda value: any_of(_text(word, value, each, keys) for each in wanted)
    if word == "bool":
        lower = tuple(each.lower() for each in wanted)
        return lambda value: value.where(lambda text: text.lower() in lower)
    raise NotCovered(f"the operator {word} on a key of another type")


def _compared(
    relation: Callable[[Fraction, Fraction], bool],
    kind: KeyType,
    wanted: list[Fraction],
    value: Text,
) -> Formula:
    return value.where(lambda text: any(relation(number(kind, text), each) for each in wanted))


def _text(word: str, text: Text, pattern: str, keys: Keys | None) -> Formula:
    """Return when a text equals, or is like, one pattern with its variables' values."""
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
            chosen += [(both(key.has, g), text) for text, g in value.alternatives]
        found = [
            (both(guard, more), {**values, name: value})
            for guard, values in found
            for more, value in chosen
            if more is not FALSE
        ]
    yield from found
