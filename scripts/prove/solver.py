"""Questions to z3: whether a formula can hold, for some values of the variables."""

import z3

from scripts.prove.logic import FALSE, Formula, for_z3
from scripts.prove.texts import Variables

_MILLISECONDS = 20_000


class Undecided(Exception):  # noqa: N818 - it is no error: z3 gave up
    """z3 did not decide a question in its time."""


class Solver:
    """One solver for all questions about the same variables: it learns from each of them.

    All variables have finitely many values, so z3's solver for finite domains decides them.
    """

    def __init__(self, variables: Variables) -> None:
        """Take the variables; what they keep to is told as it becomes known."""
        self._variables, self._told = variables, 0
        self._z3 = z3.SolverFor("QF_FD")
        self._z3.set("timeout", _MILLISECONDS)
        self._known: dict[int, bool] = {}

    def can_hold(self, formula: Formula) -> bool:
        """Tell whether the formula can hold.

        Raises:
            Undecided: z3 took too long.

        """
        if formula is FALSE:
            return False
        if formula.number not in self._known:
            self._known[formula.number] = self._asked(formula)
        return self._known[formula.number]

    def _asked(self, formula: Formula) -> bool:
        axioms = list(self._variables.axioms.values())
        for each in axioms[self._told :]:
            self._z3.add(for_z3(each))
        self._told = len(axioms)
        self._z3.push()
        self._z3.add(for_z3(formula))
        found = self._z3.check()
        self._z3.pop()
        if found == z3.unknown:
            raise Undecided("z3 gave up")
        return bool(found == z3.sat)
