"""What can go wrong with the lab, each with the command's exit code."""

from typing import ClassVar


class LabError(Exception):
    """The lab cannot do what was asked; the message says what to do. Exit code 2."""

    exit_code: ClassVar[int] = 2


class LabHeldError(LabError):
    """Another run holds the lab's folder. Exit code 75."""

    exit_code: ClassVar[int] = 75
