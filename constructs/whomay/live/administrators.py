"""Who may give others access in an account, decided from what the account says of its IAM.

Administrators are those who may write any policy for any user. The user that leaves does not count.
A role counts when its trust lets in somebody else than that user and a service.
"""

from collections.abc import Iterable, Iterator, Mapping

from whomay.engine import Request, Snapshot, Verdict
from whomay.engine.decisions import Index, decide_in
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.arn import name_in
from whomay.iam.callers import Caller, caller

_GIVES_ACCESS = "iam:PutUserPolicy"
_WITH_MFA: Mapping[str, str] = {"aws:multifactorauthpresent": "true"}


def administrators(snapshot: Snapshot, leaving: str) -> tuple[bool, list[Principal]]:
    """Tell whether the user of an ARN is an administrator, and return the others."""
    index = Index(snapshot)
    somebody = leaving.rpartition("/")[0] + "/somebody"

    def administers(principal: Principal) -> bool:
        request = Request(principal.arn, _GIVES_ACCESS, somebody, _WITH_MFA)
        return decide_in(request, index).verdict is Verdict.ALLOWED

    found = [one for one in snapshot.principals if administers(one)]
    others = (one for one in found if one.arn != leaving)
    is_one = any(one.arn == leaving for one in found)
    return is_one, [one for one in others if one.trust is None or _taken_by(one, leaving)]


def _taken_by(role: Principal, leaving: str) -> bool:
    """Tell whether the trust lets in somebody else than a service and the user that leaves."""
    for statement in role.trust.statements if role.trust else ():
        if statement.effect == "Allow":
            trusted = dict(statement.principals or ())
            if {name for kind in ("AWS", "Federated", "*") for name in trusted.get(kind, ())} - {
                leaving
            }:
                return True
    return False


def refused(
    snapshot: Snapshot, caller_arn: str, asked: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the actions, each with its resource, that the caller's own policies refuse for certain.

    Whether the credentials carry MFA cannot be told from outside, so what one of both allows counts
    as allowed. Service control policies and the session's own are not known here.
    """
    index = Index(snapshot)
    own = _principal(snapshot, caller(caller_arn))
    for action, resource in asked if own else ():
        verdicts = {
            decide_in(Request(own, action, resource, given), index).verdict
            for given in (_WITH_MFA, {})
        }
        if verdicts <= {Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY}:
            yield action, resource


def _principal(snapshot: Snapshot, who: Caller) -> str:
    """Return the ARN of the caller in the snapshot: a session's role has its path there alone."""
    kind = PrincipalKind.USER if ":user/" in who.name else PrincipalKind.ROLE
    name = name_in(who.name) if kind is PrincipalKind.USER else name_in(who.role or "")
    found = [one.arn for one in snapshot.principals if one.kind is kind]
    return next((arn for arn in found if name_in(arn) == name), "")


def roles_named(snapshot: Snapshot, user: str) -> list[str]:
    """Return what the user's own policies and groups say of roles that may be assumed."""
    own = next((one for one in snapshot.principals if one.arn == user), None)
    found: dict[str, None] = {}
    for policy in own.identity if own else ():
        for statement in policy.statements:
            if statement.effect == "Allow" and "sts:assumerole" in map(
                str.lower, statement.actions or ()
            ):
                found.update(dict.fromkeys(statement.resources or ()))
    return list(found)
