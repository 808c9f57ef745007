"""What came of a replay, as data."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A request that the lab answers otherwise than the engine: all texts are for people."""

    statement: str
    request: str
    verdict: str
    answer: str

    def __str__(self) -> str:
        """Read as one line."""
        return (
            f"{self.statement}: {self.request}: the engine says {self.verdict}, "
            f"the lab answers {self.answer}"
        )


@dataclass(slots=True)
class Replayed:
    """How many requests were asked, how many agree, and why others could not be sent.

    `allowed` counts those that agree and are allowed; the others are refused.
    """

    asked: int = 0
    agree: int = 0
    allowed: int = 0
    not_sent: dict[str, int] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Read what `as_data` has given."""
        found = [Disagreement(**each) for each in data["disagreements"]]
        return cls(**{**data, "disagreements": found})

    @property
    def exit_code(self) -> int:
        """1 when the lab answers otherwise, 3 when it was asked nothing, else 0."""
        return 1 if self.disagreements else 0 if self.agree else 3

    def __str__(self) -> str:
        """Read as one line."""
        refused = self.agree - self.allowed
        unsent = "; ".join(f"{count} {reason}" for reason, count in self.not_sent.items())
        return (
            f"{self.asked} requests of the projects' contract asked: {self.agree} agree "
            f"({self.allowed} allowed, {refused} refused), {len(self.disagreements) or 'none'} "
            f"answered otherwise, {sum(self.not_sent.values())} cannot be sent ({unsent})."
        )
