"""The access contract: each statement answered for all requests that it is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from whomay.engine.contract.answers import Questions
from whomay.engine.contract.assumptions import assumed, named_elsewhere
from whomay.engine.contract.finding import ContractFinding, Outcome
from whomay.engine.contract.mistakes import contradiction, contradictions, problems, subjects
from whomay.engine.contract.statement import Stated
from whomay.engine.decisions.through import problem_with_endpoint
from whomay.engine.names import PrincipalNames
from whomay.engine.snapshot import Principal, Snapshot


@dataclass(frozen=True, slots=True)
class Result:
    """One statement of the contract, for one principal, and what became of it.

    `principal` is None when the statement itself is wrong: then `finding` says how.
    """

    stated: Stated
    principal: Principal | None
    finding: ContractFinding

    def lines(self) -> list[str]:
        """Return the lines for people: where it is stated, what is wrong, how to repair it."""
        head = f"{self.stated.at}: {self.stated.kind} is {self.finding.outcome}"
        return [head, *self.finding.lines()]


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole contract. `assumed` belongs under every result; `unread` weakens them.

    `elsewhere` are those of `assumed` that name a resource which the contract speaks of and nobody
    is known to have.
    """

    results: tuple[Result, ...]
    assumed: tuple[str, ...]
    unread: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()

    def of(self, *outcomes: Outcome) -> tuple[Result, ...]:
        """Return the results with one of these outcomes."""
        return tuple(result for result in self.results if result.finding.outcome in outcomes)


def check(
    contract: Iterable[Stated], snapshot: Snapshot, questions: Questions | None = None
) -> Checked:
    """Return what became of each statement of a contract, for each principal that it is about.

    An empty contract has no results; whether that is an error is for the caller to say. Who checks
    the same snapshot often gives the same `questions` each time.

    >>> from whomay.engine import Contract, check, read
    >>> app = read("cdk.out")
    >>> contract = Contract.of(app)
    >>> contract.must_not_allow("Reports/Reader", "s3:GetObject", "Reports/Bucket/salaries/*")
    >>> [result.finding.outcome.value for result in check(contract, app.snapshot).results]
    ['broken']
    """
    questions = questions or Questions(snapshot)
    names = PrincipalNames(snapshot)
    results: list[Result] = []
    sound: list[tuple[Stated, Principal]] = []
    for each in contract:
        found, wrong = subjects(names, each)
        elsewhere = problem_with_endpoint(snapshot, dict(each.given))
        sentences = [text for text in (wrong, elsewhere) if text] or list(problems(each))
        results += [Result(each, None, ContractFinding(Outcome.WRONG, text)) for text in sentences]
        if not sentences:
            sound += [(each, who) for who in found]
    results += [
        Result(one, who, ContractFinding(Outcome.WRONG, contradiction(one, other, who)))
        for one, other, who in contradictions(sound)
    ]
    results += [Result(each, who, questions.answer(who, each)) for each, who in sound]
    unseen = tuple(each.text for each in snapshot.unseen)
    unowned = named_elsewhere(snapshot, (each for each, _ in sound))
    return Checked(tuple(results), (*assumed(snapshot), *unowned), unseen, unowned)
