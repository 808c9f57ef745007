"""Policies larger than IAM takes: a comparison ends soon, and says what it did not tell apart."""

from typing import Any

import pytest
from support.small_world import BUCKET, ROLE, A, document

from whomay.engine import Change, Snapshot, diff
from whomay.engine.changes.kinds import Kinds
from whomay.engine.snapshot import Principal, PrincipalKind, Resource


def may(*statements: dict[str, Any]) -> Snapshot:
    own = (document(*statements),) if statements else ()
    return Snapshot((Principal(ROLE, PrincipalKind.ROLE, A, "S/R", own),))


def read(bucket: str, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        **more,
    }


def test_very_many_networks_are_unknown_and_one_request_is_shown() -> None:
    networks = [f"10.{i % 256}.{i // 256}.0/24" for i in range(5_000)]
    narrow = read("b", Condition={"IpAddress": {"aws:SourceIp": networks}})
    found = {one.change: one.text for one in diff(may(read("a")), may(read("a"), narrow))}
    assert found[Change.UNKNOWN] == "5,000 values of aws:sourceip are too many to tell apart"
    assert Change.WIDER in found


def test_as_many_networks_as_a_policy_holds_are_compared() -> None:
    networks = [f"10.{i % 256}.{i // 256}.0/24" for i in range(700)]
    fewer, more = (
        read("b", Condition={"IpAddress": {"aws:SourceIp": listed}})
        for listed in (networks[1:], networks)
    )
    assert [one.change for one in diff(may(fewer), may(more))] == [Change.WIDER]


def test_of_very_many_statements_fewer_kinds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = may(read("a")), may(*(read(f"b{i}") for i in range(60)))
    assert sum(len(one.requests) for one in _gained(before, after)) == 60
    monkeypatch.setattr("whomay.engine.changes.kinds._MOST_LOOKS", 1)
    assert sum(len(one.requests) for one in _gained(before, after)) == 20


def test_very_many_patterns_are_unknown_and_one_request_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("whomay.iam.patterns.pattern_sets.MOST_PATTERNS", 4)
    before, after = (
        may({**read("b"), "Resource": [f"arn:aws:s3:::b{i}/*" for i in range(most)]})
        for most in (9, 10)
    )
    found = {one.change: one.text for one in diff(before, after)}
    assert found[Change.UNKNOWN].endswith("patterns are too many to tell apart")
    assert Change.WIDER in found


def test_very_many_patterns_of_actions_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whomay.engine.proof.classes.MOST_PATTERNS", 1)
    found = list(diff(may(read("a")), may(read("a"), read("a", Action="s3:PutObject"))))
    assert "2 patterns of actions are too many to tell apart" in [one.text for one in found]


def test_all_whom_a_policy_lets_in_share_the_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whomay.engine.proof.bounds.MOST_LOOKS", 400)
    few, many = ([f"arn:aws:iam::{i}:user/u" for i in range(222, 222 + n)] for n in (3, 200))
    assert Change.UNKNOWN not in _opened_to(few)
    assert Change.UNKNOWN in _opened_to(many)


def _opened_to(users: list[str]) -> set[Change]:
    sides = (
        Snapshot((), (Resource(BUCKET, "AWS::S3::Bucket", A, "", "S/B", document(own)),))
        for own in (
            read("b", Principal={"AWS": users[1:]}),
            read("b", Principal={"AWS": users}),
        )
    )
    return {one.change for one in diff(*sides)}


def _gained(before: Snapshot, after: Snapshot) -> tuple[Kinds, ...]:
    [one] = [one for one in diff(before, after) if one.change is Change.WIDER]
    assert one.classes == 60
    return one.kinds
