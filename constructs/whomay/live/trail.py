"""Questions to a trail: each sees every record once, and keeps counts alone, never records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, Final, Protocol

from whomay.iam.arn import name_in
from whomay.live.records import CloudTrailRecord, text
from whomay.live.sessions import RoleSession, begun, session_of
from whomay.live.who import action, caller_of, names, refused


@dataclass(slots=True)
class Times:
    """How often a call was made, how often it was refused, and when first and last, in UTC."""

    calls: int = 0
    refused: int = 0
    first: str = ""
    last: str = ""

    def see(self, record: CloudTrailRecord) -> None:
        """Count one record."""
        at = text(record, "eventTime")
        self.calls += 1
        self.refused += refused(record)
        self.first = min(self.first or at, at)
        self.last = max(self.last, at)


class Names:
    """Names that a trail speaks of, to tell the nearest to one that it does not: not too many."""

    MOST: Final = 10_000

    def __init__(self) -> None:
        self._names: set[str] = set()

    def add(self, names: Iterable[str]) -> None:
        """Keep the names while there is room."""
        if len(self._names) < self.MOST:
            self._names.update(names)

    def near(self, name: str | None) -> list[str]:
        """Return up to three names that look like this one, but for the name itself."""
        if name is None or name in self._names:
            return []
        return get_close_matches(name, sorted(self._names), n=3)


class Question(Protocol):
    """A question to a trail."""

    def near(self) -> list[str]:
        """Return names of the trail that look like the one that was asked about and is not in it."""

    def see(self, record: CloudTrailRecord) -> None:
        """Take one record into account."""

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the answer as JSON objects, in a fixed order."""


class WhoAssumed:
    """Who became which role, under which session name, and what was done in those sessions.

    With `role` only that role: its ARN or its name. `did` counts the calls of all sessions of that
    role and name, so a name that two people share does not tell them apart.
    """

    def __init__(self, role: str | None = None) -> None:
        self._role = role
        self._roles = Names()
        self._assumed: defaultdict[tuple[str, RoleSession, bool], Times] = defaultdict(Times)
        self._did: defaultdict[RoleSession, defaultdict[str, Times]] = defaultdict(
            lambda: defaultdict(Times)
        )

    def see(self, record: CloudTrailRecord) -> None:
        """Count the call for the session that made it, and for the one that it asked for."""
        made_by = session_of(record)
        if made_by and self._concerns(made_by):
            self._did[made_by][action(record)].see(record)
        asked = begun(record)
        if asked and self._concerns(asked.session):
            self._assumed[asked.who, asked.session, asked.mfa].see(record)
        for session in (made_by, asked.session if asked else None):
            self._roles.add((session.role, name_in(session.role)) if session else ())

    def near(self) -> list[str]:
        """Return roles of the trail that look like the one asked about."""
        return self._roles.near(self._role)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one row for each caller, role, session name, and whether MFA was used."""
        for (who, session, mfa), times in sorted(self._assumed.items(), key=lambda item: item[0]):
            yield {
                "who": who,
                "role": session.role,
                "session": session.name,
                "mfa": mfa,
                **asdict(times),
                "did": {
                    done: {"calls": each.calls, "refused": each.refused}
                    for done, each in sorted(self._did.get(session, {}).items())
                },
            }

    def _concerns(self, session: RoleSession) -> bool:
        return self._role in (None, session.role, name_in(session.role))


class Denied:
    """Which calls were refused for want of permission, whose, and with what message last.

    Of two messages of one second it is the one that comes last in the alphabet, in any order of files.
    """

    def __init__(self) -> None:
        self._refused: defaultdict[tuple[str, str, str], Times] = defaultdict(Times)
        self._messages: dict[tuple[str, str, str], tuple[str, str]] = {}

    def near(self) -> list[str]:
        """Return nothing: nobody was asked about."""
        return []

    def see(self, record: CloudTrailRecord) -> None:
        """Count the call if it was refused."""
        if refused(record):
            key = (caller_of(record), action(record), text(record, "errorCode"))
            self._refused[key].see(record)
            said = (text(record, "eventTime"), text(record, "errorMessage"))
            self._messages[key] = max(self._messages.get(key, said), said)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one row for each caller, call and code."""
        for key, times in sorted(self._refused.items(), key=lambda item: item[0]):
            who, call, code = key
            seen = {"refused": times.refused, "first": times.first, "last": times.last}
            yield {
                "who": who,
                "action": call,
                "code": code,
                **seen,
                "message": self._messages[key][1],
            }


class UsedBy:
    """Which calls a principal made: a user, a role in all its sessions, one session, a service.

    `principal` is an ARN, a name, a principal id, or a service such as `ec2.amazonaws.com`.
    """

    def __init__(self, principal: str) -> None:
        self._principal = principal
        self._seen = Names()
        self._used: defaultdict[tuple[str, str], Times] = defaultdict(Times)

    def see(self, record: CloudTrailRecord) -> None:
        """Count the call if the principal made it."""
        known = names(record)
        self._seen.add(known)
        if self._principal in known:
            self._used[action(record), text(record, "awsRegion")].see(record)

    def near(self) -> list[str]:
        """Return names of the trail that look like the principal's."""
        return self._seen.near(self._principal)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one row for each call and Region."""
        for (call, region), times in sorted(self._used.items(), key=lambda item: item[0]):
            yield {"action": call, "region": region, **asdict(times)}
