"""The folders that a command takes for granted: the one that it runs in, and the caller's home."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click


class FolderError(click.ClickException):
    """A folder of the caller's that is not there. One line, exit code 2."""

    exit_code = 2


@contextmanager
def missing_in_one_line() -> Iterator[None]:
    """Show as one line that the working folder was removed, or that no home is known."""
    try:
        yield
    except FileNotFoundError as error:
        if _is_somewhere():
            raise
        raise FolderError(
            "the folder that this runs in was removed: change to one that is there"
        ) from error
    except RuntimeError as error:
        if "home directory" not in str(error):  # pathlib has no error of its own for it
            raise
        raise FolderError(
            "the home folder, ~, is not known: set HOME, or name the file in full"
        ) from error


def _is_somewhere() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - the very call that fails
    except FileNotFoundError:
        return False
    return True
