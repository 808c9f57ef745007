"""Policies larger than IAM takes: a comparison ends soon, and says what it did not tell apart."""

from typing import Any

import pytest
from support.small_world import ROLE, A, document

from whomay.engine import Change, Snapshot, diff
from whomay.engine.changes.kinds import Kinds
from whomay.engine.snapshot import Principal, PrincipalKind


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


def _gained(before: Snapshot, after: Snapshot) -> tuple[Kinds, ...]:
    [one] = [one for one in diff(before, after) if one.change is Change.WIDER]
    assert one.classes == 60
    return one.kinds
