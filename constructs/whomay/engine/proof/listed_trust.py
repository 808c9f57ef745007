"""Whether a trust policy names nobody but whom another one lists, by the same text.

Most trust policies are stated as they are. Then no request needs to be looked at: who passes by a
statement passes by the same statement wherever it is read.
"""

from collections.abc import Iterable, Iterator

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.layer import Layer
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.policy import Condition, Statement


def names_no_more(trust: Layer, listed: Layer) -> bool:
    """Tell whether all that a trust policy allows is allowed by the statements of another one.

    All whom it names are named there, under no condition that it does not have. A text that only the
    deployment knows is left to the requests, as is a list that denies something.
    """
    if trust.unknown or listed.unknown or any(each.deny for each in listed.statements):
        return False
    return all(each.deny or _is_listed(each, listed.statements) for each in trust.statements)


def words(condition: Condition) -> tuple[str, str, frozenset[str]]:
    """Return what a condition says, whatever the case of its key and the order of its values."""
    return condition.operator, condition.key.lower(), frozenset(condition.values)


def _is_listed(each: CompiledStatement, listed: Iterable[CompiledStatement]) -> bool:
    raw = each.statement
    if raw.principals is None or raw.actions is None or raw.resources or raw.not_resources:
        return False
    if any(map(is_symbolic, _texts(raw))):
        return False
    alike = [one.statement for one in listed if _asks_no_more(one, each)]
    return all(
        any(_names(one, kind, value) and _has_actions(one, raw.actions) for one in alike)
        for kind, values in raw.principals
        for value in values
    )


def _texts(raw: Statement) -> Iterator[str]:
    yield from raw.actions or ()
    yield from (value for _, values in raw.principals or () for value in values)
    yield from (text for each in raw.conditions for text in (each.key, *each.values))


def _asks_no_more(one: CompiledStatement, other: CompiledStatement) -> bool:
    if one.variables is not other.variables or one.statement.resources is not None:
        return False
    return set(map(words, other.statement.conditions)).issuperset(
        map(words, one.statement.conditions)
    )


def _names(one: Statement, kind: str, value: str) -> bool:
    return any(kind == its and value in values for its, values in one.principals or ())


def _has_actions(one: Statement, actions: Iterable[str]) -> bool:
    known = {action.lower() for action in one.actions or ()}
    return all(
        each in known or ("sts:*" in known and each.startswith("sts:"))
        for each in map(str.lower, actions)
    )
