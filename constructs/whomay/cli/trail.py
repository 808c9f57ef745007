"""`whomay trail`: read CloudTrail's log files, and say who became whom and did what."""

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from whomay.cli import trail_unused
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import UNKNOWN, BadInputError
from whomay.cli.options import format_option
from whomay.cli.trail_reading import (
    asked,
    days_option,
    one_of,
    places_or_athena,
    since,
    summary,
    tell_unreadable,
    told_by,
)
from whomay.iam.patterns.symbols import printable
from whomay.live import trail_answers
from whomay.live.trail import Denied, Question, UsedBy, WhoAssumed
from whomay.live.trail_athena import Athena

_Rows = Callable[[Athena, str], list[dict[str, Any]]]


@click.group()
def command() -> None:
    """Ask CloudTrail's log files who became whom and did what.

    PLACE is a log file (.json.gz or .json), a folder with all below it, or s3://BUCKET/PREFIX, read
    with the credentials of the environment. With --athena WORKGROUP Athena reads the trail's bucket
    in its place. Times are UTC.

    Exit code 2 when a PLACE cannot be read at all, 3 when some of its files could not be read.
    Those are named, and the answer is what the others say. 3 as well for a query that is stopped.

    Example: whomay trail denied logs/
    """


@command.command()
@places_or_athena
@click.option("--role", help="Only this role: its name or ARN.")
@days_option
@format_option
def who_assumed(
    places: tuple[str, ...], athena: str | None, days: int | None, role: str | None, style: str
) -> None:
    """Say who became which role, and what was done as the role.

    A call between accounts is in the trails of both; in that of the role's account its caller is an
    account and an id.

    Example: whomay trail who-assumed logs/ --role Deploy
    """
    one_of(places, athena, days)
    if role == "":
        raise BadInputError("--role '': the name is empty; name a role, or leave the option out")
    if athena is None:
        _answer(WhoAssumed(role), places, style, _assumed)
    else:
        _ask(athena, days, partial(trail_answers.who_assumed, role=role), style, _assumed)


@command.command()
@places_or_athena
@days_option
@format_option
def denied(places: tuple[str, ...], athena: str | None, days: int | None, style: str) -> None:
    """List the calls that were refused for want of permission.

    Example: whomay trail denied s3://my-trail/AWSLogs
    """
    one_of(places, athena, days)
    if athena is None:
        _answer(Denied(), places, style, _denied)
    else:
        _ask(athena, days, trail_answers.denied, style, _denied)


@command.command()
@click.argument("principal")
@places_or_athena
@days_option
@format_option
def used_by(
    principal: str, places: tuple[str, ...], athena: str | None, days: int | None, style: str
) -> None:
    """List what PRINCIPAL called: the ARN or the name of a user or role, or a service.

    Example: whomay trail used-by ada logs/
    """
    one_of(places, athena, days)
    if not principal:
        raise BadInputError(
            "PRINCIPAL '': allowed is the ARN or the name of a user or role, or a service"
        )
    if athena is None:
        _answer(UsedBy(principal), places, style, _used)
    else:
        _ask(athena, days, partial(trail_answers.used_by, principal=principal), style, _used)


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


def _ask(
    workgroup: str,
    days: int | None,
    question: _Rows,
    style: str,
    line: Callable[[dict[str, Any]], str],
) -> None:
    """Show what Athena answers; it knows no names that look like one that is not in the trail."""
    with in_one_line():
        athena = Athena(workgroup)
        rows = question(athena, since(days))
    if style == "json":
        told = {"athena": workgroup, "since": since(days), "scanned": athena.scanned}
        click.echo(json.dumps({**told, "rows": rows}, indent=1))
        return
    for row in rows:
        click.echo(line(row))
    click.echo(f"{len(rows)} found since {since(days)}; {printable(told_by(athena))}")


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
