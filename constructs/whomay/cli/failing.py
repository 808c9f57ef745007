"""The end of a command that cannot go on: one line, and the exit code that says which kind."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from whomay.iam.patterns.symbols import printable
from whomay.live.errors import LiveError


@contextmanager
def in_one_line() -> Iterator[None]:
    """Show a `LiveError` as one line on standard error, and exit with its code."""
    try:
        yield
    except LiveError as error:
        click.echo(f"Error: {printable(str(error))}", err=True)
        raise click.exceptions.Exit(error.exit_code) from error
