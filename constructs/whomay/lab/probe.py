"""What a probe is: one command by one actor, and the one answer that AWS gives."""

import shlex
from dataclasses import dataclass
from typing import Final

from whomay.lab.answers import ALLOWED, Answer

IDENTITY: Final = "sts get-caller-identity"


@dataclass(frozen=True, slots=True)
class Call:
    """One command by one actor; `actors.py` has the environment of each."""

    who: str
    argv: tuple[str, ...]
    stdin: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question and its only right answer.

    `shows` must be in the text of an allowed answer. `before` is run by the administrator between
    control and call. `reachable` is False where an isolated subnet could not even send the call.
    """

    project: str
    title: str
    call: Call
    answer: Answer = ALLOWED
    control: Call | None = None
    shows: str = ""
    before: Call | None = None
    reachable: bool = True


def call(who: str, command: str, stdin: str = "") -> Call:
    """Write a call as it is typed in a shell."""
    return Call(who, tuple(shlex.split(command)), stdin)


def denied(operation: str, code: str = "AccessDenied") -> Answer:
    """Write a refusal."""
    return Answer(code, operation)
