"""Answers of Athena in the form in which the local reader gives them."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Protocol

from whomay.iam.facts.trail_events import prefix_of, undated
from whomay.live.trail_athena import Row
from whomay.live.trail_used import Used


class Asked(Protocol):
    """Something that answers a packaged question with rows of texts."""

    def rows(self, name: str, *values: str) -> Iterable[Row]:
        """Ask a question by its name, with its values."""


def denied(athena: Asked, since: str) -> list[dict[str, Any]]:
    """Return the rows of `Denied`, from the day `since` on."""
    return [
        {
            "who": row["who"],
            "action": row["action"],
            "code": row["code"],
            "refused": int(row["refused"]),
            **_when(row),
            "message": row["message"],
        }
        for row in athena.rows("denied", since)
    ]


def used_by(athena: Asked, since: str, principal: str) -> list[dict[str, Any]]:
    """Return the rows of `UsedBy`, from the day `since` on."""
    return [
        {"action": row["action"], "region": row["region"], **_counts(row), **_when(row)}
        for row in athena.rows("used_by", since, principal)
    ]


def who_assumed(athena: Asked, since: str, role: str | None) -> list[dict[str, Any]]:
    """Return the rows of `WhoAssumed`, from the day `since` on."""
    rows = athena.rows("who_assumed", since, role or "")
    return list(_assumed(rows))


def used(athena: Asked, since: str) -> tuple[Used, int]:
    """Return what each principal used from the day `since` on, and of how many records."""
    found, records = Used(), 0
    for row in athena.rows("used_coverage", since):
        service = prefix_of(row["source"]) if row["management"] == "1" else None
        reads = row["only_reads"] == "true"
        found.seen(row["account"], row["on_day"], row["region"], service, reads=reads)
        records += int(row["records"])
    for row in athena.rows("used_calls", since):
        call = f"{prefix_of(row['source'])}:{undated(row['event'])}".lower()
        calls = found.calls[row["who"]]
        if row["last_at"]:
            found.count(calls, call, row["last_at"])
    return found, records


def _assumed(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    for _, of_one in groupby(rows, lambda row: (row["who"], row["role"], row["name"], row["mfa"])):
        some = list(of_one)
        first = some[0]
        yield {
            "who": first["who"],
            "role": first["role"],
            "session": first["name"],
            "mfa": first["mfa"] == "1",
            **_counts(first),
            **_when(first),
            "did": {
                row["did_action"]: {
                    "calls": int(row["did_calls"]),
                    "refused": int(row["did_refused"]),
                }
                for row in some
                if row["did_action"]
            },
        }


def _counts(row: Row) -> dict[str, int]:
    return {"calls": int(row["calls"]), "refused": int(row["refused"])}


def _when(row: Row) -> dict[str, str]:
    return {"first": row["first_at"], "last": row["last_at"]}
