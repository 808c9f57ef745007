"""Real calls under the sessions of the contract's principals, each refusal with a control beside it.

Only the service's own code for a denial counts as one. What is throttled, expired, not opted in, not
there or not answered is Unknown.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from whomay.engine.contract import Outcome
from whomay.iam.facts.error_codes import DENIED, NO_DECISION, SKEWED
from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError
from whomay.live.verify.by_aws import NOT_TOLD, ByAws, by_aws
from whomay.live.verify.probe_objects import ProbeObjects
from whomay.live.verify.probe_plan import Planned
from whomay.live.verify.probe_sessions import NoSessionError, ProbeSessions

PER_SECOND: Final = 10  # calls
_ALLOWED: Final = "allowed"
_REFUSED: Final = "denied"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a call was answered: `allowed`, `denied`, or nothing where `unknown` says why.

    `code` is the service's own error code. `control` is the caller's answer to the same call, where
    the call was refused. `by_aws` is then AWS's own word on it, where it tells an authorization id.
    """

    planned: Planned
    answer: str = ""
    code: str = ""
    control: str = ""
    unknown: str = ""
    by_aws: ByAws = NOT_TOLD

    @property
    def outcome(self) -> Outcome:
        """Whether the call is answered as the contract says."""
        if self.unknown:
            return Outcome.UNKNOWN
        as_stated = (self.answer == _ALLOWED) is self.planned.expected
        return Outcome.KEPT if as_stated else Outcome.BROKEN


@dataclass(frozen=True, slots=True)
class _Answer:
    """One call: allowed, denied with a code, or unknown."""

    said: str = ""
    code: str = ""
    unknown: str = ""
    ends: bool = False
    message: str = ""


class Prober:
    """Makes the calls, one after another; after one that was not answered it makes no more."""

    def __init__(self, caller: Account, sessions: ProbeSessions, objects: ProbeObjects) -> None:
        """Take who makes objects and controls, the sessions of the principals, and the objects."""
        self._caller = caller
        self._sessions = sessions
        self._objects = objects
        self._ended = ""
        self._next = 0.0

    def run(
        self, plan: Sequence[Planned], advance: Callable[[int], None]
    ) -> tuple[list[Tried], Mapping[str, str]]:
        """Return what was tried, and by principal why nothing could be tried as it."""
        found: list[Tried] = []
        not_become: dict[str, str] = {}
        for planned in plan:
            arn = planned.promise.arn
            if arn not in not_become:
                try:
                    found.append(self._try(planned))
                except NoSessionError as error:
                    not_become[arn] = str(error)
            advance(1)
        return found, not_become

    def _try(self, planned: Planned) -> Tried:
        if self._ended:
            return Tried(planned, unknown=self._ended)
        try:
            who = self._sessions.of(planned.promise.arn)
        except LiveError as error:
            self._ended = str(error)
            return Tried(planned, unknown=self._ended)
        bucket, key = planned.place
        try:
            if planned.probe.on_object:
                self._wait()
                self._objects.make(bucket, key)
        except (LiveError, RefusedError) as error:
            return Tried(planned, unknown=f"{self._caller.caller} cannot make the object: {error}")
        answer = self._call(who, planned)
        if answer.said != _REFUSED:
            return Tried(planned, answer.said, answer.code, unknown=answer.unknown)
        control = self._call(self._caller, planned)
        if control.said == _ALLOWED:
            told_by_aws = by_aws(self._caller, answer.message, planned.decision)
            return Tried(planned, _REFUSED, answer.code, _ALLOWED, by_aws=told_by_aws)
        told = control.unknown or control.code
        unknown = f"refused, and so is {self._caller.caller} ({told}): it proves nothing"
        return Tried(planned, _REFUSED, answer.code, told, unknown)

    def _call(self, who: Account, planned: Planned) -> _Answer:
        self._wait()
        answer = call(who, planned)
        if answer.ends:
            self._ended = answer.unknown
        return answer

    def _wait(self) -> None:
        """Wait until the next call may be made."""
        now = time.monotonic()
        time.sleep(max(0.0, self._next - now))
        self._next = max(now, self._next) + 1 / PER_SECOND


def call(who: Account, planned: Planned) -> _Answer:
    """Make a call, and return what its answer says of permission."""
    probe = planned.probe
    try:
        told: dict[str, Any] = who.ask(probe.service, probe.method, **planned.parameters)
    except RefusedError as error:
        if error.why in DENIED:
            return _Answer(_REFUSED, error.why, message=error.message)
        return _Answer(unknown=error.why)
    except LiveError as error:
        code = error.code
        if code in probe.passed:
            return _Answer(_ALLOWED, code)
        return _Answer(unknown=str(error), ends=not _is_of_one(code))
    if "Body" in told and (cut := _cut(told["Body"])):
        return _Answer(unknown=f"{probe.service} {probe.method}: {cut}")
    return _Answer(_ALLOWED)


def _cut(body: Any) -> str:
    """Read what an object's answer holds, one byte; say what was wrong, empty for nothing."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - only where an account is asked

    try:
        body.read()
    except BotoCoreError as error:
        return str(error)
    return ""


def _is_of_one(code: str) -> bool:
    """Tell whether an answer is about the one call, such as 404: others can still be made."""
    return bool(code) and code not in NO_DECISION | SKEWED
