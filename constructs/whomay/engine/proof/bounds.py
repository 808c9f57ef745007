"""How much is decided for one question: beyond that the answer is Unknown, and says so."""

from dataclasses import dataclass, field
from typing import Final

from whomay.iam.patterns.pattern_sets import TooManyClasses

# So many requests of one caller.
MOST_REQUESTS: Final = 100_000
# So many looks at a statement: each class of actions looks at all, and each resource at all that
# speak of these actions.
MOST_LOOKS: Final = 1_000_000
# Before the first class a caller costs so many looks at each statement.
PASSES: Final = 4
# So many patterns of actions: every action of AWS's catalogue is tried with each.
MOST_PATTERNS: Final = 20_000


@dataclass(slots=True)
class Looks:
    """How many looks at a statement are left to a question. All of its callers share them."""

    left: int = field(default_factory=lambda: MOST_LOOKS)

    def spend(self, looks: int, statements: int) -> None:
        """Count some looks at as many statements. Raises TooManyClasses when none is left."""
        self.left -= looks
        if self.left < 0:
            raise TooManyClasses(f"too many classes for {statements} statements")
