"""Child processes, each in a process group of its own, so that none outlives the run."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from weakref import WeakSet

from whomay.lab.errors import LabError, UnknownAnswerError
from whomay.lab.signals import uncut


class StoppedError(LabError):
    """The run is being stopped, so no further child is started."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a child has said, and how it ended; `code` is negative for a signal, as in subprocess."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything that it said, errors last."""
        return f"{self.out}\n{self.err}".strip()


class Children:
    """Runs commands, from any thread, and ends all that are left when it is closed.

    The CDK CLI and the aws CLI start further processes. So a group is signalled as a whole: a
    signal to the process that was started would leave those running.
    """

    def __init__(self) -> None:
        _open.add(self)
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._closed = False

    def __enter__(self) -> Self:
        """Take children, again if it was closed."""
        self._closed = False
        return self

    def __exit__(self, *_: object) -> None:
        """End what still runs."""
        self.close()

    def run(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        stdin: str = "",
        timeout: float = 60,
    ) -> Completed:
        """Run a command to its end; its environment is `env` and nothing else.

        :param timeout: seconds, after which the whole group is killed
        Raises:
            UnknownAnswerError: it did not end in time
            LabError: there is no such program

        """
        with uncut():  # else a child could be started, and a signal come before it is known
            process = self._start(argv, env, cwd)
        try:
            out, err = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            raise UnknownAnswerError(
                f"`{' '.join(argv)}` did not end within {timeout:g} seconds, and was killed"
            ) from None
        finally:
            _signal(process, signal.SIGKILL)  # whatever of its group is still there
            process.wait()
            _close_pipes(process)
            with self._lock:
                self._running.discard(process)
        return Completed(tuple(argv), process.returncode, out, err)

    def close(self, grace: float = 2) -> None:
        """End every child that still runs: asked first, killed after `grace` seconds."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            _signal(process, signal.SIGTERM)
        end = time.monotonic() + grace
        while time.monotonic() < end and any(process.poll() is None for process in running):
            time.sleep(0.02)
        self.kill()

    def kill(self) -> None:
        """Kill every child that still runs, at once."""
        for process in list(self._running):
            _signal(process, signal.SIGKILL)

    def _start(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path | None
    ) -> subprocess.Popen[str]:
        with self._lock:
            if self._closed:
                raise StoppedError("the run is being stopped")
            try:
                process = subprocess.Popen(
                    argv,
                    env=env,
                    cwd=cwd,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    start_new_session=True,  # its own group, and no terminal that could ask
                    umask=0o077,
                )
            except FileNotFoundError as error:
                raise LabError(f"cannot start {argv[0]}: {error.strerror}") from error
            self._running.add(process)
        return process


_open: "WeakSet[Children]" = WeakSet()


def kill_all() -> None:
    """Kill every child of every `Children` at once: the last thing that a process does."""
    for children in list(_open):
        children.kill()


def _close_pipes(process: "subprocess.Popen[str]") -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        with suppress(OSError):  # what was to be written to a child that is gone
            if stream:
                stream.close()


def _signal(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # the group is gone, or (macOS) a zombie
        os.killpg(process.pid, number)
