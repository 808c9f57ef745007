"""Every condition operator on single values: true, false, and not known, at each of its edges."""

import pytest
from support.one_condition import PARAMETER, met

from whomay.iam.condition_operators import OPERATORS
from whomay.iam.conditions import SetForm, WrittenOperator, read_operator
from whomay.iam.patterns.symbols import generated
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy_variables import Value
from whomay.iam.value_kinds import moment, number

NAME = generated("Name")


POSITIVE: list[tuple[str, str | tuple[str, ...], str, Truth]] = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", ("a", "b"), "b", True),
    ("StringEquals", "a*", "ab", False),
    ("StringEquals", "${aws:username}", "Alice", True),
    ("StringEquals", "${aws:username}", "alice", False),
    ("StringEquals", NAME, NAME, True),
    ("StringEquals", NAME, "a", False),
    ("StringEquals", "a", PARAMETER, None),
    ("StringEqualsIgnoreCase", "aB", "Ab", True),
    ("StringEqualsIgnoreCase", "a", "b", False),
    ("StringEqualsIgnoreCase", "straße", "STRASSE", False),
    ("StringEqualsIgnoreCase", "${aws:username}", "ALICE", True),
    ("StringEqualsIgnoreCase", NAME, NAME, True),
    ("StringEqualsIgnoreCase", NAME, generated("name"), False),
    ("StringLike", "a*", "ab", True),
    ("StringLike", "a?", "a", False),
    ("StringLike", ("b*", "a*"), "ab", True),
    ("StringLike", "${aws:username}*", "Alice7", True),
    ("ArnEquals", "arn:aws:s3:::b*", "arn:aws:s3:::bucket", True),
    ("ArnEquals", "arn:aws:*:::b", "arn:aws:s3:::b", True),
    ("ArnEquals", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::Alice", True),
    ("ArnLike", "arn:aws:s3*b", "arn:aws:s3:::b", False),
    ("ArnLike", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::Alice", True),
    ("ArnLike", "arn:aws:s3:::*", "arn:aws:s3:::b", True),
    ("Bool", "true", "TRUE", True),
    ("Bool", "True", "true", True),
    ("Bool", "false", "false", True),
    ("Bool", "true", "false", False),
    ("Bool", "yes", "yes", False),
    ("Bool", "true", PARAMETER, None),
    ("Bool", PARAMETER, "true", None),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ("BinaryEquals", "QmluYXJ5", "Qmlu", False),
    ("BinaryEquals", "no base64!", "no base64!", True),
    ("BinaryEquals", "QmluYXJ5", "Qm lu YX J5", False),
    ("BinaryEquals", "QmluYXJ5", PARAMETER, None),
    ("IpAddress", "10.0.0.0/8", "10.255.255.255", True),
    ("IpAddress", "10.0.0.0/8", "11.0.0.0", False),
    ("IpAddress", "10.1.2.3/8", "10.9.9.9", True),
    ("IpAddress", "10.1.2.3", "10.1.2.3", True),
    ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
    ("IpAddress", "::/0", "10.0.0.1", False),
    ("IpAddress", "10.0.0.0/8", "no address", False),
    ("IpAddress", "no range", "10.0.0.1", False),
    ("IpAddress", PARAMETER, "10.0.0.1", None),
    ("IpAddress", "10.0.0.0/8", PARAMETER, None),
    ("NumericEquals", "10", "10.0", True),
    ("NumericEquals", "10", "11", False),
    ("NumericEquals", "10", "ten", False),
    ("NumericEquals", "ten", "ten", False),
    ("NumericLessThan", "10", "9.9", True),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericLessThanEquals", "10", "10.1", False),
    ("NumericGreaterThan", "10", "10.1", True),
    ("NumericGreaterThan", "10", "10", False),
    ("NumericGreaterThanEquals", "10", "10", True),
    ("NumericGreaterThanEquals", "10", "9", False),
    ("NumericLessThan", PARAMETER, "9", None),
    ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", True),
    ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", False),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
    ("DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
    ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
    ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-02", True),
    ("DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
    ("DateEquals", "2026-01-01T00:00:00Z", "yesterday", False),
]
OPPOSITE = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
}
UNREADABLE = {"no address", "ten", "yesterday"}


@pytest.mark.parametrize(("operator", "wanted", "value", "expected"), POSITIVE)
def test_an_operator_compares_as_documented(
    operator: str, wanted: str | tuple[str, ...], value: str, expected: Truth
) -> None:
    assert met(operator, wanted, value) is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [row for row in POSITIVE if row[0] in OPPOSITE and row[2] not in UNREADABLE],
)
def test_a_negated_operator_is_the_opposite(
    operator: str, wanted: str | tuple[str, ...], value: str, expected: Truth
) -> None:
    opposite = None if expected is None else not expected
    assert met(OPPOSITE[operator], wanted, value) is opposite


@pytest.mark.parametrize(
    ("operator", "wanted", "value"),
    [
        ("NotIpAddress", "10.0.0.0/8", "no address"),
        ("NumericNotEquals", "10", "ten"),
        ("DateNotEquals", "2026-01-01T00:00:00Z", "yesterday"),
    ],
)
def test_what_a_negated_operator_cannot_read_makes_it_false(
    operator: str, wanted: str, value: str
) -> None:
    assert met(operator, wanted, value) is False


def test_every_operator_is_in_the_table_once() -> None:
    named = {row[0] for row in POSITIVE} | set(OPPOSITE.values()) | {"Null"}
    assert {name: one.name for name, one in OPERATORS.items()} == {n.lower(): n for n in named}
    assert {name for name, one in OPERATORS.items() if one.negated} == {
        name.lower() for name in OPPOSITE.values()
    }


@pytest.mark.parametrize("operator", ["Bool", "BinaryEquals", "IpAddress", "NumericEquals"])
def test_an_operator_that_is_not_of_text_takes_a_variable_literally(operator: str) -> None:
    assert met(operator, "${aws:username}", "Alice") is False


@pytest.mark.parametrize(
    ("operator", "before"),
    [
        ("StringEquals", ""),
        ("StringEqualsIgnoreCase", ""),
        ("StringLike", ""),
        ("ArnEquals", "arn:aws:s3:::"),
        ("ArnLike", "arn:aws:s3:::"),
    ],
)
def test_a_wildcard_in_a_variables_value_is_a_letter(operator: str, before: str) -> None:
    """Or who may choose a tag would choose what it covers."""
    wanted = f"{before}${{aws:username}}"
    for name, covered in (("A*", "Alice"), ("Alic?", "Alice")):
        assert met(operator, wanted, before + name, name=name) is True
        assert met(operator, wanted, before + covered, name=name) is False


def test_a_variable_is_literal_under_the_old_version() -> None:
    assert met("StringEquals", "${aws:username}", "Alice", variables=False) is False
    assert met("StringEquals", "${aws:username}", "${aws:username}", variables=False) is True


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("Null", False),
    ],
)
def test_an_absent_key(operator: str, expected: bool) -> None:
    assert met(operator, "false" if operator == "Null" else "a", None) is expected


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        ("true", None, True),
        ("TRUE", None, True),
        ("false", None, False),
        ("true", (), True),
        ("false", "", True),
        ("true", "a", False),
        ("false", "a", True),
        (("true", "false"), "a", True),
    ],
)
def test_null_asks_whether_the_key_is_there(
    wanted: str | tuple[str, ...], value: Value | None, expected: Truth
) -> None:
    assert met("Null", wanted, value) is expected


