"""Standard input, output and error as the caller left them: closed, full, or of an older encoding."""

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, Final, TextIO

import click

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_OUTPUT: Final = 1
_ERROR: Final = 2


class OutputError(click.ClickException):
    """An answer that nobody gets, as when the disk is full. One line, exit code 2."""

    exit_code = 2


def settle() -> None:
    r"""Make the three streams ones that can be used, whatever the caller has done with them.

    A stream that is closed (`<&-`, `>&-`) is empty, or swallows what it gets. Otherwise Python has
    None there, and the next file that is opened takes its number. A reader that leaves changes no
    exit code. Standard output that cannot be written for another reason raises OutputError; of
    standard error nobody could be told. A letter that the encoding lacks is written out (`\u2603`), as control characters are.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # the lowest free number is taken, and that is this one
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    sys.stdin = sys.stdin or io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    if sys.stdout is sys.__stdout__:
        sys.stdout = _kept(_OUTPUT, sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _kept(_ERROR, sys.stderr)


class _Written(io.FileIO):
    """What a stream writes to; from the first failure on that is nothing, and each write succeeds."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if self.fileno() == _OUTPUT and error.errno != errno.EPIPE:
                raise OutputError(f"standard output cannot be written: {error.strerror}") from None
            return memoryview(data).nbytes


def _kept(number: int, before: TextIO | None) -> TextIO:
    """Return a stream like the one before."""
    return io.TextIOWrapper(
        io.BufferedWriter(_Written(number, "w", closefd=False)),
        encoding=before.encoding if before else "utf-8",
        errors="backslashreplace",
        line_buffering=bool(before and before.line_buffering) or number == _ERROR,
    )
