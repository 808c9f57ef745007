"""The Condition element: operators, `IfExists`, the set operators and Null.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from whomay.iam.condition_operators import OPERATORS, Operator
from whomay.iam.patterns.matching import Test, unliteral
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.patterns.truth import Truth, all_of, any_of
from whomay.iam.policy import Condition
from whomay.iam.policy_variables import Context, has_variables, substitute

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


def why_several(condition: Condition, context: Context) -> str | None:
    """Return why an operator for one value cannot compare the several that a request has."""
    name, value = split_operator(condition.operator), context.get(condition.key.lower(), ())
    if name.quantifier or name.base == "null" or isinstance(value, str) or len(value) < 2:  # noqa: PLR2004
        return None
    return (
        f"{condition.operator} compares one value and {condition.key} has several: "
        "put ForAnyValue: or ForAllValues: before it"
    )


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
    if not (name.quantifier or operator.negated or (variables and _any_variables(condition))):
        return _plain(key, operator.test(condition.values), absent=absent)
    one = _one_value(operator, condition.values, variables=variables)
    if name.quantifier:
        return _over_set(key, name.quantifier, one, absent=absent)

    def test(context: Context) -> Truth:
        value = context.get(key)
        if value.__class__ is str:
            return one(value, context)
        if not value:
            return absent
        # A multivalued key needs a set operator; without one only a single value is defined.
        return one(value[0], context) if len(value) == 1 else None

    return test


def _any_variables(condition: Condition) -> bool:
    return any(map(has_variables, condition.values))


def _plain(key: str, fixed: Test, *, absent: bool) -> ConditionTest:
    """Test one value against fixed ones: what most conditions are."""

    def test(context: Context) -> Truth:
        value = context.get(key)
        if value.__class__ is str:
            return fixed(value)
        if not value:
            return absent
        return fixed(value[0]) if len(value) == 1 else None

    return test


def _when_absent(name: OperatorName, operator: Operator) -> bool:
    if name.if_exists or name.quantifier == _EVERY:
        return True
    return operator.negated and name.quantifier != _SOME


ValueTest = Callable[[str, Context], Truth]


def _one_value(operator: Operator, values: tuple[str, ...], *, variables: bool) -> ValueTest:
    """Compare one request value with all policy values, any of which may match."""
    with_variables = variables and operator.variables
    open_values = tuple(v for v in values if with_variables and has_variables(v))
    fixed = operator.test(tuple(v for v in values if v not in open_values))
    reads = operator.reads

    def positive(text: str, context: Context) -> Truth:
        answer = fixed(text)
        if answer is True or not open_values:
            return answer
        filled = [substitute(value, context) for value in open_values]
        known = [f if operator.patterns else unliteral(f) for f in filled if f is not None]
        return any_of((answer, operator.test(tuple(known))(text)))

    def negative(text: str, context: Context) -> Truth:
        if reads is not None and not is_symbolic(text) and not reads(text):
            return False
        answer = positive(text, context)
        return None if answer is None else not answer

    return negative if operator.negated else positive


def _over_set(key: str, quantifier: str, one: ValueTest, *, absent: bool) -> ConditionTest:
    """Ask every or some value; of a null data set all is true, and nothing any."""
    combine = all_of if quantifier == _EVERY else any_of

    def test(context: Context) -> Truth:
        value = context.get(key)
        if value is None:
            return absent
        values = (value,) if isinstance(value, str) else value
        if values in ((), ("",)):
            return quantifier == _EVERY
        return combine(one(v, context) for v in values)

    return test


def _null(key: str, values: Sequence[str]) -> ConditionTest:
    wanted = {value.lower() for value in values}
    unlisted = None if any(map(is_symbolic, values)) else False

    def test(context: Context) -> Truth:
        return ("false" if context.get(key, ()) != () else "true") in wanted or unlisted

    return test
