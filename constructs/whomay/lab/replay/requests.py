"""Which requests are asked: those that the proofs of a contract decide, as the proofs meet them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from whomay.engine.contract.answers import BECOMING, Questions, pattern_of, policy_listed
from whomay.engine.contract.mistakes import subjects
from whomay.engine.contract.statement import Stated, StatementKind
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.names import PrincipalNames
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import (
    LayerView,
    ResourcePolicyView,
    SnapshotView,
    View,
    own_patterns,
)
from whomay.engine.proof.outsiders import outsiders
from whomay.engine.proof.prove import callers
from whomay.engine.snapshot import Principal
from whomay.iam.callers import Caller, caller
from whomay.iam.patterns.matching import any_arn, glob, literal
from whomay.iam.policy import Policy
from whomay.lab.deploy import PROJECTS
from whomay.lab.replay import calls


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the proof of a statement, and the view that decides it."""

    stated: Stated
    request: Request
    view: View


@dataclass(frozen=True, slots=True)
class _Walk:
    """What a proof walks: whose requests, of which pattern, told apart by which views.

    With `allowable` it leaves out what no statement can allow.
    """

    who: Sequence[Caller]
    views: Sequence[View]
    pattern: Pattern
    allowable: bool = True


def of_projects(statements: Sequence[Stated]) -> list[Stated]:
    """Return what the stacks of the projects state, which are all in one account."""
    return [each for each in statements if each.scope.partition("/")[0] in PROJECTS]


def requests_of(questions: Questions, statements: Sequence[Stated]) -> Iterator[Asked]:
    """Yield one request of each class of every statement: a literal request is its own class.

    A class is often stood for by an action or a resource that no call can ask. So every action of
    the table of calls that the statement is about is walked once more, on resources of its kind.

    Raises:
        TooManyClasses: a statement has more classes than are decided.

    """
    names = PrincipalNames(questions.possible.snapshot)
    inside = SnapshotView(questions.possible)
    snapshot = questions.possible.snapshot
    known_resources = [
        *(resource.arn for resource in snapshot.resources),
        *(principal.arn for principal in snapshot.principals),
    ]
    for stated in statements:
        principals, _ = subjects(names, stated)
        for principal in principals:
            walk = _walk(questions, principal, stated)
            within = any_arn(walk.pattern.resources)
            for who in walk.who:
                known = questions.possible.principal(who) is not None
                view = inside if known else walk.views[0]
                found = representatives(who, walk.views, walk.pattern, allowable=walk.allowable)
                for request in chain(found, _of_calls(who, walk, known_resources)):
                    if within(request.resource):
                        yield Asked(stated, request, view)


def _of_calls(who: Caller, walk: _Walk, resources: Sequence[str]) -> Iterator[Request]:
    """Yield the requests of a pattern that the calls of the table can ask.

    They are about one resource of each class, and by some calls about all of the snapshot.
    """
    tests = [glob(action.lower()) for action in walk.pattern.actions]
    for call in calls.CALLS:
        if any(test(call.action.lower()) for test in tests):
            kind = calls.patterns_of(call.kind, who.account or "")
            named = resources if call.of_all else ()
            inside = (calls.within(call.kind, resource) for resource in named)
            asked = (*kind, *(literal(each) for each in inside if each))
            pattern = replace(walk.pattern, actions=(call.action,), resources=asked)
            for request in representatives(who, walk.views, pattern):
                if calls.parts_of(call.kind, request.resource):
                    yield request


def _walk(questions: Questions, principal: Principal, stated: Stated) -> _Walk:
    """Return what the proof of a statement walks."""
    possible = SnapshotView(questions.possible)
    who = callers(questions.possible, principal.arn)
    match stated.kind:
        case StatementKind.MUST_ALLOW:
            return _Walk(who, [possible], pattern_of(stated, ordinary=True), allowable=False)
        case StatementKind.MAY_ONLY:
            listed = Layer((policy_listed(stated),))
            return _Walk(who, [possible, LayerView(listed, questions.possible)], Pattern())
        case StatementKind.ASSUMABLE_ONLY_BY:
            layers = [Layer((principal.trust or Policy(()),)), Layer((policy_listed(stated),))]
            own = own_patterns(principal.arn)
            views = [ResourcePolicyView(layer, questions.certain, own) for layer in layers]
            found = outsiders([s for layer in layers for s in layer.statements], principal.account)
            return _Walk(found, views, Pattern(BECOMING, (principal.arn,)))
        case StatementKind.CANNOT_REACH:
            roles = [way.role for way in questions.reach.chains(principal.arn)]
            who += [caller(role) for role in roles if role in questions.possible.principals]
    return _Walk(who, [possible], pattern_of(stated, ordinary=False))
