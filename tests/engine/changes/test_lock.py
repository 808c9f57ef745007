"""The lock as data: canonical, and the same after a round."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from whomay.engine.changes.lock_reader import from_lock
from whomay.engine.changes.lock_values import LockError
from whomay.engine.changes.lock_writer import to_lock
from whomay.engine.snapshot import Principal, PrincipalKind, Snapshot
from whomay.iam.patterns.symbols import generated, unknown
from whomay.iam.policy import Condition, Policy, Statement

texts = st.text("ab:/*${}<>\\?", max_size=8) | st.sampled_from(
    [generated("Stack.Bucket"), f"arn:aws:s3:::{generated('B')}/*", unknown("no value")]
)
values = st.lists(texts, min_size=1, max_size=3, unique=True).map(tuple)
statements = st.builds(
    Statement,
    effect=st.sampled_from(["Allow", "Deny"]),
    actions=values,
    not_actions=st.none(),
    resources=values,
    not_resources=st.none(),
    conditions=st.lists(
        st.builds(Condition, st.just("StringLike"), st.sampled_from(["aws:a", "aws:b"]), values),
        max_size=2,
        unique_by=lambda condition: condition.key,
    ).map(tuple),
)
policies = st.builds(
    Policy,
    st.lists(statements, max_size=3).map(tuple),
    st.sampled_from(["2012-10-17", "2008-10-17"]),
    st.none() | st.just("not in the table"),
)


@given(st.lists(policies, max_size=3).map(tuple), st.none() | policies)
def test_a_lock_says_the_same_after_a_round(
    identity: tuple[Policy, ...], boundary: Policy | None
) -> None:
    arn = f"arn:aws:iam::{generated('account')}:user/{generated('S.U')}"
    if boundary and boundary.unknown:
        boundary = Policy((), boundary.version, boundary.unknown)
    user = Principal(arn, PrincipalKind.USER, generated("account"), "S/U", identity, boundary)
    data = to_lock(Snapshot((user,)))
    assert to_lock(from_lock(yaml.safe_load(yaml.safe_dump(data)))) == data


def test_the_order_of_statements_and_values_does_not_count() -> None:
    one = Statement("Allow", ("s3:GetObject", "s3:PutObject"), None, ("a", "b"), None)
    two = Statement("Deny", ("s3:*",), None, ("*",), None)
    turned = Statement("Allow", ("s3:PutObject", "s3:GetObject"), None, ("b", "a"), None)

    def lock(*found: Statement) -> object:
        policy = Policy(found, "2012-10-17")
        arn = "arn:aws:iam::111122223333:user/U"
        user = Principal(arn, PrincipalKind.USER, "111122223333", "S/U", (policy,))
        return to_lock(Snapshot((user,)))

    assert lock(one, two) == lock(two, turned)


def test_data_of_another_shape_is_no_lock() -> None:
    with pytest.raises(LockError, match="'more' is nothing that a lock holds here"):
        from_lock({"version": 1, "more": 2})
