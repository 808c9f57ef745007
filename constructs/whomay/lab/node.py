"""The Node that runs the CDK CLI: whether it is there and new enough, before any work begins."""

import re
import subprocess
from typing import Final

from whomay.lab.environment import program
from whomay.lab.errors import LabError

# The oldest release that both the CDK CLI and jsii, the bridge of CDK to Python, run on.
OLDEST: Final = 20
_REMEDY: Final = "run `make` in the checkout, which brings its own, or install Node 20 or newer"


def check() -> None:
    """Look for Node where the CDK CLI will be looked for, and ask for its version.

    Raises:
        LabError: there is none, it does not run, or it is too old

    """
    path = program("node", _REMEDY)
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=False, timeout=30
        )
        said = done.stdout.strip()
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        said = ""
    found = re.fullmatch(r"v(\d+)\..*", said)
    if found is None:
        raise LabError(f"{path} does not tell a version as Node does: {_REMEDY}")
    if int(found[1]) < OLDEST:
        raise LabError(f"{path} is Node {said[1:]}, and CDK needs {OLDEST} or newer: {_REMEDY}")
