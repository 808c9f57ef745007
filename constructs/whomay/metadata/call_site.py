"""The place in the app's own code from which a function was called."""

import sys
from pathlib import Path
from typing import Final

_NOT_THE_APP: Final = frozenset(("whomay", "aws_cdk", "constructs", "jsii", "cdk_nag", "typeguard"))


def call_site() -> str:
    """Return file and line, `stacks/ec2_role.py:31`, relative to the working folder.

    CDK's own stack traces hold only JavaScript frames. Call it where the user's call arrives, never
    from a callback at synth.
    """
    frame = sys._getframe(1)  # noqa: SLF001 - inspect reads every source file it passes
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] in _NOT_THE_APP:
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{shown}:{frame.f_lineno}"
