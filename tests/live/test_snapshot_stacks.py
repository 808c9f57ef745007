"""What an update of a stack could not delete is told by the stack's events, and by nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from whomay.live.snapshot.account import RefusedError
from whomay.live.snapshot.stacks import stacks

ANN = ["Ann", "AWS::IAM::User", "ann"]
BOB = ["Bob", "AWS::IAM::User", "bob"]


def told(of: list[str], status: str) -> dict[str, str]:
    names = ("LogicalResourceId", "ResourceType", "PhysicalResourceId")
    return {**dict(zip(names, of, strict=True)), "ResourceStatus": status}


class Account:
    """An account with the stack Hub, which has ann; its events, the newest first."""

    regions = ("eu-west-1",)

    def __init__(
        self, *events: dict[str, str], updated: bool = True, refused: bool = False
    ) -> None:
        when = {"LastUpdatedTime": "2026-11-30"} if updated else {}
        summary = {"StackName": "Hub", "StackId": "hub", "StackStatus": "UPDATE_COMPLETE", **when}
        self._pages: dict[str, dict[str, Any]] = {
            "list_stacks": {"StackSummaries": [summary]},
            "list_stack_resources": {"StackResourceSummaries": [told(ANN, "CREATE_COMPLETE")]},
            "describe_stack_events": {"StackEvents": events},
        }
        if refused:
            del self._pages["describe_stack_events"]
        self.asked: list[str] = []
        self.noted: list[tuple[str, str]] = []

    def pages(self, _: str, operation: str, __: str, **___: str) -> Iterator[dict[str, Any]]:
        self.asked.append(operation)
        if operation not in self._pages:
            raise RefusedError("AccessDenied")
        yield self._pages[operation]

    def note(self, call: str, why: str, _: str) -> None:
        self.noted.append((call, why))


@pytest.mark.parametrize(
    ("events", "undeleted"),
    [
        ([told(BOB, "DELETE_FAILED"), told(BOB, "DELETE_IN_PROGRESS")], [BOB]),
        (
            [told(BOB, "DELETE_COMPLETE"), told(BOB, "DELETE_FAILED")],
            [],
        ),  # the second try went well
        ([told(ANN, "UPDATE_COMPLETE"), told(ANN, "DELETE_FAILED")], []),  # and came back
        ([told(ANN, "DELETE_FAILED")], []),  # the stack still has it
    ],
)
def test_what_left_its_stack_without_being_deleted_is_told(
    events: list[dict[str, str]], undeleted: list[list[str]]
) -> None:
    [hub] = stacks(Account(*events), with_undeleted=True)  # type: ignore[arg-type] # it has what is used of one
    assert hub["resources"] == [ANN]
    assert hub["undeleted"] == undeleted


def test_the_events_of_a_stack_that_was_never_updated_are_not_asked() -> None:
    account = Account(updated=False)
    [hub] = stacks(account, with_undeleted=True)  # type: ignore[arg-type] # the same
    assert account.asked == ["list_stacks", "list_stack_resources"]
    assert "undeleted" not in hub


def test_events_that_are_refused_are_noted() -> None:
    account = Account(refused=True)
    [hub] = stacks(account, with_undeleted=True)  # type: ignore[arg-type] # the same
    assert hub["undeleted"] == []
    assert account.noted == [("cloudformation:DescribeStackEvents of Hub", "AccessDenied")]


def test_who_wants_names_alone_asks_for_no_events() -> None:
    account = Account()
    assert [hub["name"] for hub in stacks(account)] == ["Hub"]  # type: ignore[arg-type] # the same
    assert account.asked == ["list_stacks", "list_stack_resources"]
