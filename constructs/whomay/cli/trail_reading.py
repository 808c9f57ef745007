"""What the commands on a trail have in common: the places, the reading, and files that cannot be read."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

import click

from whomay.cli.failing import in_one_line
from whomay.iam.patterns.symbols import printable
from whomay.live.asking import Reading, ask
from whomay.live.trail import Question
from whomay.live.trail_files import find

_SHOW_AFTER_BYTES: Final = 20_000_000  # of stored data; less is read before a bar can be noticed

places_argument = click.argument("places", metavar="PLACE...", nargs=-1, required=True)


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
