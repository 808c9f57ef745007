"""Notices at once when the server ends or hangs, so that no command waits for it in vain."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from whomay.lab import lifecycle, loopback
from whomay.lab.children import Children
from whomay.lab.errors import LabError, ServerGoneError
from whomay.lab.state import Lab

EVERY: Final = 0.5  # seconds between two looks at the process
SILENCE: Final = 15.0  # seconds without an answer, after which it counts as hung


class _Watch(threading.Thread):
    def __init__(self, lab: Lab, folder: Path, children: Children) -> None:
        super().__init__(daemon=True)
        self._lab = lab
        self._folder = folder
        self._children = children
        self._over = threading.Event()
        self._answered = time.monotonic()
        self.problem: str | None = None

    def run(self) -> None:
        while not self._over.wait(EVERY):
            self.problem = self.look()
            if self.problem:
                self._children.close(grace=0)
                return

    def look(self) -> str | None:
        """Say what is wrong with the server now."""
        gone = lifecycle.why_gone(self._folder, self._lab)
        if gone or self.problem:
            return gone or self.problem
        try:
            loopback.ask(self._lab, "/lab/identity", timeout=SILENCE / 3)
        except OSError:
            silent = time.monotonic() - self._answered
            return (
                None
                if silent < SILENCE
                else f"the lab's server has not answered for {silent:.0f} s"
            )
        self._answered = time.monotonic()
        return None

    def end(self) -> None:
        self._over.set()


@contextmanager
def watched(lab: Lab, folder: Path, children: Children) -> Iterator[None]:
    """End the children as soon as the server is gone or hangs.

    Raises:
        ServerGoneError: it has; says how it ended, with the end of its log.

    """
    watch = _Watch(lab, folder, children)
    watch.start()
    try:
        yield
    except LabError as error:
        problem = watch.look()
        if problem:
            raise ServerGoneError(f"{problem}\nStart it again: whomay lab start") from error
        raise
    finally:
        watch.end()
