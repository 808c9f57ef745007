"""The condition keys that a question leaves open, with one value for each class of their values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, NamedTuple

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.derived_keys import USER_IDS, may_be_user_id
from whomay.engine.decisions.session_keys import USER_ID, SessionKeys, is_of_session
from whomay.engine.proof.condition_values import candidates
from whomay.iam.callers import Caller
from whomay.iam.conditions import compile_condition, read_operator
from whomay.iam.facts.condition_key_table import KeyPresence
from whomay.iam.facts.condition_keys import ORDINARY_KEYS, condition_key
from whomay.iam.patterns.matching import unliteral
from whomay.iam.patterns.pattern_sets import TooManyClasses
from whomay.iam.policy import Condition
from whomay.iam.policy_variables import Context, Value, capture, substitute, variable_keys

# A variable whose value the request decides is tried with this many values in one pattern.
_MOST_INSTANCES: Final = 64
# Each value is compared with every other one. A policy of 10,240 characters holds some 700 networks.
_MOST_COMPARED: Final = 4_000_000
_FRESH: Final = "example"
_IDS: Final = Condition("StringLike", USER_ID, USER_IDS)


@dataclass(frozen=True, slots=True)
class Side:
    """What one view reads of a request: its statements, and the keys that the request has anyway.

    `is_fixed` tells which keys nobody can choose, `session` what the maker of a role's session may.
    """

    statements: Sequence[CompiledStatement]
    derived: Context
    is_fixed: Callable[[str], bool]
    session: SessionKeys | None = None

    def context(self, chosen: Mapping[str, Value]) -> dict[str, Value]:
        """Return all keys of a request, with those chosen that can be chosen on this side."""
        open_keys = {k: self._taken(k, v) for k, v in chosen.items() if not self.is_fixed(k)}
        return {**{k: v for k, v in open_keys.items() if v is not None}, **self.derived}

    def _taken(self, key: str, value: Value) -> Value | None:
        session = self.session
        if session is None or not is_of_session(key) or session.may_be(key, value):
            return value
        return session.of_the_role(key)


class _Read(NamedTuple):
    """A condition, whether its variables are replaced, and the keys that the request has anyway."""

    condition: Condition
    variables: bool
    derived: Context


class FreeKeys:
    """The keys that some statements read and nothing fixes, for one action and resource."""

    def __init__(self, sides: Sequence[Side], who: Caller) -> None:
        """Gather the conditions by key; `who` is the caller that has the keys."""
        self._sides = sides
        self._who = who
        self._sessions = [side.session for side in sides if side.session is not None]
        self._conditions: dict[str, list[_Read]] = {}
        self._captured: dict[str, list[str]] = {}
        for side in sides:
            for statement in side.statements:
                for condition in statement.statement.conditions:
                    self._add(condition, side, variables=statement.variables)

    def _add(self, condition: Condition, side: Side, *, variables: bool) -> None:
        key = condition.key.lower()
        if not side.is_fixed(key):
            read = _Read(condition, variables, side.derived)
            self._conditions.setdefault(key, []).append(read)
        own = side.derived.get(key, ())
        for value in condition.values if variables else ():
            self._capture(value, _all(own), side)

    def read_resources(self, resource: str) -> None:
        """Note the values under which a variable in a Resource would name this resource."""
        for side in self._sides:
            for statement in side.statements:
                for pattern in statement.filled_in:
                    self._capture(pattern, (resource,), side)

    def _capture(self, pattern: str, texts: Iterable[str], side: Side) -> None:
        """Note the values under which the variables of a pattern would make it match a text."""
        names = [key for key in variable_keys(pattern) if not side.is_fixed(key)]
        for key in names:
            self._captured.setdefault(key, [])
        for text in texts if names else ():
            for key, value in capture(pattern, text):
                if key in names:
                    self._captured[key].append(value)

    def choices(self) -> dict[str, list[Value | None]]:
        """Return for each free key the values to try; None is its absence."""
        self._capture_compared()
        pools: dict[str, list[str]] = {
            key: list(dict.fromkeys([_FRESH, *captured, *self._plain_values(key)]))
            for key, captured in self._captured.items()
        }
        keys = dict.fromkeys([*self._conditions, *self._captured])
        return {key: self._values(key, pools) for key in keys}

    def _capture_compared(self) -> None:
        """Note the values under which a variable equals what its key may be for other conditions."""
        for key, read in self._conditions.items():
            for one in read:
                patterns = [v for v in one.condition.values if one.variables and variable_keys(v)]
                for text in self._plain_values(key) if patterns else ():
                    for name, value in (pair for p in patterns for pair in capture(p, text)):
                        if name in self._captured:
                            self._captured[name].append(value)

    def _plain_values(self, key: str) -> list[str]:
        """Return the values that conditions on a variable's key tell apart."""
        read = self._conditions.get(key, ())
        plain = [one.condition for one in read if not _has_variables(one.condition)]
        return [value for value in candidates(plain) if isinstance(value, str)] if plain else []

    def _values(self, key: str, pools: Mapping[str, Sequence[str]]) -> list[Value | None]:
        read = self._conditions.get(key, [])
        tried: list[Value | None] = [ORDINARY_KEYS.get(key), None]
        filled = [condition for one in read for condition in _filled(one, pools)]
        if self._sessions and is_of_session(key):
            return self._of_session(key, filled, pools.get(key, ()))
        written = sum(len(each.values) for each in filled)
        if written**2 > _MOST_COMPARED:
            raise TooManyClasses(f"{written:,} values of {key} are too many to tell apart")
        if filled:
            tried += candidates(filled)
        tried += pools.get(key, ())
        if key == USER_ID:  # others may fall in one class with those that nobody has
            tried = [*tried, *candidates([*filled, _IDS])]
            tried = [v for v in tried if may_be_user_id(v, self._who)]
        if key == "aws:requestedregion":  # no Region has a wildcard in its name
            tried = [v for v in tried if not set("*?") & set(v or ())]
        row = condition_key(key)
        if row and row.one_of:
            tried = [v for v in (*tried, *row.one_of) if v is None or set(_all(v)) <= {*row.one_of}]
        if row and row.presence is KeyPresence.ALWAYS:
            tried = [v for v in tried if v is not None] or tried
        if key in pools or any(one.variables and _has_variables(one.condition) for one in read):
            return list(dict.fromkeys(tried))
        return _distinct(key, tried, read)

    def _of_session(
        self, key: str, filled: Sequence[Condition], pool: Iterable[str]
    ) -> list[Value | None]:
        """Return the values among which the maker of a session may choose."""
        if key == USER_ID:
            ids = tuple(keys.user_ids for keys in self._sessions)
            filled = [*filled, Condition("StringLike", key, ids)]
        own = [keys.of_the_role(key) for keys in self._sessions]
        tried = dict.fromkeys([*own, None, *candidates(filled), *pool])
        return [v for v in tried if any(keys.may_be(key, v) for keys in self._sessions)]


