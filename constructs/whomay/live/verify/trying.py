"""Real calls beside the answers: planned by statement, made under sessions, and cleaned up after."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from whomay.live.snapshot.account import Account
from whomay.live.verify.probe_objects import ProbeObjects
from whomay.live.verify.probe_plan import Plan, Planned
from whomay.live.verify.probe_sessions import NAME, ProbeSessions
from whomay.live.verify.probing import Prober, Tried
from whomay.live.verify.questions import AccountQuestions
from whomay.live.verify.verified import Verified

_RANDOM: Final = 4  # bytes


class Trial:
    """The calls of one run. `token` begins the names of its objects; `left` were not deleted."""

    def __init__(
        self, caller: Account, questions: AccountQuestions, resources: Sequence[str]
    ) -> None:
        """Take who begins sessions and makes objects, and the resources of the app."""
        self._caller = caller
        self._questions = questions
        self._resources = resources
        self.token = f"{NAME}-{secrets.token_hex(_RANDOM)}"
        self.left: list[str] = []

    def plan(self, verified: Sequence[Verified]) -> list[tuple[list[Planned], str]]:
        """Return the calls for each statement, and why there are no more."""
        plan = Plan(self._questions.of_account, self._resources, self.token)
        return [([], "") if one.finding is None else plan.of(one.promise) for one in verified]

    def run(
        self,
        verified: Sequence[Verified],
        plan: Sequence[tuple[list[Planned], str]],
        advance: Callable[[int], None],
    ) -> list[Verified]:
        """Make the calls, and return the statements with their answers.

        All objects are deleted at the end, also when the run is interrupted.
        """
        calls = [each for some, _ in plan for each in some]
        sessions = ProbeSessions(self._caller, self._questions.external_id)
        with self._objects() as objects:
            found, not_become = Prober(self._caller, sessions, objects).run(calls, advance)
        return [
            self._told(one, not_become.get(one.promise.arn) or why, found)
            for one, (_, why) in zip(verified, plan, strict=True)
        ]

    @contextmanager
    def _objects(self) -> Iterator[ProbeObjects]:
        objects = ProbeObjects(self._caller)
        try:
            yield objects
        finally:
            objects.close()
            self.left = objects.left

    def _told(self, one: Verified, why: str, found: Sequence[Tried]) -> Verified:
        tried = tuple(each for each in found if each.planned.promise is one.promise)
        return replace(one, tried=tried, not_tried=why)
