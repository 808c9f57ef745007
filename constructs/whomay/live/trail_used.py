"""What each principal of a trail used, and which events the trail holds at all."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from whomay.iam.arn import account_in
from whomay.iam.facts.actions import is_action
from whomay.iam.facts.api_calls import actions_of_call
from whomay.iam.facts.trail_events import asked_beside, prefix_of, undated
from whomay.live.records import CloudTrailRecord, part, text
from whomay.live.who import refused

_DAY: Final = len("2026-11-24")


@dataclass(slots=True)
class Seen:
    """What the trail holds of one account: its days, Regions, and kinds of management events.

    `reads` has whether events that only read were seen (True) and others (False). `services` are the
    prefixes of the services that management events are of.
    """

    days: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    reads: set[bool] = field(default_factory=set)
    services: set[str] = field(default_factory=set)

    def window(self, days: int) -> tuple[str, list[str]]:
        """Return the first of the last `days` days, and those of them without a record."""
        dates = sorted(filter(None, map(_as_date, self.days)))
        if not dates:
            return "", []
        first = dates[-1] - timedelta(days=days - 1)
        wanted = [(first + timedelta(days=each)).isoformat() for each in range(days)]
        return wanted[0], [day for day in wanted if day not in self.days]


@dataclass(frozen=True, slots=True)
class Calls:
    """When one principal last made which calls, in UTC.

    `used` has the actions that these calls needed, `beside` those that AWS may have asked as well,
    each with the call. `strange` are calls that are no action of AWS's catalogue. All are in lower
    case. A refused call uses nothing.
    """

    used: dict[str, str] = field(default_factory=dict)
    beside: dict[str, tuple[str, str]] = field(default_factory=dict)
    strange: dict[str, str] = field(default_factory=dict)


class Used:
    """What each principal used. `calls` has them by ARN, `accounts` what is there of each account."""

    def __init__(self) -> None:
        self.calls: defaultdict[str, Calls] = defaultdict(Calls)
        self.accounts: defaultdict[str, Seen] = defaultdict(Seen)

    def near(self) -> list[str]:
        """Return nothing: nobody was asked about."""
        return []

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one row for each principal and action."""
        for who, calls in sorted(self.calls.items()):
            for each, at in sorted(calls.used.items()):
                yield {"who": who, "action": each, "last": at}

    def see(self, record: CloudTrailRecord) -> None:
        """Take one record into account."""
        at, service = text(record, "eventTime"), prefix_of(text(record, "eventSource"))
        who = _principal(record)
        self.seen(
            text(record, "recipientAccountId") or account_in(who) or "",
            at[:_DAY],
            text(record, "awsRegion"),
            service if _is_management(record) else None,
            reads=record.get("readOnly") is True,
        )
        if not who:
            return
        calls = self.calls[who]
        if not refused(record):
            self.count(calls, f"{service}:{undated(text(record, 'eventName'))}".lower(), at)

    def count(self, calls: Calls, call: str, at: str) -> None:
        """Count a call in lower case that was made at this time."""
        needed, beside = _needed(call), asked_beside(call)
        for each in needed:
            calls.used[each] = max(calls.used.get(each, ""), at)
        for each in beside:
            calls.beside[each] = max(calls.beside.get(each, ("", "")), (at, call))
        if not (needed or beside):
            calls.strange[call] = max(calls.strange.get(call, ""), at)

    def seen(
        self, account: str, day: str, region: str, service: str | None, *, reads: bool
    ) -> None:
        """Note what the trail holds of an account; `service` is that of a management event."""
        seen = self.accounts[account]
        seen.days.add(day)
        seen.regions.add(region)
        if service is not None:
            seen.reads.add(reads)
            seen.services.add(service)


@cache
def _needed(call: str) -> tuple[str, ...]:
    itself = (call,) if is_action(call) else ()
    return (*itself, *(each.lower() for each in actions_of_call(call)))


def _is_management(record: CloudTrailRecord) -> bool:
    return text(record, "eventCategory") != "Data" and record.get("managementEvent") is not False


def _principal(record: CloudTrailRecord) -> str:
    """Return the ARN of the user who called, or of the role or user who issued the session."""
    identity = part(record, "userIdentity")
    issuer = text(part(part(identity, "sessionContext"), "sessionIssuer"), "arn")
    return issuer or (text(identity, "arn") if text(identity, "type") == "IAMUser" else "")


def _as_date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None
