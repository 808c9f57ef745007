"""Which requests are asked: those that the proofs of a contract decide, as the proofs meet them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from whomay.engine import Request
from whomay.engine.contract import Questions, Stated, Walk, walks
from whomay.engine.proof import View
from whomay.iam import arn_forms
from whomay.iam.callers import Caller
from whomay.iam.patterns.matching import any_arn, glob, literal
from whomay.lab.deploy import PROJECTS
from whomay.lab.replay import operations


@dataclass(frozen=True, slots=True)
class ProofRequest:
    """A request of the proof of a statement, and the view that decides it."""

    stated: Stated
    request: Request
    view: View


def of_projects(statements: Iterable[Stated]) -> list[Stated]:
    """Return what the stacks of the projects state, which are all in one account."""
    return [each for each in statements if each.scope.partition("/")[0] in PROJECTS]


def requests_of(questions: Questions, statements: Sequence[Stated]) -> Iterator[ProofRequest]:
    """Yield one request of each class of every statement: a literal request is its own class.

    The request of a class often has an action or a resource that no call can ask. So every action
    of the table of operations that the statement is about is walked once more, on resources of its
    kind.

    Raises:
        TooManyClasses: a statement has more classes than are decided.

    """
    snapshot = questions.possible.snapshot
    known_resources = [
        *(resource.arn for resource in snapshot.resources),
        *(principal.arn for principal in snapshot.principals),
    ]
    for walk in walks(questions, statements):
        within = any_arn(walk.pattern.resources)
        for who, view in zip(walk.who, walk.deciders, strict=True):
            for request in chain(walk.requests(who), _of_operations(who, walk, known_resources)):
                if within(request.resource):
                    yield ProofRequest(walk.stated, request, view)


def _of_operations(who: Caller, walk: Walk, resources: Sequence[str]) -> Iterator[Request]:
    """Yield the requests of a pattern that the operations of the table can ask.

    They are about one resource of each class, and by some operations about all of the snapshot.
    """
    tests = [glob(action.lower()) for action in walk.pattern.actions]
    for operation in operations.OPERATIONS:
        if any(test(operation.action.lower()) for test in tests):
            kind = operations.patterns_of(operation.kind, who.account or "")
            named = resources if operation.of_all else ()
            inside = (operations.within(operation.kind, resource) for resource in named)
            asked = (*kind, *(literal(each) for each in inside if each))
            pattern = replace(walk.pattern, actions=(operation.action,), resources=asked)
            for request in walk.requests(who, pattern):
                if arn_forms.parts_of(operation.kind, request.resource):
                    yield request
