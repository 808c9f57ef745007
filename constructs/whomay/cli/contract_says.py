"""What the contract says to a change that would allow a refused call: asked before anybody makes it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from whomay.engine import Request, Snapshot, check
from whomay.engine.contract import Outcome, Result, Stated
from whomay.engine.decisions import ChangeKind, LeastChange
from whomay.engine.snapshot import Principal, Resource
from whomay.iam.arn import name_in
from whomay.iam.policy import Policy
from whomay.iam.policy_variables import VERSION_WITH_VARIABLES

_BAD = (Outcome.BROKEN, Outcome.UNKNOWN)


def principal_of(snapshot: Snapshot, request: Request) -> Principal | None:
    """Return the user or role of a snapshot that a request is by; None where it has none.

    The ARN of a session leaves out the path of the role.
    """
    who = request.caller.role or request.caller.name
    same = [one for one in snapshot.principals if one.arn == who]
    if same or ":assumed-role/" not in request.principal:
        return same[0] if same else None
    named = [
        one
        for one in snapshot.principals
        if one.account == request.account
        and ":role/" in one.arn
        and name_in(one.arn) == name_in(who)
    ]
    return named[0] if len(named) == 1 else None


def contract_says(
    contract: Sequence[Stated], snapshot: Snapshot, request: Request, changes: Sequence[LeastChange]
) -> Iterator[str]:
    """Yield the lines about a contract: what the changes would break, or that it permits them.

    A change in the call, in the organization, in an endpoint or in a session is none of the app's. A
    Deny that leaves this one request out cannot be tried, and the lines say so.
    """
    if not contract:
        yield "contract: none is stated, so nothing speaks against it"
        return
    added = [one for one in changes if one.kind is ChangeKind.ALLOW]
    if any(one.kind is ChangeKind.EXCEPT for one in changes):
        yield "contract: not asked: it depends on how the Deny leaves this request out"
        return
    changed = snapshot
    for one in added:
        changed = _with(changed, request, one)
    if changed == snapshot:
        yield "contract: no policy of the app changes"
        return
    before, after = check(contract, snapshot).results, check(contract, changed).results
    broken = [*_newly(before, after)]
    for each in broken:
        found = each.finding
        yield f"contract: {each.stated.at}: {each.stated.kind} would be {found.outcome}: {found.said}"
    if not broken:
        yield f"contract: permits it: none of {len(after)} statements would break"


def _newly(before: Sequence[Result], after: Sequence[Result]) -> Iterator[Result]:
    held = {
        (one.stated, one.principal.path if one.principal else "")
        for one in before
        if one.finding.outcome not in _BAD
    }
    for one in after:
        key = (one.stated, one.principal.path if one.principal else "")
        if one.finding.outcome in _BAD and key in held:
            yield one


def _with(snapshot: Snapshot, request: Request, change: LeastChange) -> Snapshot:
    """Return the snapshot with one Allow more; the same where its layer is not of the app."""
    added = (Policy((change.statement,), VERSION_WITH_VARIABLES),)
    by = principal_of(snapshot, request)
    match change.layer.value:
        case "identity" if by:
            return _put(snapshot, by, replace(by, identity=(*by.identity, *added)))
        case "boundary" if by and by.boundary:
            return _put(snapshot, by, replace(by, boundary=_joined(by.boundary, change)))
        case "trust":
            for one in snapshot.principals:
                if one.arn == request.resource and one.trust:
                    return _put(snapshot, one, replace(one, trust=_joined(one.trust, change)))
        case "resource":
            for each in snapshot.resources:
                if each.arn == request.resource or request.resource.startswith(f"{each.arn}/"):
                    return _put_resource(snapshot, each, change)
    return snapshot


def _joined(policy: Policy, change: LeastChange) -> Policy:
    return replace(policy, statements=(*policy.statements, change.statement))


def _put(snapshot: Snapshot, old: Principal, new: Principal) -> Snapshot:
    principals = tuple(new if one is old else one for one in snapshot.principals)
    return replace(snapshot, principals=principals)


def _put_resource(snapshot: Snapshot, old: Resource, change: LeastChange) -> Snapshot:
    empty = Policy((), VERSION_WITH_VARIABLES)
    new = replace(old, policy=_joined(old.policy or empty, change))
    return replace(
        snapshot, resources=tuple(new if one is old else one for one in snapshot.resources)
    )
