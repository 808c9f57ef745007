"""JSON that two parsers would read as two documents is refused, with its line."""

import pytest

from whomay.iam.unique_json import AmbiguousError, loads


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "b": {"c": 1,\n  "c": 2}}', "line 2: an object has the key 'c' twice"),
        ('[{"a": 1},\n {"\\u0061": 1, "a": 2}]', "line 2: an object has the key 'a' twice"),
        ('{"a":\n "\\ud83dx"}', "line 2: \\ud83d is half a character"),
        ('["\\ude00\\ud83d"]', "line 1: \\ude00 is half a character"),
        ("[NaN]", "NaN is not a JSON number"),
        ("[-Infinity]", "-Infinity is not a JSON number"),
    ],
)
def test_what_is_ambiguous_is_refused(text: str, said: str) -> None:
    with pytest.raises(AmbiguousError) as error:
        loads(text)
    assert str(error.value) == said


def test_both_halves_of_a_character_and_an_escaped_backslash_are_text() -> None:
    assert loads('["\\ud83d\\ude00", "\\\\ud800"]') == ["😀", "\\ud800"]
