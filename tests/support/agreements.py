"""What one question is answered by `can`, `cases`, `who`, the contract and `diff`, and where two differ."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from support.disagreements import DENIED
from support.random_systems import INSIDERS, RandomSystem
from whomay.engine import Change, Request, Snapshot, Verdict, check, decide, diff, who_may
from whomay.engine.cases import run_case
from whomay.engine.contract import Outcome, Questions, Stated, StatementKind
from whomay.engine.decisions import Index, decide_in
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.policy import Policy, Statement
from whomay.iam.policy_variables import Value

KEPT = (Outcome.KEPT, Outcome.CAPPED)
_TELLS: Mapping[Verdict, StatementKind] = {
    Verdict.ALLOWED: StatementKind.MUST_NOT_ALLOW,
    Verdict.EXPLICIT_DENY: StatementKind.MUST_ALLOW,
    Verdict.IMPLICIT_DENY: StatementKind.MUST_ALLOW,
}


def of_one_question(random: Random) -> Iterator[str]:
    """Yield where two answers to one question differ, in a random system and after a change of it."""
    made = RandomSystem(random)
    old = made.snapshot()
    new = made.changed(old)
    changes: dict[str, set[Change]] = {}
    for one in diff(old, new):
        changes.setdefault(one.principal, set()).add(one.change)
    for _ in range(8):
        whole = made.request(INSIDERS)
        given = {k: v for k, v in whole.context.items() if ":" in k and random.random() < 0.7}
        asked = Request(whole.principal, whole.action, whole.resource, given)
        before, after = decide(asked, old).verdict, decide(asked, new).verdict
        yield from _of_contract(old, asked, before)
        yield from _of_who(old, asked, before)
        yield from _of_case(old, asked, before)
        yield from _of_diff(new, asked, (before, after), changes)


def of_reach(random: Random) -> Iterator[str]:
    """Yield what `cannot_reach` says otherwise than one decided request after another."""
    made = RandomSystem(random)
    made.services = sorted({*made.services, "sts"})
    made.actions = sorted({*made.actions, "sts:AssumeRole"})
    snapshot = made.snapshot()
    index = Questions(snapshot).possible
    hops = [r for r in (made.request(INSIDERS) for _ in range(150)) if r.is_trust]
    allowed = [r for r in hops if decide_in(r, index).verdict is Verdict.ALLOWED]
    for start in snapshot.principals:
        reached = [start.arn]
        for arn in reached:
            reached += [
                hop.resource
                for hop in allowed
                if _behind(index, hop) == arn and hop.resource not in reached
            ]
        own = {arn for arn in reached if arn in index.principals}
        for request in (made.request(INSIDERS) for _ in range(12)):
            if _behind(index, request) in own:
                yield from _of_reach(snapshot, start.path, request, index)


def _behind(index: Index, request: Request) -> str:
    who = index.principal(request.caller)
    return who.arn if who else ""


def _of_reach(snapshot: Snapshot, path: str, request: Request, index: Index) -> Iterator[str]:
    if decide_in(request, index).verdict is not Verdict.ALLOWED:
        return
    about = (request.action,), (request.resource,)
    stated = Stated(StatementKind.CANNOT_REACH, "app.py:1", "S", path, *about)
    [result] = check([stated], snapshot).results
    if result.finding.outcome in KEPT:
        yield f"{path} reaches {request}, and cannot_reach is {result.finding.outcome}"


def _of_contract(snapshot: Snapshot, asked: Request, verdict: Verdict) -> Iterator[str]:
    """A request that is allowed breaks must_not_allow, one that is denied must_allow."""
    kind = _TELLS.get(verdict)
    if kind is None:
        return
    who = Index(snapshot).principal(asked.caller)
    assert who is not None
    fixed = {**ORDINARY_KEYS, **asked.context}
    given = tuple(
        (k, (v,) if isinstance(v, str) else v) for k, v in fixed.items() if _has(asked, k)
    )
    stated = Stated(
        kind, "app.py:1", "S", who.path, (asked.action,), (asked.resource,), given=given
    )
    [result] = check([stated], snapshot).results
    if result.finding.outcome not in (Outcome.BROKEN, Outcome.UNKNOWN):
        said = result.finding.said
        yield f"can: {asked} is {verdict}; {kind} is {result.finding.outcome} {said}"


def _has(asked: Request, key: str) -> bool:
    return key.startswith("aws:") or key in asked.context


def _of_who(snapshot: Snapshot, asked: Request, verdict: Verdict) -> Iterator[str]:
    """Somebody who is allowed a request is among those who may make it, with the same keys given."""
    given = {k: v if isinstance(v, str) else list(v) for k, v in asked.context.items()}
    found = {one.name for one in who_may(asked.action, asked.resource, snapshot, given)}
    who = Index(snapshot).principal(asked.caller)
    if verdict is Verdict.ALLOWED and who is not None and who.path not in found:
        yield f"can: {asked} is Allowed; who names {sorted(found)}"


def _of_diff(
    new: Snapshot,
    asked: Request,
    verdicts: tuple[Verdict, Verdict],
    changes: Mapping[str, set[Change]],
) -> Iterator[str]:
    """A request that is answered otherwise after a change is one that `diff` tells of."""
    before, after = verdicts
    who = Index(new).principal(asked.caller)
    said = changes.get(who.path if who else "", set())
    both_deny = before in DENIED and after in DENIED
    if before is not after and not both_deny and Verdict.UNKNOWN not in verdicts and not said:
        yield f"can: {asked} was {before} and is {after}; diff says nothing"


def _of_case(snapshot: Snapshot, asked: Request, verdict: Verdict) -> Iterator[str]:
    """A case with the same policies gets the same verdict; no key of KMS takes part in a case."""
    index = Index(snapshot)
    request = index.complete(asked)
    resource = index.resource(request.resource)
    if resource is not None and resource.key is not None:
        return
    who = index.principal(asked.caller)
    assert who is not None
    by = index.layers(request)
    own = {k: v for k, v in request.context.items() if k.startswith(_OF_SNAPSHOT)}
    case = {
        "complete": False,
        "policies": {
            "identity": _documents(who.identity),
            "boundary": _documents([who.boundary] if who.boundary else []),
            "trust" if request.is_trust else "resource": _documents(
                by.resource.policies if by.resource else []
            ),
        },
        "request": {
            "principal": asked.principal,
            "action": asked.action,
            "resource": asked.resource,
            "resource_account": request.resource_account,
            "context": {**_as_json(own), **_as_json(asked.context)},
        },
    }
    found = run_case(case)
    if found.verdict is not verdict:
        yield f"can: {asked} is {verdict}; the case is {found.verdict}: {found.reason}"


# What only a snapshot tells of a caller; a case names it.
_OF_SNAPSHOT = ("aws:principaltag/", "aws:userid", "aws:principalarn")


def _as_json(context: Mapping[str, Value]) -> dict[str, Any]:
    return {k: v if isinstance(v, str) else list(v) for k, v in context.items()}


def _documents(policies: Any) -> list[dict[str, Any]]:
    return [_document(policy) for policy in policies]


def _document(policy: Policy) -> dict[str, Any]:
    return {"Version": policy.version, "Statement": [_statement(s) for s in policy.statements]}


def _statement(statement: Statement) -> dict[str, Any]:
    elements = {
        "Action": statement.actions,
        "NotAction": statement.not_actions,
        "Resource": statement.resources,
        "NotResource": statement.not_resources,
    }
    found: dict[str, Any] = {k: list(v) for k, v in elements.items() if v is not None}
    named = {"Principal": statement.principals, "NotPrincipal": statement.not_principals}
    for element, principals in named.items():
        if principals is not None:
            everyone = principals == (("*", ("*",)),)
            found[element] = "*" if everyone else {k: list(v) for k, v in principals}
    conditions: dict[str, dict[str, list[str]]] = {}
    for each in statement.conditions:
        conditions.setdefault(each.operator, {})[each.key] = list(each.values)
    return {"Effect": statement.effect, **found, "Condition": conditions}
