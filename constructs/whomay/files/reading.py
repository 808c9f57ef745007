"""Files that somebody else wrote: read as a whole within bounds, or refused in one line."""

import os
import select
import stat
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 32_000_000
_PATIENCE: Final = 5.0  # seconds that a pipe may say nothing
_PIECE: Final = 1 << 20


class FileError(ValueError):
    """A file that cannot be read. Its text is one line that begins with the path."""


class MissingFileError(FileError, FileNotFoundError):
    """There is no file of that name."""


def read_text(path: Path, *, most: int = MOST_BYTES) -> str:
    """Return the text of a file in UTF-8.

    A pipe is read to its end, so `<(git show HEAD:access.lock)` works; one that nobody writes to is
    given up after five seconds. Nothing larger than `most` bytes is held, however a file grows.

    Raises:
        MissingFileError: there is no such file
        FileError: it is a folder, a link to itself, too large or no UTF-8, or it may not be read. A
            pipe that says nothing is another reason.

    """
    try:
        # Opening a pipe would wait for somebody who writes.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            return _all_of(path, descriptor, most).decode()
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise MissingFileError(f"{path}: there is no such file") from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileError(f"{path}:{line}: is not UTF-8 text") from None


def _all_of(path: Path, descriptor: int, most: int) -> bytes:
    regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
    found = bytearray()
    while len(found) <= most:
        if not regular and not select.select([descriptor], [], [], _PATIENCE)[0]:
            raise FileError(
                f"{path}: is not a regular file, and nothing has come from it for {_PATIENCE:g} s"
            )
        piece = os.read(descriptor, _PIECE)
        if not piece:
            return bytes(found)
        found += piece
    raise FileError(f"{path}: is larger than {most:,} bytes")
