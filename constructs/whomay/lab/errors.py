"""What can go wrong with the lab, each with the command's exit code."""

from typing import ClassVar


class LabError(Exception):
    """The lab cannot do what was asked; the message says what to do. Exit code 2."""

    exit_code: ClassVar[int] = 2


class LabHeldError(LabError):
    """Another run holds the lab's folder. Exit code 75."""

    exit_code: ClassVar[int] = 75


class UnknownAnswerError(LabError):
    """Neither yes nor no: expired credentials, throttling, no answer in time. Exit code 3."""

    exit_code: ClassVar[int] = 3


class WrongEndpointError(LabError):
    """Something else than this lab answers, so nothing further is sent. Exit code 2."""


class CommandFailedError(LabError):
    """A command that the lab needs has failed; ends with what it said. Exit code 1."""

    exit_code: ClassVar[int] = 1


class ServerGoneError(LabError):
    """The server ended or hung in the middle of a run. Exit code 1."""

    exit_code: ClassVar[int] = 1


class NotEnforcedError(LabError):
    """The lab allows what it must refuse, so its answers say nothing. Exit code 1."""

    exit_code: ClassVar[int] = 1
