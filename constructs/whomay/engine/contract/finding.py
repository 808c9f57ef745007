"""What became of a statement, and how it is told: the same words at synth, in the shell, in tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from whomay.engine.decisions.request import Request
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Source
from whomay.iam.policy_variables import Value


class Outcome(StrEnum):
    """The answer to one statement."""

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "not known"
    CAPPED = "kept, but capped"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class ContractFinding:
    """An outcome with its proof.

    `said` is one sentence, `because` the decision's reason, `fix` what to change. `witness` is one
    request that shows it. `causes` say where the deciding policy statements are.
    """

    outcome: Outcome
    said: str = ""
    because: str = ""
    fix: str = ""
    witness: Request | None = None
    causes: tuple[Source, ...] = ()

    def lines(self) -> Iterator[str]:
        """Return the sentences for people, one a line."""
        if self.said:
            yield self.said
        if self.because:
            yield f"because: {self.because}"
        if self.fix:
            yield f"to fix it: {self.fix}"


KEPT = ContractFinding(Outcome.KEPT)


def in_words(request: Request) -> str:
    """Return what a request asks for, with the condition keys that are not a matter of course."""
    keys = ", ".join(f"{key}={value}" for key, value in shown_keys(request).items())
    return display(f"{request.action} on {request.resource}" + (f" with {keys}" if keys else ""))


def shown_keys(request: Request) -> Mapping[str, str]:
    """Return the keys that somebody chooses, and that are no matter of course.

    A current AWS CLI sends the ordinary ones; a service mostly calls for the resource's own account.
    """
    expected = {**ORDINARY_KEYS, "aws:sourceaccount": request.resource_account}
    return {k: _text(v) for k, v in request.chosen.items() if expected.get(k) != v}


def _text(value: Value) -> str:
    return value if isinstance(value, str) else f"[{', '.join(value)}]"
