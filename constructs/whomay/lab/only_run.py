"""A lock on a file, held by one run at a time, and freed by the system however that run ends."""

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whomay.lab.errors import LabHeldError


def acquire(path: Path, holder: str) -> int:
    """Take the lock at once and return its descriptor: the lock is held until that is closed.

    `holder` says who takes it, for who comes second. A descriptor handed to a child process keeps
    the lock for the child.

    Raises:
        LabHeldError: another run holds it; names it and since when.

    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        other = os.pread(descriptor, 1000, 0).decode("utf-8", "replace").strip() or "another run"
        os.close(descriptor)
        raise LabHeldError(f"{path.parent} is in use by {other}") from error
    note(descriptor, holder)
    return descriptor


def note(descriptor: int, holder: str) -> None:
    """Write into the lock who holds it from now on."""
    since = dt.datetime.now().astimezone().isoformat(" ", "seconds")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{holder} since {since}\n".encode(), 0)


@contextmanager
def held(path: Path, holder: str) -> Iterator[None]:
    """Hold the lock for the length of a `with`.

    Raises:
        LabHeldError: another run holds it; names it and since when.

    """
    descriptor = acquire(path, holder)
    try:
        yield
    finally:
        os.close(descriptor)