def _filled(read: _Read, pools: Mapping[str, Sequence[str]]) -> list[Condition]:
    """Return the condition with its variables replaced, by every value that they may have."""
    condition = read.condition
    if not read.variables or not _has_variables(condition):
        return [condition]
    values: list[str] = []
    written = read_operator(condition.operator)
    patterns = written is not None and written.operator.patterns
    for pattern in condition.values:
        names = [name for name in dict.fromkeys(variable_keys(pattern)) if name in pools]
        for chosen in product(*(pools[name][:_MOST_INSTANCES] for name in names)):
            context = {**read.derived, **dict(zip(names, chosen, strict=True))}
            text = substitute(pattern, context)
            if text is not None:
                values.append(text if patterns else unliteral(text))
    return [replace(condition, values=tuple(dict.fromkeys(values)))]


def _distinct(key: str, tried: Iterable[Value | None], read: Sequence[_Read]) -> list[Value | None]:
    """Keep the first value of each combination of answers."""
    tests = [
        (compile_condition(one.condition, variables=one.variables), one.derived) for one in read
    ]
    kept: dict[tuple[bool | None, ...], Value | None] = {}
    for value in tried:
        chosen = {} if value is None else {key: value}
        answers = tuple(test({**derived, **chosen}) for test, derived in tests)
        kept.setdefault(answers, value)
    return list(kept.values())


def _all(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _has_variables(condition: Condition) -> bool:
    return any(variable_keys(value) for value in condition.values)
