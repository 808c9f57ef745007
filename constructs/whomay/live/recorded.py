"""AWS's evaluations as lines of the cases' format that hold no names, ready to be shown to others.

A line decides as the evaluation itself does: that is tried before it is told.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from whomay.engine import Decision, Verdict
from whomay.engine.cases import CaseError, decide_case
from whomay.live.authorization import Authorization, Evaluation
from whomay.live.disguise import Disguise
from whomay.live.errors import LiveError
from whomay.live.evaluated_case import VERDICTS, case_of, decision_of

SOURCE = "GetRequestAuthorizationDetails"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One evaluation as a case, AWS's verdict, and the engine's decision on the case."""

    case: dict[str, Any]
    aws: Verdict
    ours: Decision


def recorded(told: Authorization, key: bytes | None = None) -> Iterator[Recorded]:
    """Yield a case for each evaluation that denied. `key` replaces names; a new one where it is None.

    Raises LiveError for an evaluation that is none, and for a case that is decided otherwise without its
    names. There a pattern matches the middle or the end of a name.
    """
    disguise = Disguise(key or secrets.token_bytes(32))
    for number, one in enumerate(told.denied, 1):
        yield _recorded(told, one, disguise, f"{told.id}-{number}")


def _recorded(told: Authorization, one: Evaluation, disguise: Disguise, name: str) -> Recorded:
    before = decision_of(told, one)
    case = {**disguise.case(case_of(told, one, name)), "source": SOURCE}
    try:
        after = decide_case(case)
    except CaseError as error:
        raise LiveError(f"{name}: the case without names cannot be read: {error}") from error
    if _what(before) != _what(after):
        raise LiveError(
            f"{name}: without its names the case is {after.verdict} by {after.layer}, and it was "
            f"{before.verdict} by {before.layer}: a pattern matches the middle or the end of a name, "
            "so record it by hand"
        )
    return Recorded(case, VERDICTS[one.effect], after)


def _what(decision: Decision) -> tuple[object, ...]:
    """Return what must stay: verdict, layer, and which statements decided."""
    places = [(one.source.path, one.source.index, one.effect) for one in decision.statements]
    unmet = [condition.operator for condition in decision.unmet]
    return decision.verdict, decision.layer, places, unmet
