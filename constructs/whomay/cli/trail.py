"""`whomay trail`: read CloudTrail's log files, and say who became whom and did what."""

import json
import sys
from collections.abc import Callable
from typing import Any

import click

from whomay.cli import trail_unused
from whomay.cli.inputs import UNKNOWN
from whomay.cli.options import format_option
from whomay.cli.trail_reading import asked, places_argument, summary, tell_unreadable
from whomay.iam.patterns.symbols import printable
from whomay.live.trail import Denied, Question, UsedBy, WhoAssumed


@click.group()
def command() -> None:
    """Ask CloudTrail's log files who became whom and did what.

    PLACE is a log file (.json.gz or .json), a folder with all below it, or s3://BUCKET/PREFIX, read
    with the credentials of the environment. Times are UTC.

    Exit code 2 when a PLACE cannot be read at all, 3 when some of its files could not be read.
    Those are named, and the answer is what the others say.

    Example: whomay trail denied logs/
    """


@command.command()
@places_argument
@click.option("--role", help="Only this role: its name or ARN.")
@format_option
def who_assumed(places: tuple[str, ...], role: str | None, style: str) -> None:
    """Say who became which role, and what was done as the role.

    A call between accounts is in the trails of both; in that of the role's account its caller is an
    account and an id.

    Example: whomay trail who-assumed logs/ --role Deploy
    """
    _answer(WhoAssumed(role), places, style, _assumed)


@command.command()
@places_argument
@format_option
def denied(places: tuple[str, ...], style: str) -> None:
    """List the calls that were refused for want of permission.

    Example: whomay trail denied s3://my-trail/AWSLogs
    """
    _answer(Denied(), places, style, _denied)


@command.command()
@click.argument("principal")
@places_argument
@format_option
def used_by(principal: str, places: tuple[str, ...], style: str) -> None:
    """List what PRINCIPAL called: the ARN or the name of a user or role, or a service.

    Example: whomay trail used-by ada logs/
    """
    _answer(UsedBy(principal), places, style, _used)


command.add_command(trail_unused.command, "unused")


def _answer(
    question: Question,
    places: tuple[str, ...],
    style: str,
    line: Callable[[dict[str, Any]], str],
) -> None:
    reading = asked(question, places)
    rows = list(question.rows())
    if style == "json":
        click.echo(
            json.dumps({**summary(reading), "nearest": question.near(), "rows": rows}, indent=1)
        )
    else:
        for row in rows:
            click.echo(line(row))
        click.echo(f"{len(rows)} found in {reading.records} records of {reading.files} files")
        if near := question.near():
            click.echo(f"nobody of that name is in it; nearest: {printable(', '.join(near))}")
    tell_unreadable(reading)
    if reading.unreadable:
        sys.exit(UNKNOWN)


def _assumed(row: dict[str, Any]) -> str:
    did = ", ".join(
        f"{action} {counts['calls']}"
        + (f" ({counts['refused']} refused)" if counts["refused"] else "")
        for action, counts in row["did"].items()
    )
    became = f"{row['who']} -> {row['role']} as {row['session']}"
    return _lines(became + (" with MFA" if row["mfa"] else ""), _calls(row), f"did: {did or '-'}")


def _denied(row: dict[str, Any]) -> str:
    times = f"{_times(row['refused'])}, {row['first']} to {row['last']}"
    return _lines(f"{row['who']} {row['action']}: {row['code']}", times, row["message"])


def _used(row: dict[str, Any]) -> str:
    return _lines(f"{row['action']} in {row['region']}", _calls(row))


def _calls(row: dict[str, Any]) -> str:
    return f"{_times(row['calls'])}, {row['refused']} refused, {row['first']} to {row['last']}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _lines(first: str, *rest: str) -> str:
    return "\n    ".join(printable(line) for line in (first, *rest) if line)
