"""Write a file as a whole or not at all, one run at a time."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from whomay.live.errors import LiveError


@contextmanager
def only_run(path: Path) -> Iterator[None]:
    """Hold the folder of a file while it is read, changed and replaced; it is made if need be.

    A second run waits. The lock is on the folder itself, so it leaves nothing behind.

    Raises LiveError for what the system refuses inside.
    """
    try:
        with suppress(FileNotFoundError):
            path.stat()  # refuses a symbolic link that leads to itself, which resolve() may pass over
        folder = path.resolve().parent
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
    except OSError as error:
        raise LiveError(f"{path}: {error.strerror}") from error


def replace(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Give a file a new text: write another file in its folder and rename it, so no reader sees a part.

    A symbolic link stays one, and its target is replaced. Permissions and owner stay as they are; a
    new file gets `mode`, by default its owner's alone, less what the umask takes. A device, a pipe and `/dev/stdout` are no
    files: the text is written into them.

    Raises:
        OSError: the system refuses it, as when the disk is full, the path is a folder or a pipe has
            no reader. The file is then as it was.

    """
    with replacing(path, mode=mode) as out:
        out.write(text)


@contextmanager
def replacing(path: Path, *, mode: int = 0o600) -> Iterator[TextIO]:
    """Yield where to write a file's new text, piece by piece; it counts when the block ends well.

    Raises OSError as `replace` does. The file is then as it was, and so it is for whatever the block
    raises.
    """
    if _is_stream(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            os.set_blocking(descriptor, True)  # not to wait was for a pipe that nobody reads
            yield stream
        return
    target = Path(os.path.realpath(path))
    old = target.stat() if target.exists() else None
    descriptor, written = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)  # 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            os.fchmod(descriptor, stat.S_IMODE(old.st_mode) if old else mode & ~_umask())
            if old and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(descriptor, old.st_uid, old.st_gid)
            yield out
            out.flush()
            os.fsync(descriptor)
        Path(written).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(written).unlink()
        raise


def _umask() -> int:
    """Return the umask, which can be asked for only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _is_stream(path: Path) -> bool:
    """Tell whether what is written goes on to somebody, and replacing it would take it from them."""
    if Path(os.path.abspath(path)).is_relative_to("/dev"):  # noqa: PTH100 - without links: /dev/stdout is one
        return True
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))
