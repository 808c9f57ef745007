"""Which requests decide a statement in an account, and which of them IAM's simulator can answer.

The simulator takes the policies, groups and boundary of a user or role, and what the organization
attaches. It ignores trust policies, and takes a resource's policy for users alone. Those are for our
engine, on the account's snapshot.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from whomay.engine import Request, Snapshot, Verdict
from whomay.engine.contract import ContractFinding, Questions, StatementKind, Walk, walks
from whomay.engine.decisions import Index, decide_in
from whomay.engine.proof import assuming
from whomay.engine.snapshot import PrincipalKind
from whomay.iam.facts.actions import is_action
from whomay.iam.patterns.pattern_sets import TooManyClasses
from whomay.iam.patterns.symbols import is_symbolic
from whomay.live.verify.promises import Promise

MOST: Final = 20  # questions of one statement; the engine's proof is about all requests
TRUST: Final = "the simulator ignores trust policies"
_NO_SOURCE: Final = "the simulator knows users, groups and roles of the account alone"
_EXTERNAL_ID: Final = "sts:externalid"
_UNLISTED: Final = "AWS lists no such action"
_UNNAMED: Final = "its resource has no name in the account"
_KEY: Final = "the simulator does not ask the policy of a key"
_RESOURCE: Final = "the simulator takes no policy of a resource for a role"


@dataclass(frozen=True, slots=True)
class Question:
    """One request of a statement. `source` is the user or role whose policies are asked.

    `expected` tells whether the contract says that it is allowed. `ours` is our engine's verdict on
    the account's snapshot. `policy` is the policy of the resource that the simulator is given.
    `by_engine` says why the simulator is not asked, empty where it is.
    """

    promise: Promise
    request: Request
    source: str
    expected: bool
    ours: Verdict
    policy: str = ""
    by_engine: str = ""


class AccountQuestions:
    """The questions about one account, and our engine's own answers."""

    def __init__(self, there: Snapshot, policies: Mapping[str, str]) -> None:
        """Index the account; `policies` are the documents of its resources by ARN."""
        self._all = Questions(there)
        # what the simulator looks at: nothing but who asks
        bare = tuple(replace(one, policy=None, key=None) for one in there.resources)
        self._own = Questions(replace(there, resources=bare, unseen=())).possible
        self._policies = policies

    @property
    def of_account(self) -> Questions:
        """Our engine's questions about the whole account."""
        return self._all

    def external_id(self, role: str) -> str:
        """Return an external id that the role's trust asks for; empty for none."""
        for request, _ in assuming(self._all.possible, role):
            value = request.context.get(_EXTERNAL_ID)
            if isinstance(value, str) and not is_symbolic(value):
                return value
        return ""

    def finding(self, promise: Promise) -> ContractFinding:
        """Return our engine's answer to the statement, for all requests that it is about."""
        [who] = [one for one in self._all.certain.snapshot.principals if one.arn == promise.arn]
        return self._all.answer(who, promise.stated)

    def of(self, promise: Promise, finding: ContractFinding) -> Iterator[Question]:
        """Yield the questions of a statement, at most MOST: the witness first, then by classes."""
        if promise.stated.kind is StatementKind.ASSUMABLE_ONLY_BY:
            witness = finding.witness or Request(promise.arn, "sts:AssumeRole", promise.arn)
            yield Question(promise, witness, promise.arn, False, Verdict.UNKNOWN, by_engine=TRUST)
            return
        seen: set[tuple[object, ...]] = set()
        for walk in walks(self._all, [promise.stated]):
            for request in _requests(walk, finding):
                identity = (request.principal, request.action, request.resource, *_sent(request))
                expected = _expected(walk, request)
                if identity in seen or expected is None:
                    continue
                seen.add(identity)
                yield self._question(promise, request, expected=expected)
                if len(seen) == MOST:
                    return

    def _question(self, promise: Promise, request: Request, *, expected: bool) -> Question:
        index = self._all.certain if expected else self._all.possible
        ours = decide_in(request, index).verdict
        who = index.principal(request.caller)
        source = who.arn if who is not None else request.principal
        for_user = who is not None and who.kind is PrincipalKind.USER
        policy = self._policy(request.resource) if for_user else ""
        is_here = who is not None and who.account == promise.account
        reason = "" if is_here else _NO_SOURCE
        reason = reason or _reason(request)
        if not reason and not for_user and self._differs(request, index):
            reason = _RESOURCE
        return Question(promise, request, source, expected, ours, policy, reason)

    def _differs(self, request: Request, index: Index) -> bool:
        """Tell whether something beside the caller's own policies changes the answer."""
        own = decide_in(request, self._own).verdict is Verdict.ALLOWED
        return own is not (decide_in(request, index).verdict is Verdict.ALLOWED)

    def _policy(self, resource: str) -> str:
        """Return the policy of a resource, or of what it lies in."""
        return next(
            (
                document
                for arn, document in self._policies.items()
                if resource == arn or resource.startswith((f"{arn}/", f"{arn}:"))
            ),
            "",
        )


def _requests(walk: Walk, finding: ContractFinding) -> Iterator[Request]:
    """Yield requests of a statement: those that some policy allows, and then the others."""
    if finding.witness is not None:
        yield finding.witness
    found = chain(
        chain.from_iterable(walk.requests(who) for who in walk.who),
        chain.from_iterable(walk.requests(who, walk.pattern) for who in walk.who),
    )
    try:
        for request in found:
            if walk.pattern.names(request.resource):
                yield request
    except TooManyClasses:  # the engine's answer says so
        return


def _expected(walk: Walk, request: Request) -> bool | None:
    """Tell whether the contract says that a request is allowed; None where it says nothing."""
    match walk.stated.kind:
        case StatementKind.MUST_ALLOW:
            return True
        case StatementKind.MAY_ONLY:
            # what it lists may be allowed, and need not
            return None if walk.views[1].verdict(request) is Verdict.ALLOWED else False
    return False


def _reason(request: Request) -> str:
    """Return why the simulator cannot answer a request as AWS would."""
    if request.is_trust:
        return TRUST
    if request.needs_resource_side:
        return _KEY
    if not is_action(request.action):
        return _UNLISTED
    return _UNNAMED if is_symbolic(request.resource) else ""


def _sent(request: Request) -> tuple[object, ...]:
    return tuple(sorted(request.context.items(), key=str))
