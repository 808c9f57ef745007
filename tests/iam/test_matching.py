"""Matching: equal to a slow regular expression, and three-valued where a symbol decides."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whomay.iam.arn import parse_arn_pattern
from whomay.iam.facts.resource_types import acts_on, problem_with_resource
from whomay.iam.patterns.matching import any_arn, arn, glob, literal
from whomay.iam.patterns.symbols import (
    ACCOUNT,
    OTHER_ACCOUNT,
    OTHER_REGION,
    REGION,
    generated,
    unknown,
)

BUCKET = generated("Bucket")
OTHER = generated("Other")
PARAMETER = unknown("a parameter without a value")

TEXT = st.text("abA*?.[\n", max_size=8)
PATTERN = st.text("abA*?.[\n", max_size=8)


def slow(pattern: str, text: str, any_character: str = r"[\s\S]") -> bool:
    expression = "".join(
        {"*": f"{any_character}*", "?": any_character}.get(c, re.escape(c)) for c in pattern
    )
    return re.fullmatch(expression, text) is not None


@given(PATTERN, TEXT)
def test_a_glob_is_a_regular_expression(pattern: str, text: str) -> None:
    assert glob(pattern)(text) is slow(pattern, text)


@given(st.lists(PATTERN.map(lambda p: f"arn:a*:s3::1:{p}"), max_size=3), TEXT)
def test_a_list_of_arns_is_any_of_them(patterns: list[str], tail: str) -> None:
    text = f"arn:aws:s3::1:{tail}"
    assert any_arn(tuple(patterns))(text) is any(arn(p)(text) for p in patterns)


ENDS = st.sampled_from(("", "*", "?", "*a"))


@given(st.lists(st.tuples(st.sampled_from(("aws", "a*")), TEXT, ENDS), min_size=3), TEXT)
def test_a_long_list_of_arns_is_any_of_them(parts: list[tuple[str, str, str]], tail: str) -> None:
    patterns = [f"arn:{partition}:s3::1:{literal(t)}{end}" for partition, t, end in parts]
    for text in (f"arn:aws:s3::1:{tail}", *(f"arn:aws:s3::1:{t}b" for _, t, _ in parts)):
        found = any_arn(tuple(patterns * 40))(text)
        assert found is any(arn(p)(text) for p in patterns)


SEGMENT = st.text("ab*?", max_size=3)


@given(st.lists(SEGMENT, min_size=5, max_size=5), st.lists(st.text("ab", max_size=3), min_size=6))
def test_a_wildcard_stays_in_its_segment(pattern: list[str], text: list[str]) -> None:
    whole = arn(":".join(["arn", *pattern]))(":".join(["arn", *text]))
    sixth = ":".join(text[4:])
    expected = all(slow(p, t) for p, t in zip(pattern, [*text[:4], sixth], strict=True))
    assert whole is expected


@given(PATTERN, TEXT)
def test_a_literal_pattern_matches_only_itself(text: str, other: str) -> None:
    assert glob(literal(text))(text) is True
    assert glob(literal(text))(other) is (text == other)


def test_a_short_arn_that_ends_in_a_star_is_filled_up() -> None:
    assert parse_arn_pattern("arn:aws:sqs:*") == ("arn", "aws", "sqs", "*", "*", "*")
    assert arn("arn:aws:sqs:*")("arn:aws:sqs:eu-west-1:111122223333:jobs") is True
    assert arn("arn:aws:sqs")("arn:aws:sqs:eu-west-1:111122223333:jobs") is False


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}", True),
        (f"arn:aws:s3:::{BUCKET}/*", f"arn:aws:s3:::{BUCKET}/a", True),
        (f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{OTHER}", False),
        (f"arn:aws:s3:::{BUCKET}/*", "arn:aws:s3:::app-bucket/a", False),
        ("arn:aws:s3:::*", f"arn:aws:s3:::{BUCKET}", True),
        ("arn:aws:s3:::*/reports/*", f"arn:aws:s3:::{BUCKET}/reports/a", True),
        ("arn:aws:s3:::*/reports/*", f"arn:aws:s3:::{BUCKET}/other/a", False),
        ("arn:aws:s3:::app-*", f"arn:aws:s3:::{BUCKET}", None),
        ("arn:aws:s3:::app-*/a", f"arn:aws:s3:::{BUCKET}/a", None),
        ("arn:aws:s3:::app-*/b", f"arn:aws:s3:::{BUCKET}/a", False),
        ("arn:aws:s3:::*-logs", f"arn:aws:s3:::{BUCKET}", None),
        ("arn:aws:s3:::*-logs", f"arn:aws:s3:::{BUCKET}-logs", True),
        ("arn:aws:s3:::??*", f"arn:aws:s3:::{BUCKET}", None),
        ("arn:aws:s3:::app-bucket", f"arn:aws:s3:::{BUCKET}", False),
        ("arn:aws:sqs:::*", f"arn:aws:s3:::{BUCKET}", False),
        (f"arn:aws:iam::{BUCKET}:role/*", f"arn:aws:iam::{BUCKET}:role/x", True),
        (f"{PARAMETER}/*", "arn:aws:s3:::app-bucket/a", None),
        (f"arn:aws:s3:::{PARAMETER}", "arn:aws:s3:::app-bucket", None),
        (f"arn:aws:s3:::{PARAMETER}", f"arn:aws:s3:::{PARAMETER}", True),
        (f"arn:aws:s3:::{PARAMETER}/*", f"arn:aws:s3:::{PARAMETER}/a", True),
        (f"arn:aws:s3:::{PARAMETER}", f"arn:aws:s3:::{unknown('another')}", None),
        (PARAMETER, PARAMETER, True),
        (PARAMETER, "*", None),
        (f"{PARAMETER}/*", "arn:aws:s3:::app-bucket", False),
        (f"arn:aws:sqs:{PARAMETER}", "arn:aws:sqs:eu-west-1:111122223333:jobs", None),
        (f"arn:aws:sqs:{PARAMETER}", "arn:aws:sns:eu-west-1:111122223333:jobs", False),
        (
            f"arn:aws:lambda:{PARAMETER}:function:*",
            "arn:aws:lambda:eu-west-1:111122223333:function:f",
            None,
        ),
        (
            f"arn:aws:lambda:{PARAMETER}:function:*",
            "arn:aws:lambda:eu-west-1:111122223333:layer:f",
            False,
        ),
        ("arn:aws:sqs:eu-west-1:111122223333:q", f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", None),
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "arn:aws:sqs:eu-west-1:111122223333:q", None),
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", True),
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", f"arn:aws:sqs:{REGION}:{OTHER_ACCOUNT}:q", False),
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", f"arn:aws:sqs:{OTHER_REGION}:{ACCOUNT}:q", False),
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", f"arn:aws:sqs:example:{ACCOUNT}:q", False),
        (f"arn:aws:sqs:*:{ACCOUNT}:q", "arn:aws:sqs:eu-west-1:example:q", False),
        ("arn:aws:sqs:eu-*:111122223333:q", f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", None),
        ("arn:aws:sqs:*:*:q", f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", True),
        (f"arn:aws:s3:::b-{ACCOUNT}-{REGION}/*", "arn:aws:s3:::b-111122223333-eu-west-1/a", None),
        (f"arn:aws:s3:::b-{ACCOUNT}-{REGION}/*", "arn:aws:s3:::b-111122223333-logs/a", False),
        (f"arn:aws:s3:::{PARAMETER}/a", "arn:aws:s3:::app-bucket/b", False),
        (f"arn:aws:sqs:::{PARAMETER}", "arn:aws:s3:::app-bucket", False),
        ("*", f"arn:aws:s3:::{PARAMETER}", True),
        ("arn:aws:s3:::app-bucket", f"arn:aws:s3:::{PARAMETER}", None),
        ("arn:aws:s3:::*", PARAMETER, None),
        (f"arn:aws:s3:::{BUCKET}/?", f"arn:aws:s3:::{BUCKET}/a", True),
        (f"arn:aws:s3:::{BUCKET}/?", f"arn:aws:s3:::{BUCKET}/ab", False),
        ("arn:aws:logs:::log-group:*", f"arn:aws:logs:::log-group:{BUCKET}:stream:a", True),
        ("arn:aws:logs:::log-group:*:a", f"arn:aws:logs:::log-group:{BUCKET}:b", False),
        ("arn:aws:s3:X::b", f"arn:aws:s3:Y::{BUCKET}", False),
        ("arn:aws:s3:XXXX::*", f"arn:aws:s3:Y::{BUCKET}", False),
        ("arn:aws:s3: ::*", f"arn:aws:s3:Y::{BUCKET}", False),
    ],
)
def test_a_symbol_matches_for_every_value_for_some_or_for_none(
    pattern: str, text: str, expected: bool | None
) -> None:
    assert arn(pattern)(text) is expected
    assert any_arn((pattern, "arn:aws:x:::y"))(text) is expected


@given(st.text(f"ab*?{BUCKET[0]}", max_size=6), st.text("abs", max_size=5))
def test_a_symbol_is_undecided_only_when_its_value_decides(pattern: str, text: str) -> None:
    """Replace the symbol by values: a sure answer holds for all of them."""
    symbolic_pattern = pattern.replace(BUCKET[0], "a")
    symbolic_text = text.replace("s", BUCKET)
    answer = glob(symbolic_pattern)(symbolic_text)
    values = {glob(symbolic_pattern)(text.replace("s", value)) for value in ("zz", "ab", "qqq")}
    if answer is True:
        assert values == {True}


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("X", "y", False),
        ("XX*", "y", False),
        ("XXXX", "y", False),
        ("a*b*c*d", "a1b2c3d", True),
        ("a*b*c*d", "a1c2b3d", False),
        ("a?*c", "a\n\nc", True),
        ("app-*", f"app-{BUCKET}", True),
        ("app-*", BUCKET, None),
        ("app-?", BUCKET, None),
    ],
)
def test_only_stars_and_question_marks_are_wild(
    pattern: str, text: str, expected: bool | None
) -> None:
    """Each letter stands for itself, and a wildcard for any letter, a line's end included."""
    assert glob(pattern)(text) is expected
    assert arn(f"arn:aws:s3:::{pattern}")(f"arn:aws:s3:::{text}") is expected


