"""Virtual MFA devices, enrolled with the commands that a person types."""

import json
from collections.abc import Mapping
from secrets import token_hex
from typing import Final

from whomay.iam.arn import name_in
from whomay.lab.codes import MARGIN, STEP, Codes
from whomay.lab.errors import CommandFailedError
from whomay.lab.session import LabSession
from whomay.lab.undo import Undo

# How long the codes of each attempt stay good at least, in seconds: a slow machine sends the first too late.
_MARGINS: Final = (MARGIN, STEP, STEP)


def enrol(
    session: LabSession,
    undo: Undo,
    actor: tuple[str, Mapping[str, str]],
    *,
    user: str,
    serial: str,
) -> Codes:
    """Make a device with the serial number and enable it for the user; return its codes.

    `actor` is a name to show and the environment: the user or an administrator.
    The seed is in a file that is removed at once, as `whomay mfa-commands` has it.

    Raises:
        CommandFailedError: a command failed.

    """
    who, environment = actor
    seed_file = session.workspace.work / f"seed-{token_hex(4)}"
    name = ("--virtual-mfa-device-name", name_in(serial))
    seed = ("--bootstrap-method", "Base32StringSeed", "--outfile", str(seed_file))
    create = ("aws", "iam", "create-virtual-mfa-device", *name, *seed, "--output", "json")
    made = json.loads(session.must(who, create, environment))["VirtualMFADevice"]
    if made["SerialNumber"] != serial:
        raise CommandFailedError(f"no MFA device can have the serial number {serial}")
    device = ("--serial-number", serial)
    undo.add("aws", "iam", "delete-virtual-mfa-device", *device)
    codes = Codes(seed_file.read_text().strip())
    seed_file.unlink()
    owner = ("--user-name", user)
    enable = ("aws", "iam", "enable-mfa-device", *owner, *device)
    _enable(session, who, enable, environment, codes)
    undo.add("aws", "iam", "deactivate-mfa-device", *owner, *device)
    return codes


def _enable(
    session: LabSession,
    who: str,
    command: tuple[str, ...],
    environment: Mapping[str, str],
    codes: Codes,
) -> None:
    """Enable a device by two codes, and by fresh ones where these arrive too late."""
    for attempt, margin in enumerate(_MARGINS, start=1):
        first, second = codes.pair(margin)
        both = ("--authentication-code1", first, "--authentication-code2", second)
        try:
            session.must(who, (*command, *both), environment)
        except CommandFailedError as error:
            if attempt == len(_MARGINS) or "(InvalidAuthenticationCode)" not in str(error):
                raise
        else:
            return
