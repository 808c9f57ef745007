"""Which actions each statement gives a principal, once everything that holds it back is counted.

A statement of an identity policy, or one of a resource's policy that names the principal, is opened
over AWS's catalogue. Each action is proved by itself, so a Deny, a boundary and the policies of an
organization take away what they take away.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import NEEDS_NO_PERMISSION
from whomay.engine.decisions.object_keys import KMS_ACTION_OF
from whomay.engine.proof.classes import Pattern, parts_of
from whomay.engine.proof.deciders import SnapshotView
from whomay.engine.proof.prove import callers, some_allowed
from whomay.engine.snapshot import Principal, Snapshot
from whomay.iam.callers import Caller, Grant
from whomay.iam.facts.actions import condition_keys_of_action, matching, resource_formats
from whomay.iam.facts.becoming import TRUST_ACTIONS
from whomay.iam.patterns.matching import glob
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy import Statement

# Rules of their own decide these, so none speaks for another one.
_DECIDED_ALONE: Final = frozenset((*KMS_ACTION_OF, *TRUST_ACTIONS))


@dataclass(frozen=True, slots=True)
class Granted:
    """One pattern of actions of one statement, with the actions of AWS's catalogue that it covers.

    `pattern` is as written; of NotAction it names what is left out. `own` tells that the principal's
    own policies hold it. `allowed` proves whether some request for one of the actions, on the
    statement's resources, is allowed: None says that this is not known.
    """

    statement: Statement
    pattern: str
    own: bool
    actions: tuple[str, ...]
    allowed: Callable[[str], Truth] = field(compare=False)


def granted(snapshot: Snapshot) -> Iterator[tuple[Principal, list[Granted]]]:
    """Yield what statements give each user and role, its own first; principals by construct path.

    Principals made elsewhere are among them, with the policies alone that these templates attach.
    What needs no permission is left out, and so is an action that AWS does not list.
    """
    everybody = sorted((*snapshot.principals, *snapshot.attached), key=lambda one: one.path)
    index = Index(replace(snapshot, principals=tuple(everybody)))
    for principal in everybody:
        asked = _Asked(index, principal)
        own = [s for policy in principal.identity for s in policy.statements if s.effect == "Allow"]
        found = [(each, True) for each in own]
        found += [(each, False) for each in _naming(index, asked.who[0])]
        yield principal, [one for each, is_own in found for one in asked.opened(each, is_own)]


def _naming(index: Index, who: Caller) -> Iterator[Statement]:
    """Yield what policies of resources allow the caller itself, not its account alone."""
    for policy in index.resource_policies_near(who):
        for each in policy.layer.statements:
            if not each.deny and each.grant(who, bounded=False)[1] > Grant.ACCOUNT:
                yield each.statement


class _Asked:
    """Questions about one principal, each asked once of actions that nothing tells apart."""

    def __init__(self, index: Index, principal: Principal) -> None:
        self.who = callers(index, principal.arn)
        self._view = SnapshotView(index)
        parts = parts_of(self.who[0], [self._view], Pattern())
        self._statements = [s for part in parts for s in part.layer.statements]
        self._known: dict[object, Truth] = {}

    def opened(self, statement: Statement, is_own: bool) -> Iterator[Granted]:
        for pattern, covered in _opened(statement):
            listed = tuple(covered)
            actions = tuple(each for each in listed if each.lower() not in NEEDS_NO_PERMISSION)
            if actions or not listed:
                allowed = partial(self._allowed, statement)
                yield Granted(statement, pattern, is_own, actions, allowed)

    def _allowed(self, statement: Statement, action: str) -> Truth:
        key, resources = action.lower(), statement.resources or ("*",)
        alike = (
            key if key in _DECIDED_ALONE else key.partition(":")[0],
            tuple(each.action(key) for each in self._statements),
            resource_formats(action),
            condition_keys_of_action(action),
            resources,
        )
        if alike not in self._known:
            proof = some_allowed(self._view, self.who, Pattern((action,), resources))
            self._known[alike] = proof.holds
        return self._known[alike]


def _opened(statement: Statement) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield each pattern of a statement with the actions of the catalogue that it covers."""
    if statement.actions is None:
        left_out = statement.not_actions or ()
        tests = [glob(each.lower()) for each in left_out]
        rest = [each for each in matching("*") if not any(test(each.lower()) for test in tests)]
        yield f"all but {', '.join(left_out)}", rest
    for pattern in statement.actions or ():
        yield pattern, matching(pattern)
