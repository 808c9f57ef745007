"""Resources are found by a pattern as they would be if every pair were asked."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from whomay.engine.decisions.reached import ReachedArns
from whomay.iam.patterns.matching import arn, may_lie_in
from whomay.iam.patterns.symbols import generated, unknown

MADE, PLACE, SOMETHING = generated("S.Made"), generated("account"), unknown("a parameter")
PARTS = ("a", "b", "/", ":", MADE)
NAMES = st.lists(st.sampled_from((*PARTS, PLACE, SOMETHING)), min_size=1, max_size=4)
PATTERN = st.lists(st.sampled_from((*PARTS, "*", "?", "*", PLACE, SOMETHING)), max_size=5)
PATTERNS = st.one_of(
    st.sampled_from(("*", "arn:aws:s3:*", "arn:*", "arn:aws:sqs:*:*:*")),
    st.tuples(
        st.sampled_from(("eu-west-1:111122223333", "*:*", "*:444455556666", f"eu-west-1:{PLACE}")),
        PATTERN.map("".join),
    ).map(lambda parts: "arn:aws:s3:{}:{}".format(*parts)),
    PATTERN.map("".join).map("arn:*:s3:*:*:{}".format),
)
ACCOUNTS = st.sampled_from(("111122223333", "444455556666", PLACE))
IN_IT = ["", *(s + "".join(t) for s in "/:" for t in itertools.product("ab/:", repeat=2))]


def arns(names: list[str], account: str = "111122223333") -> list[str]:
    return [f"arn:aws:s3:eu-west-1:{account}:{name}" for name in names]


ARNS = st.tuples(NAMES.map("".join), ACCOUNTS).map(lambda parts: arns([parts[0]], parts[1])[0])


@given(st.lists(ARNS, max_size=5, unique=True), PATTERNS)
def test_what_a_pattern_reaches_is_what_every_pair_says(resources: list[str], pattern: str) -> None:
    found = set(ReachedArns(resources).by([pattern]))
    matches = arn(pattern)
    matched = {r for r in resources if any(matches(r + more) is not False for more in IN_IT)}
    assert matched <= found <= {each for each in resources if may_lie_in(each, pattern)}


@given(NAMES.map("".join), PATTERNS)
def test_a_resource_is_reached_where_a_pattern_matches_something_in_it(
    name: str, pattern: str
) -> None:
    [resource] = arns([name])
    if any(arn(pattern)(resource + more) is not False for more in IN_IT):
        assert may_lie_in(resource, pattern)


def test_a_pattern_reaches_no_resource_that_only_begins_alike() -> None:
    resources = arns(["data", "data-2", "key/a", "key/b", MADE])
    reached = ReachedArns(resources)
    assert list(reached.by(["arn:aws:s3:::data/x", "arn:aws:s3:*:*:data/*"])) == [resources[0]]
    assert list(reached.by(["arn:aws:s3:*:*:key/*"])) == resources[2:4]
    assert list(reached.by([f"arn:aws:s3:*:*:{MADE}/*"])) == resources[4:]
    assert list(reached.by(["arn:aws:s3:*:*:data-*"])) == [resources[1], resources[4]]
