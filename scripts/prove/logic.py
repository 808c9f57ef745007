"""Formulas: what is equal is one object, what is true or false anyway is left out, and z3 reads the rest.

z3's own objects are slow to make from Python. So formulas are joined here, and each is turned into
z3's once.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import z3

Z3 = Any  # z3 ships no types


class Formula:
    """One formula. `kind` says how its `parts` are joined; equal formulas are the same object."""

    __slots__ = ("kind", "number", "opens", "parts", "z3")

    def __init__(self, kind: str, parts: Any, number: int, opens: frozenset[str]) -> None:
        """Take the parts. `number` tells formulas apart; `opens` names what AWS leaves open of it."""
        self.kind, self.parts, self.number, self.opens = kind, parts, number, opens
        self.z3: Z3 = None


_KNOWN: dict[tuple[str, Any], Formula] = {}


_NOTHING: frozenset[str] = frozenset()


def _make(kind: str, key: Any, parts: Any, opens: frozenset[str] = _NOTHING) -> Formula:
    found = _KNOWN.get((kind, key))
    if found is None:
        found = _KNOWN[kind, key] = Formula(kind, parts, len(_KNOWN), opens)
    return found


TRUE = _make("true", None, ())
FALSE = _make("false", None, ())


class Choice:
    """A variable of finitely many values, as z3 holds it: a number of a few bits."""

    def __init__(self, name: str, count: int) -> None:
        """Name it; it has the values from 0 to `count` - 1."""
        self.name, self.count = name, count
        self.every = (1 << count) - 1
        self._bits = (count - 1).bit_length()
        self._z3 = z3.BitVec(name, self._bits)
        self.within: Formula | None = None
        if count < 1 << self._bits:
            bound = z3.ULT(self._z3, z3.BitVecVal(count, self._bits))
            self.within = raw(f"{name} < {count}", bound)

    def among(self, values: int) -> Formula:
        """Return that the value is one of a set: a bit for each."""
        if values == self.every:
            return TRUE
        if not values:
            return FALSE
        return _make("among", (self.name, self.count, values), (self, values))

    def as_z3(self, values: int) -> Z3:
        """Return the same for z3; the shorter of the list and of the list of all others."""
        listed = [i for i in range(self.count) if values >> i & 1]
        others = [i for i in range(self.count) if not values >> i & 1]
        if len(others) < len(listed):
            return z3.Not(self._any(others))
        return self._any(listed)

    def _any(self, values: list[int]) -> Z3:
        equal = [self._z3 == z3.BitVecVal(i, self._bits) for i in values]
        return equal[0] if len(equal) == 1 else z3.Or(equal)


def raw(name: str, formula: Z3) -> Formula:
    """Return a formula that z3 reads as it is, by its name: a bound of a number, a network."""
    return _make("raw", name, formula)


def flag(name: str) -> Formula:
    """Return something that may hold or not."""
    return _make("raw", f"flag {name}", z3.Bool(name))


def left_open(name: str) -> Formula:
    """Return something of which AWS does not say whether it holds."""
    return _make("raw", f"flag {name}", z3.Bool(name), frozenset((name,)))


def of(value: bool) -> Formula:
    """Return the constant."""
    return TRUE if value else FALSE


def no(formula: Formula) -> Formula:
    """Return the contrary."""
    match formula.kind:
        case "true":
            return FALSE
        case "false":
            return TRUE
        case "not":
            found: Formula = formula.parts
            return found
        case "among":
            choice, values = formula.parts
            contrary: Formula = choice.among(choice.every & ~values)
            return contrary
    return _make("not", formula.number, formula, formula.opens)


def all_of(formulas: Iterable[Formula]) -> Formula:
    """Return that all hold."""
    return _joined("and", formulas)


def any_of(formulas: Iterable[Formula]) -> Formula:
    """Return that one holds at least."""
    return _joined("or", formulas)


def _joined(kind: str, formulas: Iterable[Formula]) -> Formula:
    """Join formulas; sets of values of one variable become one set."""
    neutral, decisive = (TRUE, FALSE) if kind == "and" else (FALSE, TRUE)
    left: dict[int, Formula] = {}
    for part in _merged(kind, formulas):
        if part is decisive or (part.kind == "not" and part.parts.number in left):
            return decisive
        if part is not neutral:
            left[part.number] = part
    if len(left) < 2:  # noqa: PLR2004 - one formula is joined with none
        return next(iter(left.values()), neutral)
    opens = _NOTHING.union(*(part.opens for part in left.values()))
    return _make(kind, frozenset(left), tuple(left.values()), opens)


def _merged(kind: str, formulas: Iterable[Formula]) -> Iterator[Formula]:
    sets: dict[Choice, int] = {}
    for each in formulas:
        for part in each.parts if each.kind == kind else (each,):
            if part.kind != "among":
                yield part
                continue
            choice, values = part.parts
            known = sets.get(choice, choice.every if kind == "and" else 0)
            sets[choice] = known & values if kind == "and" else known | values
    yield from (choice.among(values) for choice, values in sets.items())


def both(one: Formula, other: Formula) -> Formula:
    """Return that both hold."""
    if one is TRUE or other is FALSE:
        return other
    if other is TRUE or one is FALSE:
        return one
    return _pair("and", one, other)


def either(one: Formula, other: Formula) -> Formula:
    """Return that one of the two holds."""
    if one is FALSE or other is TRUE:
        return other
    if other is FALSE or one is TRUE:
        return one
    return _pair("or", one, other)


_PAIRS: dict[tuple[str, int, int], Formula] = {}


def _pair(kind: str, one: Formula, other: Formula) -> Formula:
    """Join two formulas; the same two again cost nothing."""
    key = kind, one.number, other.number
    found = _PAIRS.get(key)
    if found is None:
        found = _PAIRS[key] = _joined(kind, (one, other))
    return found


def for_z3(formula: Formula) -> Z3:
    """Return the formula as z3 reads it."""
    if formula.z3 is None:
        formula.z3 = _for_z3(formula)
    return formula.z3


def _for_z3(formula: Formula) -> Z3:
    match formula.kind:
        case "true" | "false":
            return z3.BoolVal(formula is TRUE)
        case "raw":
            return formula.parts
        case "among":
            choice, values = formula.parts
            return choice.as_z3(values)
        case "not":
            return z3.Not(for_z3(formula.parts))
        case "and":
            return z3.And([for_z3(part) for part in formula.parts])
    return z3.Or([for_z3(part) for part in formula.parts])


def forget() -> None:
    """Forget all formulas but the constants: those of one chunk of cases mean nothing to the next."""
    _KNOWN.clear()
    _PAIRS.clear()
    _KNOWN["true", None], _KNOWN["false", None] = TRUE, FALSE
