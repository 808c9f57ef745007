"""The condition keys that a question leaves open, and the values that stand for all of theirs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.request import ORDINARY_KEYS
from whomay.engine.proof.condition_values import candidates
from whomay.iam.conditions import compile_condition, read_operator
from whomay.iam.patterns.matching import unliteral
from whomay.iam.policy import Condition
from whomay.iam.policy_variables import Value, capture, substitute, variable_keys

# A variable whose value the request decides is tried with this many values in one pattern.
_MOST_INSTANCES: Final = 64
_FRESH: Final = "example"


class FreeKeys:
    """The keys that some statements read and nothing fixes, for one action and resource."""

    def __init__(
        self,
        statements: Iterable[CompiledStatement],
        derived: Mapping[str, Value],
        is_fixed: Callable[[str], bool],
    ) -> None:
        """Gather the conditions by key. `derived` are the keys that the request has anyway."""
        self._derived = derived
        self._is_fixed = is_fixed
        self._statements = list(statements)
        self._conditions: dict[str, list[tuple[Condition, bool]]] = {}
        self._captured: dict[str, list[str]] = {}
        for statement in self._statements:
            for condition in statement.statement.conditions:
                self._add(condition.key.lower(), condition, variables=statement.variables)

    def _add(self, key: str, condition: Condition, *, variables: bool) -> None:
        if not self._is_fixed(key):
            self._conditions.setdefault(key, []).append((condition, variables))
        for value in condition.values if variables else ():
            for name in variable_keys(value):
                if not self._is_fixed(name):
                    self._captured.setdefault(name, [])

    def read_resources(self, resource: str) -> None:
        """Note the values under which a variable in a Resource would name this resource."""
        for statement in self._statements:
            for pattern in statement.filled_in:
                names = [key for key in variable_keys(pattern) if not self._is_fixed(key)]
                for key in names:
                    self._captured.setdefault(key, [])
                for key, value in capture(pattern, resource) if names else ():
                    if key in names:
                        self._captured[key].append(value)

    def choices(self) -> dict[str, list[Value | None]]:
        """Return for each free key the values to try; None is its absence, always among them."""
        pools: dict[str, list[str]] = {
            key: list(dict.fromkeys([_FRESH, *captured, *self._plain_values(key)]))
            for key, captured in self._captured.items()
        }
        keys = dict.fromkeys([*self._conditions, *self._captured])
        return {key: self._values(key, pools) for key in keys}

    def _plain_values(self, key: str) -> list[str]:
        """Return the values that conditions on a variable's key tell apart."""
        plain = [c for c, _ in self._conditions.get(key, ()) if not _has_variables(c)]
        return [value for value in candidates(plain) if isinstance(value, str)] if plain else []

    def _values(self, key: str, pools: Mapping[str, Sequence[str]]) -> list[Value | None]:
        conditions = self._conditions.get(key, [])
        tried: list[Value | None] = [ORDINARY_KEYS.get(key), None]
        filled = [c for condition, v in conditions for c in self._filled(condition, pools, v)]
        if filled:
            tried += candidates(filled)
        tried += pools.get(key, ())
        if key in pools or any(v and _has_variables(c) for c, v in conditions):
            return list(dict.fromkeys(tried))
        return self._distinct(key, tried, conditions)

    def _filled(
        self, condition: Condition, pools: Mapping[str, Sequence[str]], variables: bool
    ) -> list[Condition]:
        """Return the condition with its variables replaced, by every value that they may have."""
        if not variables or not _has_variables(condition):
            return [condition]
        values: list[str] = []
        written = read_operator(condition.operator)
        patterns = written is not None and written.operator.patterns
        for pattern in condition.values:
            names = [name for name in dict.fromkeys(variable_keys(pattern)) if name in pools]
            for chosen in product(*(pools[name][:_MOST_INSTANCES] for name in names)):
                context = {**self._derived, **dict(zip(names, chosen, strict=True))}
                text = substitute(pattern, context)
                if text is not None:
                    values.append(text if patterns else unliteral(text))
        return [replace(condition, values=tuple(dict.fromkeys(values)))]

    def _distinct(
        self,
        key: str,
        tried: Iterable[Value | None],
        conditions: Sequence[tuple[Condition, bool]],
    ) -> list[Value | None]:
        """Keep the first value of each combination of answers."""
        tests = [compile_condition(c, variables=v) for c, v in conditions]
        kept: dict[tuple[bool | None, ...], Value | None] = {}
        for value in tried:
            context = dict(self._derived) if value is None else {**self._derived, key: value}
            kept.setdefault(tuple(test(context) for test in tests), value)
        return list(kept.values())


def _has_variables(condition: Condition) -> bool:
    return any(variable_keys(value) for value in condition.values)
