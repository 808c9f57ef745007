"""Keys with several values: the set operators, and why other operators cannot compare them."""

import pytest
from support.one_condition import KEY, PARAMETER, met

from whomay.iam.conditions import why_several
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy import Condition
from whomay.iam.policy_variables import Value


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), True),
        ("ForAllValues:StringEquals", ("a", "c"), False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAllValues:StringEquals", (), True),
        ("ForAllValues:StringEquals", ("",), True),
        ("ForAllValues:StringNotEquals", ("c", "d"), True),
        ("ForAllValues:StringNotEquals", ("c", "a"), False),
        ("ForAnyValue:StringEquals", ("c", "a"), True),
        ("ForAnyValue:StringEquals", ("c", "d"), False),
        ("ForAnyValue:StringEquals", (), False),
        ("ForAnyValue:StringEquals", ("",), False),
        ("ForAnyValue:StringNotEquals", ("a", "c"), True),
        ("ForAnyValue:StringNotEquals", ("a", "b"), False),
        ("ForAnyValue:StringEquals", ("c", PARAMETER), None),
        ("StringEquals", ("a",), True),
        ("StringEquals", ("a", "b"), None),
        ("StringNotEquals", ("a",), False),
        ("StringNotEquals", ("a", "b"), None),
        ("ForAllValues:StringEquals", "ab", False),
    ],
)
def test_several_values(operator: str, value: tuple[str, ...], expected: Truth) -> None:
    assert met(operator, ("a", "b"), value) is expected


def test_each_of_several_values_is_compared_with_a_variable() -> None:
    assert met("ForAllValues:StringEquals", "${aws:username}", ("Alice",)) is True
    assert met("ForAllValues:StringEquals", "${aws:username}", ("Alice", "bob")) is False
    assert met("StringNotEquals", "${aws:username}", ("Alice",)) is False


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("ForAnyValue:StringEquals", ("a", "b")),
        ("Null", ("a", "b")),
        ("StringEquals", "ab"),
        ("StringEquals", ("a",)),
        ("StringEquals", None),
    ],
)
def test_nothing_is_wrong_with_one_value_or_a_set_operator(
    operator: str, value: Value | None
) -> None:
    context = {} if value is None else {KEY.lower(): value}
    assert why_several(Condition(operator, KEY, ("a",)), context) is None


def test_several_values_under_an_operator_for_one_say_what_to_write() -> None:
    assert why_several(Condition("StringLike", KEY, ("a",)), {KEY.lower(): ("a", "b")}) == (
        "StringLike compares one value and aws:SourceIp has several: "
        "put ForAnyValue: or ForAllValues: before it"
    )
