"""`whomay trail`: read CloudTrail's log files, and say who became whom and did what."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

import click

from whomay.cli.failing import in_one_line
from whomay.cli.inputs import UNKNOWN
from whomay.cli.options import format_option
from whomay.iam.patterns.symbols import printable
from whomay.live.asking import Reading, ask
from whomay.live.trail import Denied, Question, UsedBy, WhoAssumed
from whomay.live.trail_files import find

_SHOW_AFTER_BYTES: Final = 20_000_000  # of stored data; less is read before a bar can be noticed

_places = click.argument("places", metavar="PLACE...", nargs=-1, required=True)


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
@_places
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
@_places
@format_option
def denied(places: tuple[str, ...], style: str) -> None:
    """List the calls that were refused for want of permission.

    Example: whomay trail denied s3://my-trail/AWSLogs
    """
    _answer(Denied(), places, style, _denied)


@command.command()
@click.argument("principal")
@_places
@format_option
def used_by(principal: str, places: tuple[str, ...], style: str) -> None:
    """List what PRINCIPAL called: the ARN or the name of a user or role, or a service.

    Example: whomay trail used-by ada logs/
    """
    _answer(UsedBy(principal), places, style, _used)


def _answer(
    question: Question,
    places: tuple[str, ...],
    style: str,
    line: Callable[[dict[str, Any]], str],
) -> None:
    with in_one_line(), _progress() as advance:
        reading = ask(question, chain.from_iterable(find(place) for place in places), advance)
    rows = list(question.rows())
    if style == "json":
        click.echo(
            json.dumps({**_summary(reading), "nearest": question.near(), "rows": rows}, indent=1)
        )
    else:
        for row in rows:
            click.echo(line(row))
        click.echo(f"{len(rows)} found in {reading.records} records of {reading.files} files")
        if near := question.near():
            click.echo(f"nobody of that name is in it; nearest: {printable(', '.join(near))}")
    for name, reason in reading.unreadable:
        click.echo(f"Error: {printable(name)}: {printable(reason)}", err=True)
    if reading.unreadable:
        sys.exit(UNKNOWN)


def _summary(reading: Reading) -> dict[str, Any]:
    unreadable = [{"file": name, "reason": reason} for name, reason in reading.unreadable]
    return {"files": reading.files, "records": reading.records, "unreadable": unreadable}


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


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Show on a terminal how much has been read, and how fast, once there is much of it."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where somebody watches
    from rich.progress import DownloadColumn, Progress, TimeElapsedColumn, TransferSpeedColumn  # noqa: PLC0415 - the same

    columns = (DownloadColumn(), TransferSpeedColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("read", total=None, visible=False)
        read = 0

        def advance(size: int) -> None:
            nonlocal read
            read += size
            bar.update(task, completed=read, visible=read > _SHOW_AFTER_BYTES)

        yield advance
