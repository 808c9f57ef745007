"""Sessions of the contract's principals, begun by who runs the command."""

from collections.abc import Callable
from typing import Any, Final

from whomay.iam.arn import name_in
from whomay.iam.facts.error_codes import DENIED
from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError

NAME: Final = "whomay-verify"  # of the sessions, by which a trail tells them
_SECONDS: Final = 900  # the shortest that STS gives


class NoSessionError(Exception):
    """The caller cannot act as a principal."""


class ProbeSessions:
    """Begins a session of each role once; as a user it can act where the caller is that user."""

    def __init__(self, caller: Account, external_id: Callable[[str], str]) -> None:
        """Take who begins them, and what tells the external id that a role's trust asks for."""
        self._caller = caller
        self._external_id = external_id
        self._begun: dict[str, Account] = {}

    def of(self, arn: str) -> Account:
        """Return what asks as a user or role.

        Raises NoSessionError where the caller may not become it, and LiveError where that was not
        answered.
        """
        if arn == self._caller.caller:
            return self._caller
        if ":role/" not in arn:
            raise NoSessionError("nobody but itself can act as a user: run it with the user's keys")
        if arn not in self._begun:
            self._begun[arn] = self._begin(arn)
        return self._begun[arn]

    def _begin(self, arn: str) -> Account:
        import boto3  # noqa: PLC0415 - only where a live account is asked

        external_id = self._external_id(arn)
        asked: dict[str, Any] = {"ExternalId": external_id} if external_id else {}
        try:
            told = self._caller.ask(
                "sts",
                "assume_role",
                RoleArn=arn,
                RoleSessionName=NAME,
                DurationSeconds=_SECONDS,
                **asked,
            )["Credentials"]
        except RefusedError as error:
            if error.why not in DENIED:
                raise LiveError(f"no session of {name_in(arn)}: {error.why}") from error
            why = f"{self._caller.caller} may not become {name_in(arn)}: {error.why}"
            raise NoSessionError(why) from error
        session = boto3.Session(
            told["AccessKeyId"],
            told["SecretAccessKey"],
            told["SessionToken"],
            region_name=self._caller.regions[0],
        )
        return Account(session, self._caller.regions, self._caller.id, arn, self._caller.partition)
