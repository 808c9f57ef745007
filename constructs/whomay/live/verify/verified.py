"""What became of each statement of the contract in the account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from whomay.engine.contract import ContractFinding, Outcome
from whomay.live.verify.probing import Tried
from whomay.live.verify.promises import Promise
from whomay.live.verify.questions import MOST, AccountQuestions, Question
from whomay.live.verify.simulator import Simulated, Simulator


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with what the simulator said to it."""

    question: Question
    simulated: Simulated

    @property
    def outcome(self) -> Outcome:
        """Whether it is as the contract says: kept, broken or not known."""
        if self.simulated.unknown:
            return Outcome.UNKNOWN
        as_stated = self.simulated.allowed is self.question.expected
        return Outcome.KEPT if as_stated else Outcome.BROKEN


@dataclass(frozen=True, slots=True)
class Verified:
    """A statement about one principal, with our engine's answer and those of the simulator.

    `finding` is the engine's, on the account's snapshot. It is None for a principal that the
    account does not have, or whose name nobody told. `by_engine` says what the simulator was not
    asked, and why. `left_out` tells that there are more questions than were asked. `tried` are real
    calls, and `not_tried` says why there are no more.
    """

    promise: Promise
    finding: ContractFinding | None = None
    answers: tuple[Answer, ...] = ()
    by_engine: tuple[str, ...] = ()
    left_out: bool = False
    tried: tuple[Tried, ...] = ()
    not_tried: str = ""

    @property
    def outcome(self) -> Outcome:
        """Broken where the engine or the simulator says so; else not known where one does not know."""
        if self.promise.gone:
            return Outcome.BROKEN
        if self.promise.unknown or self.finding is None:
            return Outcome.UNKNOWN
        own = self.finding.outcome
        found: set[Outcome] = {Outcome.KEPT if own is Outcome.CAPPED else own}
        found |= {each.outcome for each in self.answers} | {each.outcome for each in self.tried}
        return next(
            each for each in (Outcome.BROKEN, Outcome.UNKNOWN, Outcome.KEPT) if each in found
        )


def verify(
    promises: Sequence[Promise],
    questions: AccountQuestions,
    simulator: Simulator,
    advance: Callable[[int], None],
) -> list[Verified]:
    """Return what became of each statement; `advance` is told how many questions were answered."""
    begun: list[tuple[Promise, ContractFinding | None, list[Question]]] = []
    for promise in promises:
        if promise.gone or promise.unknown:
            begun.append((promise, None, []))
            continue
        finding = questions.finding(promise)
        begun.append((promise, finding, [*questions.of(promise, finding)]))
    asked = [each for _, _, some in begun for each in some if not each.by_engine]
    told = iter(simulator.ask(asked, advance))
    return [
        Verified(
            promise,
            finding,
            tuple(Answer(each, next(told)) for each in some if not each.by_engine),
            tuple(dict.fromkeys(each.by_engine for each in some if each.by_engine)),
            len(some) == MOST,
        )
        for promise, finding, some in begun
    ]
