"""What AWS says to one call, sts:GetCallerIdentity: who calls, and what time it is.

It is signed with an access key alone. So no role is assumed, no code is asked for, and no program of
a profile runs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from whomay.iam.arn import name_in, parse_arn
from whomay.iam.facts.error_codes import NO_DECISION
from whomay.live.errors import LiveError
from whomay.live.machine.finding import MachineFinding

_CLOCK_OFF: Final = 300  # seconds; AWS takes a signature that is no older
_SECONDS: Final = 10  # to connect, and to wait for an answer
_SET_THE_CLOCK: Final = "sudo timedatectl set-ntp true   # or set the clock by hand"


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer: account and caller, or the code and the message of AWS's error.

    `behind` is by how many seconds this machine's clock is behind AWS's; None where it is not told.
    """

    account: str = ""
    caller: str = ""
    code: str = ""
    message: str = ""
    behind: float | None = None


def ask(profile: str | None, keys: Mapping[str, str] | None, region: str) -> Asked:
    """Ask AWS, or the endpoint that the profile or the environment configures.

    `keys` are the settings of the profile that has the access key; None takes the variables' own.

    Raises LiveError, with exit code 3, where no answer comes.
    """
    try:
        import botocore.session  # noqa: PLC0415 - only where AWS is asked
        from botocore.config import Config  # noqa: PLC0415 - the same
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - the same
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - the same

        from whomay.live.whole_answers import only_whole  # noqa: PLC0415 - the same
    except ImportError as error:
        raise LiveError("boto3 is missing: pip install 'whomay[live]'", exit_code=3) from error
    patience = Config(
        connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"total_max_attempts": 2}
    )
    try:
        session = botocore.session.Session(profile=profile)
        if keys is not None:
            id_and_secret = keys["aws_access_key_id"], keys["aws_secret_access_key"]
            session.set_credentials(*id_and_secret, keys.get("aws_session_token"))
        client: Any = session.create_client("sts", region_name=region, config=patience)
        only_whole(client.meta.events)
        answer = client.get_caller_identity()
    except ClientError as error:
        said = error.response["Error"]
        behind = _behind(error.response)
        return Asked(code=said.get("Code", ""), message=said.get("Message", ""), behind=behind)
    except (BotoCoreError, ResponseParserError, ValueError) as error:  # ValueError: no URL
        raise LiveError(" ".join(str(error).split())[:300], exit_code=3) from error
    return Asked(answer["Account"], answer["Arn"], behind=_behind(answer))


def answers(asked: Asked, profile: str, device: str) -> Iterator[MachineFinding]:
    """Yield what is wrong by AWS's answer; `device` is the MFA device that a role is assumed with."""
    yield from _clock(asked)
    is_off = asked.behind is not None and abs(asked.behind) >= _CLOCK_OFF
    if asked.code in NO_DECISION and "Expired" not in asked.code:
        what = f"{profile}: sts:GetCallerIdentity is not answered: {asked.code}"
        yield MachineFinding(what, "try again in a minute", unknown=True)
    elif asked.code and not is_off:
        yield MachineFinding(
            f"{profile}: AWS refuses its key: {asked.code}: {asked.message}",
            "renew the key or the session   # whomay rotate-key, or log in again",
        )
    if asked.caller and device:
        yield from _device(asked, device)


def _clock(asked: Asked) -> Iterator[MachineFinding]:
    if asked.behind is None:
        what = "the clock was not compared: the answer has no Date"
        yield MachineFinding(
            what, "date -u   # and compare it with a clock that is right", unknown=True
        )
    elif abs(asked.behind) >= _CLOCK_OFF:
        minutes, word = round(abs(asked.behind) / 60), "behind" if asked.behind > 0 else "ahead"
        yield MachineFinding(
            f"the clock of this machine is {minutes} minutes {word}: AWS refuses a signature beyond 5",
            _SET_THE_CLOCK,
        )


def _device(asked: Asked, device: str) -> Iterator[MachineFinding]:
    """Compare an MFA device with the user who calls; a hardware device has no ARN of an account."""
    caller, arn = parse_arn(asked.caller), parse_arn(device)
    if caller is None or arn is None:
        return
    list_them = "aws iam list-mfa-devices"
    if caller.kind != "user":
        what = f"mfa_serial is {device}, and {asked.caller} is no user: only a user has a device"
        yield MachineFinding(what, "take the key of the user whose device it is")
    elif arn.account != caller.account:
        what = f"mfa_serial is {device}, of another account than {asked.caller}"
        yield MachineFinding(what, f"{list_them}   # then set mfa_serial to that")
    elif name_in(device) != name_in(asked.caller):
        what = f"mfa_serial is {device}: not known whether it is a device of {asked.caller}"
        yield MachineFinding(what, f"{list_them}   # it must list it", unknown=True)


def _behind(response: Mapping[str, Any]) -> float | None:
    said = response["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    try:
        return (parsedate_to_datetime(str(said)) - datetime.now(tz=UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
