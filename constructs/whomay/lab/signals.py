"""The signals that end a command, and the few steps that they must not cut in two."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

BY_SIGNAL: Final = 128  # a shell's exit code of a command that a signal has ended, plus its number
ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def uncut() -> Iterator[None]:
    """Let a signal that comes within the block wait for its end.

    Python runs signal handlers in the main thread alone, so in any other nothing needs to wait.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[signal.Signals] = []

    def wait(number: int, _frame: FrameType | None) -> None:
        came.append(signal.Signals(number))

    before = {}
    try:
        for number in ENDING:
            handler = signal.getsignal(number)
            if handler is not signal.SIG_IGN:
                before[number] = handler
                signal.signal(number, wait)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in came:
            signal.raise_signal(late)
