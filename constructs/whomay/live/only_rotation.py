"""One rotation of a user's key at a time on this machine; a run that dies lets go of it."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from whomay.live.errors import LiveError

HELD: Final = 75  # the exit code where another run is at work


@contextmanager
def only_rotation(user: str) -> Iterator[None]:
    """Hold the user's rotation until the block ends.

    The lock is a file in the cache folder of who runs the command, and is of no use elsewhere.

    Raises:
        LiveError: another run holds it (exit code 75), or the folder cannot be used.

    """
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whomay"
    name = hashlib.sha256(user.encode()).hexdigest()[:16]  # a name of any letters is a safe one
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / f"rotate-key-{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LiveError(f"{folder}: {error.strerror}: set XDG_CACHE_HOME to another") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise LiveError(
            f"rotate-key {user}: another run is at work on this machine: run again when it has ended",
            exit_code=HELD,
        ) from error
    finally:
        os.close(descriptor)
