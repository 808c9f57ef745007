"""A pattern may cover the name that AWS will make, and speak of a part of the resource alone."""

import pytest
from support.one_user import ALICE, A, document

from whomay.engine import Snapshot, check
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.patterns.symbols import generated

PILE = f"arn:aws:s3:::{generated('Pile')}"


@pytest.mark.parametrize(
    ("allowed", "asked", "expected"),
    [
        ("arn:aws:s3:::data*/in/*", f"{PILE}/*", "not known"),
        ("arn:aws:s3:::data*/in/*", f"{PILE}/in/*", "not known"),
        ("arn:aws:s3:::data-?????/in/*", f"{PILE}/*", "not known"),
        ("arn:aws:s3:::data/in/*", f"{PILE}/*", "kept"),
        ("arn:aws:s3:::*/in/*", f"{PILE}/*", "broken"),
    ],
)
def test_what_a_pattern_may_cover_within_a_bucket_is_not_taken_for_nothing(
    allowed: str, asked: str, expected: str
) -> None:
    policy = document([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": allowed}])
    snapshot = Snapshot((Principal(ALICE, PrincipalKind.USER, A, "S/Alice", (policy,)),))
    stated = Stated(
        StatementKind.MUST_NOT_ALLOW, "app.py:1", "S", "S/Alice", ("s3:GetObject",), (asked,)
    )
    [result] = check([stated], snapshot).results
    assert result.finding.outcome.value == expected
