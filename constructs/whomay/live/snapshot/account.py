"""Calls of AWS that read, each with what becomes of an answer that is none.

A call that AWS refuses for want of permission is noted. Whatever says nothing of permission ends
the run: throttling, expired credentials, a wrong clock, no network. So nothing is taken for refused
that was only not answered.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from whomay.iam.facts.error_codes import DENIED, NO_KEYS, NOT_THERE
from whomay.live.errors import LiveError, as_live_error, in_short, minutes_off

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_ATTEMPTS: Final = 8  # of one call, with growing pauses, where AWS_MAX_ATTEMPTS says nothing else
_SECONDS: Final = (10, 30)  # to connect, and to wait for an answer
WORKERS: Final = 8  # calls at one time


class RefusedError(Exception):
    """AWS refuses the call for want of permission, or the service is not there for the account.

    `why` is AWS's error code, and `message` its words.
    """

    def __init__(self, why: str, message: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.message = message


class AccountRefusedError(LiveError):
    """The account refuses what no snapshot can do without."""


@dataclass(slots=True)
class Account:
    """An account, who asks it, and in which Regions. `refused` are the calls that it refused.

    `valid_in` is a Region where AWS has taken the keys. Nothing more is asked once `stopped` is set.
    """

    session: Any
    regions: tuple[str, ...]
    id: str = ""
    caller: str = ""
    partition: str = "aws"
    valid_in: str = ""
    refused: list[dict[str, str]] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "") -> Any:
        """Return a client of boto3 for a service; in the first Region where none is named.

        Raises LiveError once the run is stopped, and for an endpoint or a Region that can be none.
        """
        from botocore.config import Config  # noqa: PLC0415 - only where a live account is asked

        self._go_on()
        key = service, region or self.regions[0]
        if key not in self._clients:
            from whomay.live.whole_answers import only_whole  # noqa: PLC0415 - the same

            attempts = _attempts()
            config = Config(
                retries={"mode": "standard", "total_max_attempts": attempts},
                connect_timeout=_SECONDS[0],
                read_timeout=_SECONDS[1],
                max_pool_connections=WORKERS,
            )
            try:
                made = self.session.client(service, region_name=key[1], config=config)
            except ValueError as error:  # botocore's, as for AWS_ENDPOINT_URL without http://
                raise LiveError(f"{service} in {key[1]}: {in_short(error)}") from error
            only_whole(made.meta.events)
            self._clients[key] = made
        return self._clients[key]

    def ask(
        self, service: str, operation: str, region: str = "", *, absent: str = "", **arguments: Any
    ) -> dict[str, Any]:
        """Return the answer of one call; empty for the error code `absent`, which says "none".

        Raises:
            RefusedError: AWS refuses it.
            LiveError: it was not answered.

        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see client
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - the same

        try:
            call = getattr(self.client(service, region), operation)
            found: dict[str, Any] = call(**arguments)
        except ClientError as error:
            if error.response["Error"].get("Code") in absent.split():
                return {}
            raise self._said(f"{service} {operation}", error, region) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise LiveError(f"{service} {operation}: {in_short(error)}", exit_code=3) from error
        found.pop("ResponseMetadata", None)
        return found

    def pages(
        self, service: str, operation: str, region: str = "", **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list, one at a time.

        Raises as `ask` does. A list that was cut in the middle is no shorter list.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see client
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - the same

        try:
            for page in self.client(service, region).get_paginator(operation).paginate(**arguments):
                page.pop("ResponseMetadata", None)
                yield page
                self._go_on()
        except ClientError as error:
            raise self._said(f"{service} {operation}", error, region) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise LiveError(f"{service} {operation}: {in_short(error)}", exit_code=3) from error

    def note(self, call: str, why: str, region: str = "") -> None:
        """Keep that a call was refused, `s3:ListAllMyBuckets`, and in which Region."""
        self.refused.append({"call": call, "region": region, "why": why})

    def _go_on(self) -> None:
        if self.stopped.is_set():
            raise LiveError("the run was stopped", exit_code=3)

    def _said(self, doing: str, error: "ClientError", region: str) -> Exception:
        code = error.response["Error"].get("Code", "")
        # Keys that were valid in this Region are so no longer: that refuses nothing.
        gone = code in NO_KEYS and (region or self.regions[0]) == self.valid_in
        refused = code in DENIED or (code in NOT_THERE and not gone)
        if refused and not minutes_off(error.response):
            return RefusedError(code, error.response["Error"].get("Message", ""))
        known = as_live_error(doing, error)
        return LiveError(str(known), exit_code=3)


def account(profile: str | None, regions: tuple[str, ...]) -> Account:
    """Return the account of a profile, or of the environment, once AWS has said who asks.

    Raises LiveError where there are no credentials, no Region, or no answer.
    """
    try:
        import boto3  # noqa: PLC0415 - only where a live account is asked
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - the same
    except ImportError as error:
        raise LiveError("boto3 is missing: pip install 'whomay[live]'") from error
    try:
        # as the AWS CLI has it, and boto3 does not: AWS_REGION before the profile's own
        region = os.environ.get("AWS_REGION") or None
        session = boto3.Session(profile_name=profile, region_name=region)
        named = regions or tuple(filter(None, [session.region_name]))
        if not named:
            raise LiveError("no Region is known: give --region, or set AWS_REGION")
        if session.get_credentials() is None:
            raise LiveError("no credentials: give --profile, or log in")
        found = Account(session, named)
        who = found.ask("sts", "get_caller_identity")
    except RefusedError as error:
        raise LiveError(f"sts get_caller_identity: {error.why}: these are no valid keys") from error
    except BotoCoreError as error:
        raise LiveError(in_short(error)) from error
    found.id, found.caller, found.valid_in = who["Account"], who["Arn"], found.regions[0]
    found.partition = found.caller.split(":")[1]
    return found


def _attempts() -> int:
    """Return how often a call is tried at most.

    Raises LiveError for an AWS_MAX_ATTEMPTS that is no number of attempts.
    """
    text = os.environ.get("AWS_MAX_ATTEMPTS") or str(_ATTEMPTS)
    if not (text.isdecimal() and int(text)):
        raise LiveError(f"AWS_MAX_ATTEMPTS: got {text!r}; allowed is a number from 1 on")
    return int(text)
