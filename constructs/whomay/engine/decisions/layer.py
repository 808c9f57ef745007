"""The policies of one layer read as one: the statements, found by action."""

from collections.abc import Sequence
from typing import NamedTuple

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.request import Request
from whomay.iam.callers import Grant
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy import Policy
from whomay.iam.policy_variables import VERSION_WITH_VARIABLES


class _Relevant(NamedTuple):
    """The statements that speak of one action; `sure` tells whether they do so for sure."""

    denies: tuple[tuple[CompiledStatement, bool], ...]
    allows: tuple[tuple[CompiledStatement, bool], ...]


class Layer:
    """The policies of one layer, read as one.

    `unknown` says why the layer is not fully known; it may then allow or deny anything.
    """

    __slots__ = ("_by_action", "policies", "statements", "unknown")

    def __init__(self, policies: Sequence[Policy]) -> None:
        """Compile the statements of all policies."""
        self.policies = tuple(policies)
        self.unknown = next((p.unknown for p in policies if p.unknown), None)
        self.statements = tuple(
            CompiledStatement(s, variables=p.version == VERSION_WITH_VARIABLES)
            for p in policies
            for s in p.statements
        )
        self._by_action: dict[str, _Relevant] = {}

    def relevant(self, action_key: str) -> _Relevant:
        """Return the statements that speak, or may speak, of an action."""
        found = self._by_action.get(action_key)
        if found is None:
            asked = [(s, s.action(action_key)) for s in self.statements]
            named = [(s, bool(truth)) for s, truth in asked if truth is not False]
            found = self._by_action[action_key] = _Relevant(
                tuple(pair for pair in named if pair[0].deny),
                tuple(pair for pair in named if not pair[0].deny),
            )
        return found

    def evaluate(self, request: Request) -> tuple[Truth, Truth]:
        """Return whether the layer denies and whether it allows, each three-valued."""
        denies, allows = self.relevant(request.action_key)
        denied: Truth = None if self.unknown else False
        for statement, sure in denies:
            answer = statement.applies(request)
            if answer is not False:
                if answer and sure:
                    return True, False
                denied = None
        allowed: Truth = None if self.unknown else False
        for statement, sure in allows:
            answer = statement.applies(request)
            if answer is not False:
                if answer and sure:
                    return denied, True
                allowed = None
        return denied, allowed

    def grants(self, request: Request, *, bounded: bool) -> tuple[Truth, Grant, Grant]:
        """Evaluate as a resource's policy: denied, the surest grant, and the most it may grant."""
        denies, allows = self.relevant(request.action_key)
        who = request.caller
        denied: Truth = None if self.unknown else False
        for statement, sure in denies:
            answer = statement.applies(request)
            if answer is not False:
                named, perhaps = statement.grant(who, bounded=bounded)
                if answer and sure and named:
                    return True, Grant.NONE, Grant.NONE
                if perhaps:
                    denied = None
        surest = Grant.NONE
        most = Grant.DIRECT if self.unknown else Grant.NONE
        for statement, sure in allows:
            answer = statement.applies(request)
            if answer is not False:
                named, perhaps = statement.grant(who, bounded=bounded)
                most = max(most, perhaps)
                if answer and sure:
                    surest = max(surest, named)
        return denied, surest, most
