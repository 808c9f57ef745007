"""The engine's answers beside those of z3: where they differ, and where the engine does not know."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scripts.prove.contract import Prover
from scripts.prove.draw import Asked
from scripts.prove.solver import Undecided
from scripts.prove.systems import Case, NotCovered, as_data, cases, statement_as_data
from scripts.prove.vocabulary import Vocabulary
from whomay.engine import Snapshot, check
from whomay.engine.contract import Outcome, Questions
from whomay.iam.patterns.symbols import display, is_symbolic


class Kind(StrEnum):
    """How two answers to one statement compare."""

    SAME = "the same answer"
    OPEN = "Unknown, and z3 finds that it depends on what is not known"
    CAUTIOUS = "Unknown, and z3 proves the answer whatever the unknown part is"
    DIFFERENT = "another answer"
    REFUSED = "no statement: the engine says what is wrong with it"


@dataclass(frozen=True)
class Question:
    """A system, and statements about it. `name` says how to find it again."""

    name: str
    snapshot: Snapshot
    asked: Sequence[Asked]

    @property
    def is_symbolic(self) -> bool:
        """Whether some part of it is known only to a deployment."""
        return any(is_symbolic(text) for text in _texts(as_data(self.snapshot)))


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, Sequence):
        for value in data:
            yield from _texts(value)


@dataclass
class Tally:
    """What came of some questions."""

    kinds: Counter[tuple[str, Kind, str]] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def note(self, question: Question, i: int, outcome: Outcome, answers: set[bool]) -> None:
        """Count one statement, and keep it where the two answers differ."""
        kind = _kind(outcome, answers, symbolic=question.is_symbolic)
        stated, who = question.asked[i]
        if kind is Kind.DIFFERENT:
            label = f"{question.name}, statement {i}: {stated.kind} of {who.path}"
            self.differing.append(display(f"{label} is {outcome}; by z3: {_told(answers)}"))
        self.kinds[str(stated.kind), kind, _told(answers)] += 1

    def add(self, other: "Tally") -> None:
        """Add what came of others."""
        self.kinds += other.kinds
        self.left_out += other.left_out
        self.differing += other.differing


_HELD = {
    Outcome.KEPT: {True},
    Outcome.CAPPED: {True},
    Outcome.BROKEN: {False},
    Outcome.UNKNOWN: {True, False},
}


def compared(questions: Iterable[Question]) -> Tally:
    """Judge the statements of some questions on both sides."""
    tally = Tally()
    told = list(questions)
    named = [_cases(each) for each in told]
    prover = Prover(Vocabulary(case for found in named for case in found))
    for question, found in zip(told, named, strict=True):
        engine = Questions(question.snapshot)
        judges = [(prover.judge(case), case.statements) for case in found]
        for i, one in enumerate(question.asked):
            try:
                answers = {a for judge, stated in judges for a in judge.outcomes(stated[i])}
            except (NotCovered, Undecided) as reason:
                tally.left_out[str(reason)] += 1
                continue
            tally.note(question, i, _outcome(question, one, engine), answers)
    return tally


def _cases(question: Question) -> list[Case]:
    stated = [statement_as_data(one, who.arn) for one, who in question.asked]
    return list(cases(as_data(question.snapshot), stated))


def _outcome(question: Question, asked: Asked, engine: Questions) -> Outcome:
    """Return the engine's answer to a statement about one principal."""
    stated, who = asked
    results = check([stated], question.snapshot, engine).results
    return next(
        r.finding.outcome for r in results if r.principal is None or r.principal.arn == who.arn
    )


def _kind(outcome: Outcome, found: set[bool], *, symbolic: bool) -> Kind:
    if outcome is Outcome.WRONG:
        return Kind.REFUSED
    if outcome is Outcome.UNKNOWN:
        if found == _HELD[outcome]:
            return Kind.OPEN
        return Kind.CAUTIOUS if symbolic else Kind.DIFFERENT
    return Kind.SAME if found == _HELD[outcome] else Kind.DIFFERENT


def _told(found: set[bool]) -> str:
    if len(found) > 1:
        return "open"
    return "holds" if found == {True} else "broken"
