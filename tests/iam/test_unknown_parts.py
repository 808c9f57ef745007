"""A pattern with unknown parts is decided as all of its values are, tried one by one."""

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from whomay.iam.patterns.matching import arn, glob
from whomay.iam.patterns.symbols import unknown
from whomay.iam.patterns.unknown_parts import covering

ONE, OTHER = unknown("one"), unknown("other")
PIECES = st.lists(st.sampled_from(("a", "b", "*", "?", ONE, OTHER)), min_size=1, max_size=5)
# Whatever a pattern of five pieces tells apart in a text of three letters, these do too.
VALUES = ["".join(each) for n in range(4) for each in itertools.product("ab", repeat=n)]


def matches(pattern: str, text: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def by_each_value(pattern: str, text: str) -> set[bool]:
    """Return how the pattern decides the text under the values of its unknown parts."""
    return {
        matches(pattern.replace(ONE, one).replace(OTHER, other), text)
        for one in (VALUES if ONE in pattern else [""])
        for other in (VALUES if OTHER in pattern else [""])
    }


@settings(max_examples=400)
@given(PIECES, st.text("ab", max_size=3))
def test_a_pattern_matches_perhaps_where_some_value_matches(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    found, each = glob(pattern)(text), by_each_value(pattern, text)
    if found is not None:
        assert each == {found}
    elif max(map(pattern.count, (ONE, OTHER))) == 1:  # one value in two places is not compared
        assert True in each


@settings(max_examples=200)
@given(PIECES, st.text("ab", max_size=3), st.sampled_from(("", "a", ONE)))
def test_an_arn_with_unknown_parts_matches_perhaps_where_some_value_matches(
    pieces: list[str], text: str, region: str
) -> None:
    pattern = f"arn:aws:sqs:{region}::{''.join(pieces)}"
    asked = f"arn:aws:sqs:a::{text}"
    found = arn(pattern)(asked)
    values = [*VALUES, "a::", f"a::{text}"]  # a value may reach over segments
    some = any(
        arn(pattern.replace(ONE, one).replace(OTHER, other))(asked)
        for one in values
        for other in (values if OTHER in pattern else [""])
    )
    assert found is not False or not some
    assert any(arn(each)(asked) for each in covering(pattern)) or not some
