"""A diff asks what differing statements speak of: its work grows with what changed, not with the policy."""

from pathlib import Path
from typing import Any

import pytest
from support.small_templates import document, may, role, snapshot

from whomay.engine import Request, diff, from_lock, to_lock
from whomay.engine.changes.change import Change
from whomay.engine.proof.deciders import SnapshotView

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def reader(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"R": role(*statements, ManagedPolicyArns=[READ_ONLY])}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """The requests that a diff decides of whole snapshots."""
    found: list[Request] = []
    verdict = SnapshotView.verdict

    def counted(self: SnapshotView, request: Request) -> Any:
        found.append(request)
        return verdict(self, request)

    monkeypatch.setattr(SnapshotView, "verdict", counted)
    return found


def test_an_unchanged_role_with_thousands_of_actions_is_not_asked(
    tmp_path: Path, asked: list[Request]
) -> None:
    before = snapshot(tmp_path / "app", reader())
    assert diff(from_lock(to_lock(before)), before) == []
    assert asked == []


def test_one_more_action_beside_thousands_is_all_that_is_asked(
    tmp_path: Path, asked: list[Request]
) -> None:
    before = snapshot(tmp_path / "old", reader())
    after = snapshot(tmp_path / "new", reader(may("s3:PutObject", "arn:aws:s3:::b/*")))
    assert [(one.principal, one.change) for one in diff(before, after)] == [("S/R", Change.WIDER)]
    assert {request.action for request in asked} == {"s3:PutObject"}
    assert [one.change for one in diff(after, before)] == [Change.NARROWER]


@pytest.mark.parametrize("policy", [READ_ONLY, "arn:aws:iam::aws:policy/SecurityAudit"])
def test_a_role_that_gets_thousands_of_actions_is_wider_and_all_kinds_are_told_apart(
    tmp_path: Path, policy: str
) -> None:
    send = may("sqs:SendMessage")
    before = snapshot(tmp_path / "old", {"R": role(send)})
    after = snapshot(tmp_path / "new", {"R": role(send, ManagedPolicyArns=[policy])})
    (gained,), (lost,) = diff(before, after), diff(after, before)
    assert (gained.change, lost.change) == (Change.WIDER, Change.NARROWER)
    assert gained.classes == lost.classes > 1_000
    assert gained.statement is not None
    assert gained.statement.source.path == policy


def test_a_new_resource_beside_thousands_of_actions_is_asked_alone(
    tmp_path: Path, asked: list[Request]
) -> None:
    everybody = {"Principal": {"AWS": "444455556666"}, **may("sqs:SendMessage")}
    queue = {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}}
    policy = {"Queues": [{"Ref": "Q"}], "PolicyDocument": document(everybody)}
    of_queue = {"P": {"Type": "AWS::SQS::QueuePolicy", "Properties": policy}}
    before = snapshot(tmp_path / "old", reader())
    after = snapshot(tmp_path / "new", {**reader(), **queue, **of_queue})
    assert [(one.principal, one.change) for one in diff(before, after)] == [("S/Q", Change.WIDER)]
    assert {request.action.partition(":")[0] for request in asked} == {"sqs"}
