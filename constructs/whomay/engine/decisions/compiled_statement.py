"""A statement of a policy, ready to be decided: its patterns, conditions and principals compiled."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from whomay.engine.decisions.request import Request
from whomay.iam.callers import Caller, CallerKind, Grant, PrincipalElement
from whomay.iam.conditions import ConditionTest, compile_condition
from whomay.iam.facts.resource_types import may_act_on
from whomay.iam.patterns.action_patterns import ActionPatterns
from whomay.iam.patterns.matching import Test, any_arn, arn, concrete_arns
from whomay.iam.patterns.symbols import unknown_reasons
from whomay.iam.patterns.truth import Truth, any_of, negate
from whomay.iam.policy import Condition, Statement
from whomay.iam.policy_variables import (
    Context,
    has_variables,
    substitute,
    widen,
)

_NOTHING = (Grant.NONE, Grant.NONE)
_DIRECT = (Grant.DIRECT, Grant.DIRECT)


class CompiledStatement:
    """A statement whose patterns, conditions and principals are ready to be asked.

    `applies` tells whether resource and conditions fit a request, once the action does. `cost` is
    how much a look at it costs, by what it lists: 1 of a short one.
    `filled_in` holds the resource patterns whose variables each request fills in.
    """

    __slots__ = (
        "_actions",
        "_conditions",
        "_may",
        "_resources",
        "_spared",
        "_trusted",
        "_unresolved",
        "applies",
        "cost",
        "deny",
        "filled_in",
        "statement",
        "variables",
    )

    def __init__(self, statement: Statement, *, variables: bool) -> None:
        """Compile every part once."""
        self.statement = statement
        self.deny = statement.effect == "Deny"
        self.cost = _cost(statement)
        self.variables = variables
        listed = (statement.resources or statement.not_resources or ()) if variables else ()
        self.filled_in = tuple(filter(has_variables, listed))
        actions = statement.actions or statement.not_actions or ()
        self._actions = ActionPatterns(action.lower() for action in actions)
        self._resources = _resources(statement, variables=variables)
        self._may = _whatever_the_variables(statement, variables=variables)
        self._conditions = tuple(
            compile_condition(c, variables=variables) for c in statement.conditions
        )
        self._unresolved = _unresolved(statement)
        self.applies = self._where_it_acts(
            _applies(statement, self._resources, self._conditions, variables=variables)
        )
        trusted, spared = statement.principals, statement.not_principals
        self._trusted = None if trusted is None else PrincipalElement(trusted)
        self._spared = None if spared is None else PrincipalElement(spared)

    def _where_it_acts(self, test: Callable[[Request], Truth]) -> Callable[[Request], Truth]:
        if not self._unresolved:
            return test

        def narrowed(request: Request) -> Truth:
            answer = test(request)
            return False if answer is None and self._is_elsewhere(request) else answer

        return narrowed

    def action(self, action_key: str) -> Truth:
        """Tell whether the statement speaks of the action, given in lower case."""
        found = self._actions.match(action_key)
        return negate(found) if self.statement.not_actions is not None else found

    def resource(self, request: Request) -> Truth:
        """Tell whether the statement speaks of the resource."""
        answer = self._resources(request.resource, request.context)
        return False if answer is None and self._is_elsewhere(request) else answer

    def _is_elsewhere(self, request: Request) -> bool:
        """Tell whether an unknown part can name no such resource: the action acts on none."""
        return self._unresolved and not may_act_on(request.action_key, request.resource)

    def may_speak_of(self, resource: str) -> bool:
        """Tell whether some value of the variables makes the statement speak of a resource."""
        return self._may(resource) is not False

    def each_condition(self) -> Iterator[tuple[Condition, ConditionTest]]:
        """Return the conditions with their tests, to say which one fails."""
        return zip(self.statement.conditions, self._conditions, strict=True)

    def grant(self, who: Caller, *, bounded: bool) -> tuple[Grant, Grant]:
        """Return how directly the statement names the caller: for sure, and at most."""
        if self._trusted is not None:
            sure, most = self._trusted.grant(who)
            # AWS says that an Allow of a user reaches its federated users, and nothing of a Deny:
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource.html
            by_user = sure is Grant.ROLE and who.kind is CallerKind.FEDERATED_USER
            return (Grant.NONE, most) if self.deny and by_user else (sure, most)
        if self._spared is None:
            return _NOTHING
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html: a Deny
        # with NotPrincipal always denies a principal that has a permissions boundary.
        if self.deny and bounded and who.kind in (CallerKind.USER, CallerKind.SESSION):
            return _DIRECT
        spared = self._spared.spares(who, deny=self.deny)
        if spared is None:
            return Grant.NONE, Grant.DIRECT
        return _NOTHING if spared else _DIRECT


def _cost(statement: Statement) -> int:
    principals = statement.principals or statement.not_principals or ()
    listed = sum(len(values) for _, values in principals)
    listed += len(statement.resources or statement.not_resources or ())
    return 1 + (listed + sum(len(each.values) for each in statement.conditions)) // _LISTED


# So many principals, resources and values cost as much as a statement.
_LISTED: Final = 8


def _unresolved(statement: Statement) -> bool:
    """Tell whether a part of a resource is unknown, while all of its actions are known."""
    actions = statement.actions or statement.not_actions or ()
    patterns = statement.resources or statement.not_resources or ()
    return any(map(unknown_reasons, patterns)) and not any(map(unknown_reasons, actions))


ResourceTest = Callable[[str, Context], Truth]


def _applies(
    statement: Statement,
    resources: ResourceTest,
    conditions: tuple[ConditionTest, ...],
    *,
    variables: bool,
) -> Callable[[Request], Truth]:
    """Join resource and conditions into one test, with as few calls as the statement needs."""
    fast = _concrete(statement, variables=variables)

    def speaks(request: Request) -> Truth:
        if fast is None or request.is_symbolic:
            return resources(request.resource, request.context)
        return fast(request.resource) is not None

    def under_conditions(request: Request) -> Truth:
        answer: Truth = True
        if fast is None or request.is_symbolic:
            answer = resources(request.resource, request.context)
            if answer is False:
                return False
        elif fast(request.resource) is None:
            return False
        for condition in conditions:
            found = condition(request.context)
            if found is False:
                return False
            if found is None:
                answer = None
        return answer

    return under_conditions if conditions else speaks


def _concrete(statement: Statement, *, variables: bool) -> Callable[[str], object | None] | None:
    """Return the match of a plain list of resources; None when it takes more than that."""
    patterns = statement.resources
    if not patterns or (variables and any(map(has_variables, patterns))):
        return None
    return _EVERYTHING if "*" in patterns else concrete_arns(patterns)


_EVERYTHING: Final = re.compile("").match


def _resources(statement: Statement, *, variables: bool) -> ResourceTest:
    """Compile Resource or NotResource; a statement that has neither speaks of its own resource."""
    patterns = statement.resources if statement.resources is not None else statement.not_resources
    if patterns is None:
        return _own_resource
    open_patterns = [p for p in patterns if variables and has_variables(p)]
    fixed = any_arn(tuple(p for p in patterns if p not in open_patterns))
    negative = statement.not_resources is not None
    if not open_patterns and not negative:
        return lambda text, context: fixed(text)  # noqa: ARG005 - no variables in it

    def test(text: str, context: Context) -> Truth:
        found = fixed(text)
        if found is not True:
            filled = (substitute(p, context) for p in open_patterns)
            found = any_of((found, *(arn(p)(text) for p in filled if p is not None)))
        return negate(found) if negative else found

    return test


def _whatever_the_variables(statement: Statement, *, variables: bool) -> Test:
    """Compile Resource with a star for each variable; NotResource leaves such patterns out."""
    if statement.resources is not None:
        patterns = statement.resources
        return any_arn(tuple(widen(p) for p in patterns) if variables else patterns)
    excepted = statement.not_resources or ()
    fixed = any_arn(tuple(p for p in excepted if not (variables and has_variables(p))))
    return lambda text: negate(fixed(text))


def _own_resource(_text: str, _context: Context) -> Truth:
    return True
