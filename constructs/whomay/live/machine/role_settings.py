"""What a profile sends with AssumeRole, held against what AWS takes.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from whomay.iam.arn import parse_arn
from whomay.iam.facts.limits import (
    CHAINED_SESSION_SECONDS,
    EXTERNAL_ID,
    MAX_SESSION_SECONDS,
    NAME,
    SESSION_NAME_LENGTH,
)
from whomay.live.machine.finding import MachineFinding

_LEAST_SECONDS: Final = 900


def role_settings(
    name: str, settings: Mapping[str, str], *, chained: bool
) -> Iterator[MachineFinding]:
    """Yield what AWS would refuse of a profile; `chained` where its source is a role already."""
    quoted = shlex.quote(name)
    role = settings["role_arn"]
    arn = parse_arn(role)
    if arn is None or arn.service != "iam" or arn.kind != "role" or not arn.path_and_name:
        yield MachineFinding(
            f"{name}: role_arn is {role}; allowed is arn:aws:iam::ACCOUNT:role/NAME",
            f"aws configure set role_arn ARN --profile {quoted}",
        )
    session = settings.get("role_session_name")
    shortest, longest = SESSION_NAME_LENGTH
    if session is not None and not (
        shortest <= len(session) <= longest and NAME.fullmatch(session)
    ):
        yield MachineFinding(
            f"{name}: role_session_name is {session!r}; allowed are {shortest} to {longest} of A-Z a-z "
            "0-9 and _+=,.@-",
            f"aws configure set role_session_name NAME --profile {quoted}",
        )
    external = settings.get("external_id")
    if external is not None and not EXTERNAL_ID.fullmatch(external):
        yield MachineFinding(
            f"{name}: external_id is {external!r}; allowed are 2 to 1224 of A-Z a-z 0-9 and _+=,.@:/-",
            f"aws configure set external_id ID --profile {quoted}",
        )
    yield from _duration(name, settings.get("duration_seconds"), chained=chained)
    if chained and (device := settings.get("mfa_serial")):
        yield MachineFinding(
            f"{name}: mfa_serial is {device}, and its source is a role, which has no MFA device",
            f"move mfa_serial from {name} to the profile whose source is a user",
        )


def _duration(name: str, text: str | None, *, chained: bool) -> Iterator[MachineFinding]:
    """Yield what is wrong with a duration; the AWS CLI leaves out one that is no number."""
    if text is None:
        return
    most = CHAINED_SESSION_SECONDS if chained else MAX_SESSION_SECONDS[1]
    if not text.isdecimal() or not _LEAST_SECONDS <= int(text) <= most:
        why = " behind another role" if chained else ""
        yield MachineFinding(
            f"{name}: duration_seconds is {text}; allowed is {_LEAST_SECONDS} to {most}{why}",
            f"aws configure set duration_seconds {CHAINED_SESSION_SECONDS} --profile {shlex.quote(name)}",
        )
