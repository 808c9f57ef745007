"""Narrower statements: what stays of each once nobody who has it would miss the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from whomay.iam.policy import Source, Statement
from whomay.live.trail_unused import Holding, Use

MOST_LISTED: Final = (
    50  # actions in place of one pattern: more are no policy that people would keep
)


@dataclass(frozen=True, slots=True)
class Narrower:
    """One statement, and the one to put in its place; None where nobody used any of it."""

    was: Statement
    becomes: Statement | None


def narrower(found: Iterable[Holding]) -> Iterator[Narrower]:
    """Yield each statement of identity policies that allows more than all who have it used.

    What the trail cannot show stays. A statement stays as it is where the trail tells nothing of
    somebody who has it. So does a pattern that would become more than MOST_LISTED actions.
    """
    holders: dict[tuple[Source, Statement], list[Use]] = {}
    kept: set[tuple[Source, Statement]] = set()
    for one in found:
        if one.unknown:
            kept |= {
                (statement.source, statement)
                for policy in one.principal.identity
                for statement in policy.statements
            }
        for use in one.uses:
            if use.granted.own:
                statement = use.granted.statement
                holders.setdefault((statement.source, statement), []).append(use)
    for key, uses in holders.items():
        _, was = key
        if key in kept or was.actions is None:
            continue
        stays = [each for pattern in was.actions for each in _stay(pattern, uses)]
        actions = tuple(dict.fromkeys(stays))
        if actions != was.actions:
            yield Narrower(was, replace(was, actions=actions) if actions else None)


def _stay(pattern: str, uses: list[Use]) -> list[str]:
    """Return what stays of one pattern for all who have it; all where it needs no permission."""
    of_it = [use for use in uses if use.granted.pattern == pattern]
    if not of_it:
        return [pattern]
    actions = of_it[0].granted.actions
    unused = set(actions).intersection(*(use.unused for use in of_it))
    listed = all(each in actions for use in of_it for each in use.hidden)
    stays = sorted(set(actions) - unused)
    return stays if unused and listed and len(stays) <= MOST_LISTED else [pattern]