def test_a_variable_without_a_value_is_equal_to_nothing() -> None:
    assert met("StringEquals", "${aws:PrincipalTag/team}", "x") is False
    assert met("StringNotEquals", "${aws:PrincipalTag/team}", "x") is True
    assert met("StringLike", ("x*", "${aws:PrincipalTag/team}"), "xy") is True


def test_an_unknown_operator_is_not_known() -> None:
    assert met("StringSounds", "a", "a") is None
    assert met("NullIfExists", "true", "a") is None


def test_the_parts_of_an_operator() -> None:
    assert read_operator("ForAllValues:StringLikeIfExists") == WrittenOperator(
        OPERATORS["stringlike"], SetForm.EVERY, if_exists=True
    )
    assert read_operator("foranyvalue:Bool") == WrittenOperator(OPERATORS["bool"], SetForm.SOME)


@pytest.mark.parametrize(
    "name", ["StringsEqual", "NullIfExists", "None:Bool", "BoolIfExistsIfExists"]
)
def test_an_operator_that_aws_does_not_have_is_not_read(name: str) -> None:
    assert read_operator(name) is None


def test_a_negated_operator_has_all_of_its_positive_but_the_name() -> None:
    for each in OPERATORS.values():
        if each.negated:
            positive = OPERATORS[each.negates.lower()]
            assert each == positive._replace(name=each.name, negates=positive.name)


def test_null_with_a_value_that_is_not_known_is_not_known() -> None:
    assert met("Null", PARAMETER, "10.0.0.1") is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970", "0"),
        ("1970-02", "2678400"),
        ("1970-01-02", "86400"),
        (" 1970-01-01T00:00:01Z ", "1"),
        ("1970-01-01T00:00:00.25Z", "0.25"),
        ("1970-01-01T01:00:00+01:00", "0"),
        ("86400", "86400"),
        ("1969-12-31T23:59:59Z", "-1"),
    ],
)
def test_a_moment_is_in_seconds_since_1970(text: str, seconds: str) -> None:
    assert moment(text) == number(seconds)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "", "ten", "1_0x", "1_000", "\u0661\u0662"])
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None
