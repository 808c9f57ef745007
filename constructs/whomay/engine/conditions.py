"""The Condition element: operators, `IfExists`, the set operators and Null.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from whomay.engine.logic import Truth, all_of, any_of, negate
from whomay.engine.match import Test, unliteral
from whomay.engine.operators import OPERATORS, Operator
from whomay.engine.policy import Condition
from whomay.engine.symbols import is_symbolic
from whomay.engine.variables import Context, Value, has_variables, substitute

ConditionTest = Callable[[Context], Truth]

_EVERY: Final = "forallvalues:"
_SOME: Final = "foranyvalue:"
_IF_EXISTS: Final = "ifexists"


class OperatorName(NamedTuple):
    """An operator's parts, in lower case: `quantifier` with its colon or empty."""

    quantifier: str
    base: str
    if_exists: bool


@lru_cache(maxsize=512)
def split_operator(operator: str) -> OperatorName:
    """Return the parts of `ForAllValues:StringLikeIfExists`."""
    name = operator.lower()
    quantifier = next((q for q in (_EVERY, _SOME) if name.startswith(q)), "")
    base = name.removeprefix(quantifier)
    return OperatorName(quantifier, base.removesuffix(_IF_EXISTS), base.endswith(_IF_EXISTS))


def why_unsupported(condition: Condition) -> str | None:
    """Return why nothing can be said about the condition; None when it is supported."""
    name = split_operator(condition.operator)
    if name.base == "null" and not name.if_exists:
        return None
    return None if name.base in OPERATORS else f"unknown condition operator {condition.operator}"


def compile_condition(condition: Condition, *, variables: bool) -> ConditionTest:
    """Return a test of a request's context. `variables` tells whether `${…}` is replaced."""
    if why_unsupported(condition):
        return lambda _: None
    key = condition.key.lower()
    name = split_operator(condition.operator)
    if name.base == "null":
        return _null(key, condition.values)
    operator = OPERATORS[name.base]
    absent = _when_absent(name, operator)
    one = _one_value(operator, condition.values, variables=variables)

    def test(context: Context) -> Truth:
        value = context.get(key)
        if value is None:
            return absent
        if name.quantifier:
            return _over_set(name.quantifier, value, context, one)
        if isinstance(value, str):
            return one(value, context)
        # A multivalued key needs a set operator; without one only a single value is defined.
        return one(value[0], context) if len(value) == 1 else (None if value else absent)

    return test


def _when_absent(name: OperatorName, operator: Operator) -> bool:
    if name.if_exists or name.quantifier == _EVERY:
        return True
    return operator.negated and name.quantifier != _SOME


def _one_value(
    operator: Operator, values: Sequence[str], *, variables: bool
) -> Callable[[str, Context], Truth]:
    """Compare one request value with all policy values, any of which may match."""
    with_variables = variables and operator.variables
    open_values = [v for v in values if with_variables and has_variables(v)]
    tests = [operator.test(v) for v in values if v not in open_values]

    only = tests[0] if len(tests) == 1 else None

    def positive(text: str, context: Context) -> Truth:
        answer = only(text) if only else any_of(test(text) for test in tests)
        for value in open_values if answer is not True else ():
            known = substitute(value, context)
            found = False if known is None else _filled(operator, known)(text)
            answer = any_of((answer, found))
        return answer

    def negative(text: str, context: Context) -> Truth:
        if not is_symbolic(text) and not operator.reads(text):
            return False
        return negate(positive(text, context))

    return negative if operator.negated else positive


def _filled(operator: Operator, pattern: str) -> Test:
    """Compile a pattern after its variables are replaced; equality has no wildcards to escape."""
    patterned = operator.test in _PATTERNED
    return operator.test(pattern if patterned else unliteral(pattern))


_PATTERNED: Final = (OPERATORS["stringlike"].test, OPERATORS["arnlike"].test)


def _over_set(
    quantifier: str, value: Value, context: Context, one: Callable[[str, Context], Truth]
) -> Truth:
    """Ask every or some value; of a null data set all is true, and nothing any."""
    values = (value,) if isinstance(value, str) else value
    if values in ((), ("",)):
        return quantifier == _EVERY
    combine = all_of if quantifier == _EVERY else any_of
    return combine(one(v, context) for v in values)


def _null(key: str, values: Sequence[str]) -> ConditionTest:
    wanted = {value.lower() for value in values}

    def test(context: Context) -> Truth:
        return ("false" if context.get(key, ()) != () else "true") in wanted

    return test
