"""Patterns of actions, filed by service, match what each of them matches by itself."""

from hypothesis import given
from hypothesis import strategies as st

from whomay.iam.patterns.action_patterns import ActionPatterns
from whomay.iam.patterns.matching import glob
from whomay.iam.patterns.symbols import unknown
from whomay.iam.patterns.truth import any_of

UNKNOWN = unknown("parameter P")
NAMES = st.text("ab*?", max_size=3)
PATTERNS = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(("s3", "sqs", "s*", "??", "*", UNKNOWN)), NAMES),
    st.sampled_from(("*", "s3", "s3*", UNKNOWN, f"s3:{UNKNOWN}", f"s3:a{UNKNOWN}")),
)
ACTIONS = st.builds(
    "{}:{}".format, st.sampled_from(("s3", "sqs", "ec2")), st.text("ab", max_size=3)
)


@given(st.lists(PATTERNS, max_size=5), ACTIONS)
def test_filed_patterns_match_as_each_by_itself(patterns: list[str], action: str) -> None:
    filed = ActionPatterns(patterns)
    answers = {pattern: glob(pattern)(action) for pattern in patterns}
    assert filed.match(action) is any_of(answers.values())
    assert set(filed.matching(action)) == {p for p, answer in answers.items() if answer}
