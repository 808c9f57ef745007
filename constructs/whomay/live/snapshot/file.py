"""The file of a snapshot: JSON, one entry a line, written as the answers come, so memory stays flat.

The format is in docs/reference/snapshot.md. A run that ends early leaves no file that can be read:
the last line is missing.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from whomay.live.snapshot import identities
from whomay.live.snapshot.account import Account
from whomay.live.snapshot.resources import resources
from whomay.live.snapshot.stacks import stacks

VERSION: Final = 1
_REFUSED: Final = "refused: "  # begins what is counted of refused calls about single resources


class Stream(Protocol):
    """Where the file goes."""

    def write(self, text: str, /) -> object:
        """Write a text."""


def write(account: Account, out: Stream, say: Callable[[str], None]) -> Counter[str]:
    """Ask the account, and write what it says; return how many there are of each thing.

    `say` is told what is asked for next.

    Raises:
        LiveError: a call was not answered; what is written so far is no snapshot.
        OSError: the file cannot be written.

    """
    counted: Counter[str] = Counter()

    def listed(name: str, entries: Iterable[Any]) -> None:
        say(name)
        out.write(f',\n"{name}": [')
        for number, each in enumerate(entries):
            out.write(f"{',' if number else ''}\n{_json(each)}")
            counted.update(_things(name, each))
        out.write("\n]")

    head = {
        "version": VERSION,
        "account": account.id,
        "caller": account.caller,
        "taken": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "regions": [*account.regions],
    }
    out.write(f'{{"snapshot": {_json(head)}')
    listed("details", identities.details(account))
    say("sessions")
    out.write(f',\n"sessions": {_json(dict(identities.sessions(account)))}')
    listed("providers", identities.providers(account))
    listed("resources", resources(account, lambda: None))
    listed("stacks", stacks(account, with_undeleted=True))
    say("credentials")
    for name, ask in (
        ("credentials", identities.credentials),
        ("password policy", identities.password_policy),
        ("summary", identities.summary),
    ):
        out.write(f',\n"{name}": {_json(ask(account))}')
    listed("refused", account.refused)
    out.write("\n}\n")
    return counted


def refused_parts(counted: Counter[str]) -> list[str]:
    """Return what was refused of single resources, each kind with how often."""
    return [f"{what}: {number}" for what, number in counted.items() if what.startswith(_REFUSED)]


def _things(name: str, entry: Any) -> dict[str, int]:
    """Count what an entry has of users, roles, groups and policies, or the entry itself."""
    if name != "details":
        of_parts = entry.get("refused", {}) if name == "resources" else {}
        said = Counter(f"{_REFUSED}{why.rstrip(',')}" for why in of_parts.values())
        return {name: 1, **said}
    return {key: len(some) for key, some in entry.items()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
