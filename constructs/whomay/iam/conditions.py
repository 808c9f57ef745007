"""The Condition element: one test of a request's keys for each operator on each key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from whomay.iam.condition_operators import OPERATORS, Operator
from whomay.iam.patterns.matching import Test, unliteral
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.patterns.truth import Truth, all_of, any_of
from whomay.iam.policy import Condition
from whomay.iam.policy_variables import Context, PerhapsSent, has_variables, substitute
from whomay.iam.value_kinds import CARRIED, ValueKind

ConditionTest = Callable[[Context], Truth]


class SetForm(StrEnum):
    """How an operator compares the several values of a multivalued key.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """

    EVERY = "ForAllValues"
    SOME = "ForAnyValue"


class WrittenOperator(NamedTuple):
    """An operator as a policy writes it, with its set form and `IfExists`."""

    operator: Operator
    set_form: SetForm | None = None
    if_exists: bool = False

    def __str__(self) -> str:
        """Return AWS's own spelling."""
        before = f"{self.set_form}:" if self.set_form else ""
        return f"{before}{self.operator.name}{_IF_EXISTS if self.if_exists else ''}"

    @property
    def when_absent(self) -> bool:
        """What a condition gives when the request lacks the key; `Null` has an answer of its own."""
        if self.if_exists or self.set_form is SetForm.EVERY:
            return True
        return self.operator.negated and self.set_form is None

    @property
    def needs_a_match(self) -> bool:
        """Whether a condition holds only where the request has the key, with a value that matches."""
        presence = self.operator.kind is ValueKind.PRESENCE
        return not (presence or self.operator.negated or self.when_absent)


_IF_EXISTS: Final = "IfExists"


@lru_cache(maxsize=512)
def read_operator(text: str) -> WrittenOperator | None:
    """Return the operator that a policy names, in any spelling; None when AWS has no such one.

    >>> str(read_operator("foranyvalue:stringlikeifexists"))
    'ForAnyValue:StringLikeIfExists'
    >>> read_operator("StringsEqual") is None
    True
    """
    name = text.lower()
    set_form = next((form for form in SetForm if name.startswith(f"{form.lower()}:")), None)
    if set_form:  # it changes nothing for Null, which looks at no value
        name = name.removeprefix(f"{set_form.lower()}:")
    if name in OPERATORS:
        return WrittenOperator(OPERATORS[name], set_form)
    found = OPERATORS.get(name.removesuffix(_IF_EXISTS.lower()))
    return WrittenOperator(found, set_form, if_exists=True) if found and found.forms else None


def why_unsupported(condition: Condition) -> str | None:
    """Return why nothing can be said about the condition; None when it is supported."""
    if read_operator(condition.operator) is None:
        return f"unknown condition operator {condition.operator}"
    return None


def why_several(condition: Condition, context: Context) -> str | None:
    """Return why an operator for one value cannot compare the several that a request has."""
    written, value = read_operator(condition.operator), context.get(condition.key.lower(), ())
    if written is None or written.set_form or written.operator.kind is ValueKind.PRESENCE:
        return None
    if isinstance(value, str) or not value[1:]:
        return None
    return (
        f"{condition.operator} compares one value and {condition.key} has several: "
        f"put {SetForm.SOME}: or {SetForm.EVERY}: before it"
    )


def compile_condition(condition: Condition, *, variables: bool) -> ConditionTest:
    """Return a test of a request's keys; `variables` tells whether `${…}` is replaced.

    The test answers None for an operator that AWS does not have.

    >>> team = Condition("StringEquals", "aws:PrincipalTag/team", ("data",))
    >>> of_team = compile_condition(team, variables=True)
    >>> of_team({"aws:principaltag/team": "data"}), of_team({})
    (True, False)
    """
    written = read_operator(condition.operator)
    if written is None:
        return lambda _: None
    key, operator = condition.key.lower(), written.operator
    if operator.kind is ValueKind.PRESENCE:
        test = operator.test(condition.values)
        return _presence(key, test)
    open_values = tuple(filter(has_variables, condition.values))
    if not (variables and operator.variables):
        open_values = ()
    fixed = operator.test(tuple(v for v in condition.values if v not in open_values))
    absent = written.when_absent
    if written.set_form is None and not operator.negated and not open_values:
        return _plain(key, fixed, absent=absent)
    one = _one_value(operator, fixed, open_values)
    if written.set_form is None:
        return _single(key, one, absent=absent)
    return _over_set(key, written.set_form, one, absent=absent)


def _presence(key: str, test: Test) -> ConditionTest:
    """Test whether a request has the key."""

    def tested(context: Context) -> Truth:
        value = context.get(key, ())
        there = test("false")
        if isinstance(value, PerhapsSent):
            return _either(test("true"), there)
        return test("true") if value == () else there

    return tested


def _either(absent: Truth, there: Truth) -> Truth:
    """Return what holds with a key and without it; None where that is not the same."""
    return there if there is absent else None


def _plain(key: str, fixed: Test, *, absent: bool) -> ConditionTest:
    """Test one value against fixed ones: what most conditions are."""

    def test(context: Context) -> Truth:
        value = context.get(key)
        if value.__class__ is str:
            return fixed(value)
        if not value:
            return absent
        if isinstance(value, PerhapsSent):
            return _either(absent, fixed(value))
        return fixed(value[0]) if len(value) == 1 else None

    return test


ValueTest = Callable[[str, Context], Truth]


def _one_value(operator: Operator, fixed: Test, open_values: tuple[str, ...]) -> ValueTest:
    """Compare one request value with all policy values, any of which may match."""
    form = CARRIED.get(operator.kind)

    def positive(text: str, context: Context) -> Truth:
        answer = fixed(text)
        if answer is True or not open_values:
            return answer
        filled = [substitute(value, context) for value in open_values]
        known = [f if operator.patterns else unliteral(f) for f in filled if f is not None]
        return any_of((answer, operator.test(tuple(known))(text)))

    def negative(text: str, context: Context) -> Truth:
        if form is not None and not is_symbolic(text) and not form.holds(text):
            return False
        answer = positive(text, context)
        return None if answer is None else not answer

    return negative if operator.negated else positive


def _single(key: str, one: ValueTest, *, absent: bool) -> ConditionTest:
    """Test the one value of a key; of several nothing is defined without a set form."""

    def test(context: Context) -> Truth:
        value = context.get(key)
        if value.__class__ is str:
            return one(value, context)
        if not value:
            return absent
        if isinstance(value, PerhapsSent):
            return _either(absent, one(value, context))
        return one(value[0], context) if len(value) == 1 else None

    return test


def _over_set(key: str, form: SetForm, one: ValueTest, *, absent: bool) -> ConditionTest:
    """Test every or some value; of a null data set all is true, and nothing any."""
    every = form is SetForm.EVERY
    combine = all_of if every else any_of

    def test(context: Context) -> Truth:
        value = context.get(key)
        if value is None:
            return absent
        if isinstance(value, PerhapsSent):
            return _either(absent, one(value, context))
        values = (value,) if isinstance(value, str) else value
        if values in ((), ("",)):
            return every
        return combine(one(v, context) for v in values)

    return test
