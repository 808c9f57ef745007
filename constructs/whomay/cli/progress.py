"""That a command is still at work, for who watches a terminal: after a second, and gone at the end."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

AFTER: Final = 1.0  # seconds; what ends before shows nothing
_CLEARED: Final = "\r\x1b[K"


def is_watched() -> bool:
    """Whether standard error is a terminal, and one that can take back what it shows."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def say(what: str) -> None:
    """Show this in the place of what was said before, if somebody watches; an empty text clears it."""
    if is_watched():
        sys.stderr.write(f"{_CLEARED}{what}")
        sys.stderr.flush()


@contextmanager
def shown() -> Iterator[None]:
    """Show on standard error, where somebody watches, how long the block has been at work."""
    if not is_watched():
        yield
        return
    name, done = click.get_current_context().command_path, threading.Event()
    begun = time.monotonic()

    def tick() -> None:
        while not done.wait(AFTER):
            say(f"{name}: {time.monotonic() - begun:.0f} s ...")

    watching = threading.Thread(target=tick, daemon=True)
    watching.start()
    try:
        yield
    finally:
        done.set()
        watching.join()
        if time.monotonic() - begun >= AFTER:
            say("")