def test_a_list_of_arns_reaches_over_lines_and_further_colons() -> None:
    group = "arn:aws:logs:eu-west-1:111122223333:log-group:"
    test = any_arn((f"{group}*", "arn:aws:s3:::b/*"))
    assert test(f"{group}jobs:stream:1") is True
    assert test("arn:aws:s3:::b/a\nb") is True
    assert test("arn:aws:s3:::c/a") is False
    assert arn(f"{group}jobs:*")(f"{group}jobs:stream:1") is True


def test_what_is_no_arn_is_matched_letter_by_letter() -> None:
    assert arn("X")("y") is False
    assert arn("XX*")("y") is False


def test_many_stars_do_not_backtrack_without_end() -> None:
    assert glob("*a" * 200 + "*b")("a" * 2000) is False
    assert arn("arn:aws:s3:::" + "*a" * 200 + "b")("arn:aws:s3:::" + "a" * 2000) is False


@pytest.mark.parametrize("name", ["Orders", "Orders/x", "any"])
def test_an_action_acts_on_whatever_a_generated_part_turns_out_to_be(name: str) -> None:
    bucket = f"arn:aws:s3:::{generated(name)}"
    assert acts_on("s3:GetObject", f"{bucket}/a.csv")
    assert not acts_on("s3:GetObject", bucket)
    assert problem_with_resource(["s3:ListBucket"], bucket) is None
    problem = problem_with_resource(["s3:GetObject"], bucket)
    assert problem
    assert name in problem
