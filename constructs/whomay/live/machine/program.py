"""The aws CLI that a shell would find, and whether its version is enough for a profile.

https://docs.aws.amazon.com/cli/latest/userguide/getting-started-version.html
"""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from whomay.live.machine.finding import MachineFinding

CHOSEN: Final = "WHOMAY_AWS"  # names an aws CLI other than the first on PATH
_NEWEST: Final = "install version 2: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
_PATIENCE: Final = 30  # seconds; a CLI that was never started compiles itself first
_SAID: Final = re.compile(r"aws-cli/(\d+)\.(\d+)\.(\d+)")

Version = tuple[int, int, int]
# The first version that knows a setting: of version 1, where it has any, and of version 2.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
# https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html
# https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html
_FIRST: Final[Mapping[str, tuple[Version | None, Version]]] = {
    "endpoint_url": ((1, 29, 0), (2, 13, 0)),
    "services": ((1, 29, 0), (2, 13, 0)),
    "sso_session": (None, (2, 9, 0)),
    "login_session": (None, (2, 32, 0)),
}


@dataclass(frozen=True, slots=True)
class Program:
    """An aws CLI: where it is, and its version."""

    path: str
    version: Version

    def __str__(self) -> str:
        """Return version and place, as a person is shown them."""
        return f"aws {_text(self.version)}, {self.path}"


def program(environment: Mapping[str, str]) -> Program | MachineFinding:
    """Ask the aws CLI that WHOMAY_AWS names, or the first on PATH, for its version."""
    name = environment.get(CHOSEN) or "aws"
    path = shutil.which(name, path=environment.get("PATH"))
    if path is None:
        settle = f"unset {CHOSEN}" if environment.get(CHOSEN) else _NEWEST
        return MachineFinding(f"no program {name} is on PATH", settle, unknown=True)
    command = (path, "--version")
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())
        return MachineFinding(f"{path}: its version is not known: {why}", _NEWEST, unknown=True)
    said = _SAID.search(done.stdout + done.stderr)
    if said is None:
        return MachineFinding(
            f"{path}: its version is not known: it says {(done.stdout + done.stderr)[:80]!r}",
            f"{shlex.join(command)}   # and see what is wrong",
            unknown=True,
        )
    major, minor, patch = map(int, said.groups())
    return Program(path, (major, minor, patch))


def versions(
    found: Program, settings: Iterable[str], environment: Mapping[str, str]
) -> Iterator[MachineFinding]:
    """Yield what this CLI is too old for; `settings` are those of the profiles of a chain."""
    is_one = found.version[0] == 1
    for setting in sorted({*settings} & _FIRST.keys()):
        least = _FIRST[setting][0 if is_one else 1]
        if least is None or found.version < least:
            enough = _text(least or _FIRST[setting][1])
            yield MachineFinding(f"{found}: too old for {setting}, which needs {enough}", _NEWEST)
    if is_one:
        yield MachineFinding(
            f"{found}: version 1 is in maintenance since 5 August 2026, and ends on 15 July 2027",
            _NEWEST,
        )
        wanted = environment.get("AWS_REGION")
        if wanted and environment.get("AWS_DEFAULT_REGION") != wanted:
            yield MachineFinding(
                f"AWS_REGION={wanted}: version 1 of the AWS CLI does not read it",
                f"export AWS_DEFAULT_REGION={shlex.quote(wanted)}",
            )


def _text(version: Version) -> str:
    return ".".join(map(str, version))
