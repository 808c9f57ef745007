"""That a command is still at work, for who watches a terminal: after a second, and gone at the end."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

AFTER: Final = 1.0  # seconds; what ends before shows nothing
_CLEARED: Final = "\r\x1b[K"


@contextmanager
def shown() -> Iterator[None]:
    """Show on standard error, where it is a terminal, how long the block has been at work."""
    if not sys.stderr.isatty():
        yield
        return
    name, done = click.get_current_context().command_path, threading.Event()
    begun = time.monotonic()

    def tick() -> None:
        while not done.wait(AFTER):
            sys.stderr.write(f"{_CLEARED}{name}: {time.monotonic() - begun:.0f} s ...")
            sys.stderr.flush()

    watching = threading.Thread(target=tick, daemon=True)
    watching.start()
    try:
        yield
    finally:
        done.set()
        watching.join()
        if time.monotonic() - begun >= AFTER:
            sys.stderr.write(_CLEARED)
            sys.stderr.flush()
