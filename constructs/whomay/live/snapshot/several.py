"""Several accounts asked at one time, each into a file of its own.

An account that refuses is named, and the others go on. So is one that does not answer: a second run
takes it up.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Final

from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, AccountRefusedError, RefusedError
from whomay.live.snapshot.file import Stream, refused_parts, write

AT_ONCE: Final = 4  # accounts; each is asked by several calls at one time
_SESSION: Final = "whomay-snapshot"


@dataclass(frozen=True, slots=True)
class Asked:
    """One account of a run: its number, and what opens it once it is its turn."""

    id: str
    opened: Callable[[], Account]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one account: how much it told, and which calls it refused.

    `refused` says why it told nothing at all; `unanswered` why nobody knows yet.
    """

    id: str
    counted: Counter[str] = field(default_factory=Counter)
    calls: tuple[dict[str, str], ...] = ()
    refused: str = ""
    unanswered: str = ""

    @property
    def parts(self) -> list[str]:
        """What was refused of single resources, each kind with how often."""
        return refused_parts(self.counted)


def take(
    asked: Iterable[Asked], writing: Callable[[str], AbstractContextManager[Stream]]
) -> Iterator[Told]:
    """Ask all accounts, a few at a time, and yield each as soon as it is in its file.

    `writing` gives where the file of an account goes; it counts when the block ends well.
    Raises OSError where a file cannot be written. No further account is asked then.
    """
    stopped = Event()
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        futures = [pool.submit(_taken, each, writing, stopped) for each in asked]
        yield from map(Future.result, as_completed(futures))
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _taken(
    asked: Asked, writing: Callable[[str], AbstractContextManager[Stream]], stopped: Event
) -> Told:
    try:
        account = asked.opened()
        account.stopped = stopped
        with writing(asked.id) as out:
            counted = write(account, out, lambda _: None)
    except AccountRefusedError as error:
        return Told(asked.id, refused=str(error))
    except LiveError as error:
        return Told(asked.id, unanswered=str(error))
    return Told(asked.id, counted, tuple(account.refused))


def by_role(base: Account, id: str, role: str) -> Account:
    """Return an account as a session of its role of this name; the caller's own as the caller.

    Raises:
        AccountRefusedError: AWS does not let the caller assume it.
        LiveError: it was not answered.

    """
    if id == base.id:
        return base
    arn = f"arn:{base.partition}:iam::{id}:role/{role}"
    try:
        told = base.ask("sts", "assume_role", RoleArn=arn, RoleSessionName=_SESSION)
    except RefusedError as error:
        raise AccountRefusedError(f"sts:AssumeRole of {arn}: {error.why}") from error
    return Account(
        _session(told["Credentials"], base.regions[0]),
        base.regions,
        id,
        told["AssumedRoleUser"]["Arn"],
        base.partition,
    )


def _session(given: dict[str, Any], region: str) -> Any:
    import boto3  # noqa: PLC0415 - only where a live account is asked

    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=region,
    )
