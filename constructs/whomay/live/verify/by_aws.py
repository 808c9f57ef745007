"""AWS's own word on a call that it refused, beside what our engine decided."""

from dataclasses import dataclass
from typing import Final

from whomay.engine import Decision
from whomay.live.authorization import authorization
from whomay.live.errors import LiveError
from whomay.live.evaluated_case import Difference, differences
from whomay.live.refusal import refusal
from whomay.live.snapshot.account import Account


@dataclass(frozen=True, slots=True)
class ByAws:
    """What AWS tells of a refused call by its authorization `id`; empty where its message has none.

    `differences` are between AWS's evaluation and our engine. `unknown` says why there is none.
    """

    id: str = ""
    differences: tuple[Difference, ...] = ()
    unknown: str = ""


NOT_TOLD: Final = ByAws()


def by_aws(asked: Account, message: str, ours: Decision) -> ByAws:
    """Ask AWS how it evaluated the call of an error's message, and compare context, statements, verdict."""
    try:
        told = refusal(message)
    except LiveError:  # such as `Forbidden`: it names no call
        return NOT_TOLD
    if not told.id:
        return NOT_TOLD
    try:
        found = authorization(asked, told.id, told.region)
        compared = [differences(found, one, ours) for one in found.denied]
    except LiveError as error:
        return ByAws(told.id, unknown=str(error))
    return ByAws(told.id, tuple(dict.fromkeys(each for some in compared for each in some)))
