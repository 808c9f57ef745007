"""A contract: all that is stated of one app."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from whomay.engine.contract.statement import Stated, stated
from whomay.engine.templates.assembly import Assembly


@dataclass(frozen=True, slots=True)
class Contract:
    """Statements of what must stay true, in the order in which they were made."""

    statements: Sequence[Stated] = ()

    @classmethod
    def of(cls, assembly: Assembly) -> Self:
        """Return the contract that an app has written into its assembly; perhaps an empty one.

        Raises AssemblyError for a statement that this version does not know.
        """
        return cls(stated(assembly))
