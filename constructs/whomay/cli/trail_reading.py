"""What the commands on a trail have in common: log files or Athena, the reading, and what it lacks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final, TypeVar

import click

from whomay.cli.failing import in_one_line
from whomay.iam.patterns.symbols import printable
from whomay.live.asking import Reading, ask
from whomay.live.trail import Question
from whomay.live.trail_athena import Athena, first_day
from whomay.live.trail_files import find

_SHOW_AFTER_BYTES: Final = 20_000_000  # of stored data; less is read before a bar can be noticed

_F = TypeVar("_F", bound=Callable[..., Any])
_DAYS: Final = 90  # of the log files that Athena reads


def places_or_athena(command: _F) -> _F:
    """Add what is asked: the argument `places`, or the option `athena` in their place."""
    option = click.option(
        "--athena",
        metavar="WORKGROUP",
        help="Ask Athena in place of log files: the workgroup of `TrailQueries`.",
    )
    return click.argument("places", metavar="[PLACE]...", nargs=-1)(option(command))


def days_option(command: _F) -> _F:
    """Add the option that says how much Athena reads; the argument is called `days`."""
    return click.option(
        "--days",
        type=click.IntRange(1),
        help=f"With --athena: how many days up to today it reads. Default: {_DAYS}.",
    )(command)


def one_of(places: tuple[str, ...], athena: str | None, days: int | None = None) -> None:
    """Refuse a question that names both or none, and days where all log files are read."""
    if not places and athena is None:
        raise click.UsageError("Missing argument 'PLACE...', or --athena WORKGROUP.")
    if places and athena is not None:
        raise click.UsageError("PLACE and --athena are two places of the same: name one.")
    if days is not None and athena is None:
        raise click.UsageError("--days is for --athena: a PLACE is read whole.")


def since(days: int | None) -> str:
    """Return the first day that Athena reads."""
    return first_day(days or _DAYS)


def told_by(athena: Athena) -> str:
    """Return the line on what was asked, for people."""
    return f"Athena in {athena.workgroup} scanned {athena.scanned / 1e6:.1f} MB"


def asked(question: Question, places: tuple[str, ...]) -> Reading:
    """Show the question every record of the places, and return what was read.

    A place that cannot be read at all ends the command, in one line.
    """
    with in_one_line(), _progress() as advance:
        return ask(question, chain.from_iterable(find(place) for place in places), advance)


def summary(reading: Reading) -> dict[str, Any]:
    """Return what was read as data."""
    unreadable = [{"file": name, "reason": reason} for name, reason in reading.unreadable]
    return {"files": reading.files, "records": reading.records, "unreadable": unreadable}


def tell_unreadable(reading: Reading) -> None:
    """Name on standard error each file that could not be read."""
    for name, reason in reading.unreadable:
        click.echo(f"Error: {printable(name)}: {printable(reason)}", err=True)


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
