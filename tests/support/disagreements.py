"""What the answers over all requests say otherwise than requests decided one by one."""

from collections.abc import Iterator
from random import Random

from support.random_systems import INSIDERS, NAMED_KEY, OUTSIDERS, RandomSystem
from whomay.engine import Change, Request, Snapshot, Verdict, check, diff, who_may
from whomay.engine.contract import Outcome, Questions, Stated, StatementKind
from whomay.engine.decisions import Index, Layer, SessionKeys, decide_in, is_of_session
from whomay.engine.proof import Holder
from whomay.iam.callers import Caller, CallerKind, Grant
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.matching import arn, glob
from whomay.iam.patterns.symbols import display

DENIED = (Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY)
ASSUMING = (CallerKind.USER, CallerKind.SESSION, CallerKind.SERVICE)  # of sts:AssumeRole
ORDINARY = {"aws:SecureTransport": "true"}
NOBODY = parse_policy({"Statement": []})
ONE = "none.amazonaws.com"


def of_proofs(random: Random) -> Iterator[str]:
    """Yield what the contract and `who` say otherwise than `decide` of a random system."""
    made = RandomSystem(random)
    snapshot = made.snapshot()
    asked = [made.request(INSIDERS) for _ in range(8)]
    questions = [(request, *_patterns(random, request)) for request in asked]
    yield from _of_contract(snapshot, questions)
    yield from _of_who(snapshot, made, *_patterns(random, random.choice(asked)))
    yield from _of_trust(snapshot, made)


def of_changes(random: Random) -> Iterator[str]:
    """Yield what `diff` says otherwise than `decide` of a random change."""
    made = RandomSystem(random)
    old = made.snapshot()
    new = made.changed(old)
    found = diff(old, new)
    said: dict[str, set[Change]] = {}
    for one in found:
        said.setdefault(one.principal, set()).add(one.change)
    was, now = (Questions(each).possible for each in (old, new))
    for one in found:
        if one.change is Change.WIDER and one.witness and now.principal(one.witness.caller):
            asked = _again(one.witness, now)
            sides = [_decided(asked, side) for side in (was, now)]
            if sides[0] is Verdict.ALLOWED or sides[1] is not Verdict.ALLOWED:
                yield f"{one.witness} is called wider and is {sides[0]}, then {sides[1]}"
    for _ in range(40):
        request = made.request(INSIDERS)
        before, after = (decide_in(request, side).verdict for side in (was, now))
        path = _path(now, request)
        yield from _misses(request, before, after, said.get(path, set()))
    for _ in range(40):
        request = made.request(OUTSIDERS)
        before, after = (_resource_alone(each, request) for each in (old, new))
        reached = now.resource(request.resource) or now.principals.get(request.resource)
        if reached is not None:
            yield from _misses(request, before, after, said.get(reached.path, set()))


def _again(request: Request, index: Index) -> Request:
    """Return the request without what its principal settles, to be completed anew."""
    settled = index.complete(Request(request.principal, request.action, request.resource)).context
    own = {k: v for k, v in request.context.items() if settled.get(k) != v}
    return Request(request.principal, request.action, request.resource, own)


def _decided(request: Request, index: Index) -> Verdict:
    """Decide a request; nobody may send one with keys that the role's trust lets none choose."""
    role = index.principal(request.caller)
    if role is not None and role.trust is not None:
        keys = SessionKeys(request.caller, role)
        chosen = ((k, v) for k, v in request.context.items() if is_of_session(k))
        if not all(keys.may_be(key, value) for key, value in chosen):
            return Verdict.IMPLICIT_DENY
    return decide_in(request, index).verdict


def _misses(request: Request, before: Verdict, after: Verdict, said: set[Change]) -> Iterator[str]:
    if before is after or (before in DENIED and after in DENIED) or Change.UNKNOWN in said:
        return
    if Verdict.UNKNOWN in (before, after):
        if not said:
            yield f"{request} was {before} and is {after}; diff says nothing"
    elif (after is Verdict.ALLOWED and not said & {Change.WIDER, Change.MOVED}) or (
        before is Verdict.ALLOWED and not said & {Change.NARROWER, Change.MOVED}
    ):
        yield f"{request} was {before} and is {after}; diff says {sorted(said)}"


def _patterns(random: Random, request: Request) -> tuple[str, str]:
    """Return patterns of an action and of a resource that the request is of."""
    service = request.action.partition(":")[0]
    action = random.choice((request.action, request.action, f"{service}:*"))
    resource = random.choice((request.resource, "*", _one_letter_less(request.resource)))
    return action, resource


def _one_letter_less(arn: str) -> str:
    return arn if arn.endswith("\ue002") else f"{arn[:-1]}*"


