"""One run against a lab: what every step needs, handed on as one value."""

import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from whomay.lab.children import Children, Completed
from whomay.lab.environment import program
from whomay.lab.errors import CommandFailedError
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace

_FRAMES = re.compile(
    r"^Traceback \(most recent call last\):\n|^Exception ignored in: .*\n|^ +File \".*\n(?: {4,}.*\n)*",
    re.MULTILINE,
)
LAST_LINES = 12  # of a failed command: what fits on one screen with the message round it


Item = TypeVar("Item")
Result = TypeVar("Result")


class Journal(Protocol):
    """Where a run tells what it does; it may be called from any thread."""

    def command(self, who: str, text: str) -> None:
        """Tell that this command is started now, by whom."""

    def waiting(self, what: str) -> AbstractContextManager[None]:
        """Show that something is under way until the block ends."""


@dataclass(frozen=True, slots=True)
class LabSession:
    """A running lab, its folder, the children started in it, and where to tell about it."""

    lab: Lab
    workspace: Workspace
    children: Children
    journal: Journal

    def run(
        self,
        who: str,
        argv: tuple[str, ...],
        env: Mapping[str, str],
        *,
        cwd: Path | None = None,
        stdin: str = "",
        timeout: float = 60,
    ) -> Completed:
        """Tell of a command and run it, whatever it answers."""
        self.journal.command(who, shlex.join(argv))
        remedy = "run `make` in the checkout, or install what the extra `lab` needs"
        path = program(argv[0], remedy, env["PATH"])
        return self.children.run((path, *argv[1:]), env=env, cwd=cwd, stdin=stdin, timeout=timeout)

    def must(
        self,
        who: str,
        argv: tuple[str, ...],
        env: Mapping[str, str],
        *,
        cwd: Path | None = None,
        timeout: float = 60,
    ) -> str:
        """Run a command that the lab needs, and return its standard output.

        Raises:
            CommandFailedError: it failed; the message ends with its last lines

        """
        done = self.run(who, argv, env, cwd=cwd, timeout=timeout)
        if done.code != 0:
            raise CommandFailedError(f"`{shlex.join(argv)}` failed:\n{last_lines(done)}")
        return done.out

    def each(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Call a function for every item, side by side, and return the results in order.

        When one fails, or this run is stopped, the others' children are ended at once.
        """
        pool = ThreadPoolExecutor((os.cpu_count() or 1) + 1)
        try:
            return list(pool.map(function, items))
        except BaseException:
            self.children.close()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def last_lines(done: Completed) -> str:
    """Return the end of what a command has said, indented, without the frames of tracebacks."""
    lines = [line.rstrip() for line in _FRAMES.sub("", done.said).splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in lines[-LAST_LINES:])
