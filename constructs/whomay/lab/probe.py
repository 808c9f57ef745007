"""What a probe is: one command by one actor, and the one answer that AWS gives."""

import shlex
from dataclasses import dataclass
from typing import Final

from whomay.lab.answers import ALLOWED, Answer

IDENTITY: Final = "sts get-caller-identity"


@dataclass(frozen=True, slots=True)
class Command:
    """One command by one actor; `actors.py` has the environment of each."""

    who: str
    argv: tuple[str, ...]
    stdin: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question and its only right answer.

    `shows` must be in the text of an allowed answer. `before` is run by the administrator between
    control and command. `reachable` is False where an isolated subnet could not even send it.
    """

    project: str
    title: str
    command: Command
    answer: Answer = ALLOWED
    control: Command | None = None
    shows: str = ""
    before: Command | None = None
    reachable: bool = True


def command(who: str, text: str, stdin: str = "") -> Command:
    """Write a command as it is typed in a shell."""
    return Command(who, tuple(shlex.split(text)), stdin)


def denied(operation: str, code: str = "AccessDenied") -> Answer:
    """Write a refusal."""
    return Answer(code, operation)