def _of_contract(snapshot: Snapshot, questions: list[tuple[Request, str, str]]) -> Iterator[str]:
    answers = Questions(snapshot)
    certain, possible = answers.certain, answers.possible
    kinds = (StatementKind.MUST_ALLOW, StatementKind.MUST_NOT_ALLOW, StatementKind.MAY_ONLY)
    for request, action, resource in questions:
        who = possible.principal(request.caller)
        assert who is not None
        for kind in kinds:
            listed = NOBODY if kind is StatementKind.MAY_ONLY else None
            stated = Stated(kind, "app.py:1", "S", who.path, (action,), (resource,), policy=listed)
            if (
                kind is StatementKind.MUST_ALLOW
                and request.context.get("aws:securetransport") != "true"
            ):
                continue
            index = certain if kind is StatementKind.MUST_ALLOW else possible
            decision = decide_in(request, index)
            if kind is StatementKind.MUST_ALLOW and _of_another_key(decision.request, request):
                continue
            verdict = decision.verdict
            wrong = (
                (Verdict.UNKNOWN, *DENIED)
                if kind is StatementKind.MUST_ALLOW
                else (Verdict.UNKNOWN, Verdict.ALLOWED)
            )
            [result] = check([stated], snapshot).results
            outcome = result.finding.outcome
            if verdict in wrong and outcome not in (Outcome.BROKEN, Outcome.UNKNOWN):
                yield f"{kind} {action} {resource} is {outcome}; {request} is {verdict}"


def _of_another_key(decisive: Request, request: Request) -> bool:
    """Tell whether KMS decides by a key that the caller names: a question about that key."""
    return decisive.action.startswith("kms:") and NAMED_KEY in request.context


def _of_who(snapshot: Snapshot, made: RandomSystem, action: str, resource: str) -> Iterator[str]:
    found = who_may(action, resource, snapshot)
    index = Index(snapshot)
    for callers in (INSIDERS, OUTSIDERS):
        for _ in range(15):
            request = made.request(callers)
            if not _is_of(request, action, resource):
                continue
            if callers is INSIDERS:
                verdict = decide_in(request, index).verdict
                named = _path(index, request) in {each.name for each in found}
            else:
                verdict = _resource_alone(snapshot, request)
                named = any(_stands_for(each, request.caller, index) for each in found)
            if verdict not in DENIED and not named:
                names = [display(each.name) for each in found]
                yield f"{request} is {verdict}; who {action} {resource} names {names}"


def _of_trust(snapshot: Snapshot, made: RandomSystem) -> Iterator[str]:
    if "sts" not in made.services:
        return
    trusted = parse_policy(
        {"Statement": [{"Effect": "Allow", "Principal": {"Service": ONE}, "Action": "sts:*"}]}
    )
    roles = {one.arn: one for one in snapshot.principals if one.trust}
    outcomes = {}
    for role in roles.values():
        stated = Stated(StatementKind.ASSUMABLE_ONLY_BY, "app.py:1", "S", role.path, policy=trusted)
        [result] = check([stated], snapshot).results
        outcomes[role.arn] = result.finding.outcome
    for _ in range(20):
        request = made.request((*INSIDERS, *OUTSIDERS))
        if request.is_trust and request.resource in roles:
            verdict = _resource_alone(snapshot, request)
            outcome = outcomes[request.resource]
            if verdict not in DENIED and outcome not in (Outcome.BROKEN, Outcome.UNKNOWN):
                yield f"assumable_only_by is {outcome}; by its trust {request} is {verdict}"


def _path(index: Index, request: Request) -> str:
    who = index.principal(request.caller)
    assert who is not None
    return who.path


def _is_of(request: Request, action: str, resource: str) -> bool:
    of_action = glob(action.lower())(request.action_key)
    return of_action is True and arn(resource)(request.resource) is True


def _resource_alone(snapshot: Snapshot, request: Request) -> Verdict:
    """Decide by the resource's own policy, all that the caller's account decides taken as granted."""
    index = Index(snapshot)
    asked = index.complete(request)
    role = index.principals.get(asked.resource) if asked.is_trust else None
    resource = index.resource(asked.resource)
    policy = role.trust if role else resource.policy if resource else None
    if policy is None or (asked.is_trust and request.caller.kind not in ASSUMING):
        return Verdict.IMPLICIT_DENY
    denied, surest, most = Layer((policy,)).grants(asked, bounded=False)
    if denied or most is Grant.NONE:
        return Verdict.EXPLICIT_DENY if denied else Verdict.IMPLICIT_DENY
    return Verdict.ALLOWED if denied is False and surest is not Grant.NONE else Verdict.UNKNOWN


def _stands_for(holder: Holder, who: Caller, index: Index) -> bool:
    """Tell whether a line of `who` is about a caller outside the system."""
    if holder.request is None or index.principal(holder.request.caller) is not None:
        return False
    shown = holder.request.caller
    if shown.account is None or who.account is None:
        return shown.kind is who.kind
    of_account = shown.account == who.account or "any account" in holder.name
    return of_account and (shown.kind is who.kind or holder.name.startswith("others"))
