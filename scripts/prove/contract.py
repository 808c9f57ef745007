"""The five statements of a contract, each as one question to z3: which request breaks it.

What a statement means is the project's own word, in docs/how-the-proof-works.md. Which requests are
allowed is AWS's.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.prove.becoming import OtherEnds, asking
from scripts.prove.callers import Caller, anybody, of_system
from scripts.prove.evaluation import Evaluation
from scripts.prove.globs import glob
from scripts.prove.keys import Keys
from scripts.prove.logic import (
    TRUE,
    Formula,
    all_of,
    any_of,
    both,
    forget,
    left_open,
    no,
)
from scripts.prove.policies import Reading
from scripts.prove.request import Request, Surroundings
from scripts.prove.solver import Solver
from scripts.prove.systems import Case, Data
from scripts.prove.texts import Text, Variables
from scripts.prove.vocabulary import Vocabulary

# What a current AWS CLI sends with every request; fixed for must_allow alone.
ORDINARY = {
    "aws:securetransport": ["true"],
    "aws:viaawsservice": ["false"],
    "s3:authtype": ["REST-HEADER"],
    "s3:signatureage": ["1000"],
    "s3:signatureversion": ["AWS4-HMAC-SHA256"],
    "s3:tlsversion": ["1.3"],
}
_BECOMING = {
    "sts:assumerole": ("user", "role", "service"),
    "sts:assumerolewithsaml": ("provider",),
    "sts:assumerolewithwebidentity": ("provider",),
}


class Prover:
    """Judges statements about systems that are spoken of with the same words."""

    def __init__(self, words: Vocabulary) -> None:
        """Take the patterns of all cases that are judged together."""
        forget()
        self._words, self._variables = words, Variables()
        self._request = Request(self._variables, words)
        self._solver = Solver(self._variables)

    def judge(self, case: Case) -> "Judge":
        """Return who judges the statements of one case."""
        return Judge(self._variables, self._words, self._request, self._solver, case.system)


class Judge:
    """Judges the statements about one system."""

    def __init__(
        self,
        variables: Variables,
        words: Vocabulary,
        request: Request,
        solver: Solver,
        system: Data,
    ) -> None:
        """Take any request, and the system."""
        self._variables, self._words, self._system = variables, words, system
        self._solver = solver
        self._request = request
        self._around = Surroundings(request, words, variables, system)
        self._roles = {each["arn"]: each for each in system["principals"] if each["trust"]}
        self._others = OtherEnds(variables, words, self._around, system)
        self._asked: dict[Any, Evaluation] = {}

    def outcomes(self, statement: Data) -> set[bool]:
        """Return whether the statement holds: both where AWS leaves something open that decides it."""
        broken = {
            "must_allow": self._must_allow,
            "must_not_allow": self._must_not_allow,
            "may_only": self._may_only,
            "assumable_only_by": self._assumable_only_by,
            "cannot_reach": self._cannot_reach,
        }[statement["kind"]]
        return {not each for each in broken(statement)}

    def _must_allow(self, statement: Data) -> Iterator[bool]:
        asked = self._asking(
            statement["principal"], {**ORDINARY, **_given(statement)}, certain=True
        )
        pattern = self._pattern(statement)
        yield from self._solve(all_of((pattern, asked.possible, no(asked.allowed(pattern)))))

    def _must_not_allow(self, statement: Data) -> Iterator[bool]:
        asked = self._asking(statement["principal"], _given(statement))
        pattern = self._pattern(statement)
        yield from self._solve(both(pattern, asked.allowed(pattern)))

    def _may_only(self, statement: Data) -> Iterator[bool]:
        asked = self._asking(statement["principal"], {}, listed=(statement["policy"],))
        listed = asked.reading.identity([statement["policy"]])
        covered = both(listed.allowed, no(listed.denied))
        yield from self._solve(both(asked.allowed(TRUE), no(covered)))

    def _assumable_only_by(self, statement: Data) -> Iterator[bool]:
        role, request = self._roles[statement["principal"]], self._request
        caller = anybody(self._variables, self._words, self._system)
        owner = self._around.owner
        keys = Keys(
            self._variables,
            self._words,
            caller,
            request,
            owner=owner,
            fixed={},
            system=self._system,
        )
        reading = Reading(caller, request, keys)
        trust = reading.on_resource(role["trust"], bounded=False)
        listed = reading.on_resource(statement["policy"], bounded=False)
        above = reading.held_back(self._system["rcps"], owner)
        passes = all_of((trust.granted.at_all, no(trust.denied), no(above)))
        covered = both(listed.granted.at_all, no(listed.denied))
        possible = both(request.resource(role["arn"]), _can_ask(request.action, caller))
        yield from self._solve(all_of((possible, passes, no(covered))))

    def _cannot_reach(self, statement: Data) -> Iterator[bool]:
        """Follow whom one can become, one after another."""
        start = statement["principal"]
        answers = [self._reached_allowed(start, statement, open_=each) for each in (False, True)]
        yield from answers
        if False in answers and self._leads_to_the_unknown(statement):
            yield True

    def _reached_allowed(self, start: str, statement: Data, *, open_: bool) -> bool:
        reached = [start]
        for here in reached:
            if self._solved(here, statement, open_=open_):
                return True
            if self._federates(here, statement, open_=open_):
                return True
            others = [arn for arn in self._roles if arn not in reached]
            reached += [arn for arn in others if self._solved(here, _becoming(arn), open_=open_)]
        return False

    def _federates(self, user: str, statement: Data, *, open_: bool) -> bool:
        """Tell whether a federated user whom a user makes is allowed some request of a pattern."""
        if user in self._roles:
            return False
        pattern = self._pattern(statement)
        return any(
            self._solved(user, made, open_=open_)
            and self._solve_with(both(pattern, federated.allowed(pattern)), open_=open_)
            for made, federated in self._others.federated(user, _given(statement))
        )

    def _solved(self, principal: str, statement: Data, *, open_: bool) -> bool:
        """Tell whether the principal itself is allowed some request of a pattern."""
        asked, pattern = self._asking(principal, _given(statement)), self._pattern(statement)
        return self._solve_with(both(pattern, asked.allowed(pattern)), open_=open_)

    def _leads_to_the_unknown(self, statement: Data) -> bool:
        """Tell whether somebody may be on the way of whom it is not known what they may do.

        That is a role that the system does not hold, or a principal that has delegated something. It
        is also the root user of another account, since nobody knows which account manages which.
        """
        reached = [statement["principal"]]
        any_role = _becoming("arn:*:iam::*:role/*")
        for here in reached:
            outside = both(self._around.is_outside, self._pattern(any_role))
            allowed = self._asking(here, {}).allowed(outside)
            if self._solve_with(both(outside, allowed), open_=True):
                return True
            if self._solved(here, asking("sts:GetDelegatedAccessToken", "*"), open_=True):
                return True
            for acted, may in self._others.roots(here, _given(statement)):
                if self._solved(here, acted, open_=True) and self._solve_with(
                    both(self._pattern(statement), may), open_=True
                ):
                    return True
            others = [arn for arn in self._roles if arn not in reached]
            reached += [arn for arn in others if self._solved(here, _becoming(arn), open_=True)]
        return False

    def _asking(
        self,
        principal: str,
        fixed: Mapping[str, list[str]],
        *,
        certain: bool = False,
        listed: tuple[Data, ...] = (),
    ) -> Evaluation:
        key = principal, repr(sorted(fixed.items())), certain, repr(listed)
        if key not in self._asked:
            caller = of_system(self._variables, self._words, self._system, principal)
            self._asked[key] = Evaluation(
                self._variables,
                self._words,
                self._system,
                self._around,
                caller,
                fixed=fixed,
                delegating=not certain,
                listed=listed,
            )
        return self._asked[key]

    def _pattern(self, statement: Data) -> Formula:
        """Return when a request is one that the statement is about."""
        actions = (glob(action.lower()) for action in statement["actions"])
        resources = any_of(self._request.resource(each) for each in statement["resources"])
        return both(self._request.action.matches(*actions), resources)

    def _solve(self, formula: Formula) -> Iterator[bool]:
        """Yield whether there is such a request, under each way to settle what AWS leaves open."""
        yield self._solve_with(formula, open_=False)
        if formula.opens:
            yield self._solve_with(formula, open_=True)

    def _solve_with(self, formula: Formula, *, open_: bool) -> bool:
        settled = [left_open(name) for name in sorted(formula.opens)]
        return self._solver.can_hold(
            all_of((formula, *(each if open_ else no(each) for each in settled)))
        )


def _becoming(pattern: str) -> Data:
    return asking("sts:AssumeRole", pattern)


def _given(statement: Data) -> dict[str, list[str]]:
    return {key: list(values) for key, values in statement["given"]}


def _can_ask(action: Text, caller: Caller) -> Formula:
    """Return who calls which of the actions that make somebody a role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    """
    return any_of(
        both(action.is_(each), caller.kind.where(lambda kind, kinds=kinds: kind in kinds))  # type: ignore[misc]
        for each, kinds in _BECOMING.items()
    )
