"""Who may give others access in an account, decided from what the account says of its IAM.

Administrators are those who may write any policy for any user. The user that leaves does not count.
A role counts when somebody else than that user and a service can take it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from whomay.engine import Request, Snapshot, Verdict
from whomay.engine.decisions import Index, decide_in
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.arn import name_in, parse_arn
from whomay.iam.callers import Caller, caller, is_id_alone
from whomay.iam.patterns.matching import glob
from whomay.iam.policy import Statement
from whomay.live.assuming import assumable

_GIVES_ACCESS = "iam:PutUserPolicy"
_BECOMES = "sts:assumerole"
_WITH_MFA: Mapping[str, str] = {"aws:multifactorauthpresent": "true"}


def is_last(snapshot: Snapshot, leaving: str, signs_in: Callable[[str], bool]) -> bool:
    """Tell whether the user of an ARN is an administrator, and nobody else can act as one.

    `signs_in` tells whether a user, by ARN, has an active key or a password. A role counts when
    somebody outside the account may take it, or another user who signs in.
    """
    index = Index(snapshot)
    somebody = leaving.rpartition("/")[0] + "/somebody"

    def administers(principal: Principal) -> bool:
        request = Request(principal.arn, _GIVES_ACCESS, somebody, _WITH_MFA)
        return decide_in(request, index).verdict is Verdict.ALLOWED

    found = [one for one in snapshot.principals if administers(one)]
    others = [one for one in found if one.arn != leaving]
    if len(others) == len(found) or any(one.trust and _taken_from_outside(one) for one in others):
        return False
    if any(one.trust is None and signs_in(one.arn) for one in others):
        return False
    roles = {one.arn for one in others if one.trust}
    return not (roles and _taken_by_another(snapshot, roles, leaving, signs_in))


def _taken_from_outside(role: Principal) -> bool:
    """Tell whether the trust lets in another account, or whom an identity provider knows."""
    for statement in role.trust.statements if role.trust else ():
        trusted = dict(statement.principals or ())
        if statement.effect == "Allow" and (
            trusted.keys() & {"*", "Federated"}
            or any(_is_of_another(one, role.account) for one in trusted.get("AWS", ()))
        ):
            return True
    return False


def _is_of_another(trusted: str, account: str) -> bool:
    """Tell whether a principal of a trust may be in another account; an id left by one who is gone is not."""
    arn = parse_arn(trusted)
    return not is_id_alone("AWS", trusted) and (arn.account if arn else trusted) != account


def _taken_by_another(
    snapshot: Snapshot, roles: set[str], leaving: str, signs_in: Callable[[str], bool]
) -> bool:
    """Tell whether one of the roles can be assumed by who signs in otherwise, through others too."""
    return any(
        roles & {found.role.arn for found in assumable(snapshot, one, name_in(one.arn))}
        and (one.trust is not None or signs_in(one.arn))
        for one in snapshot.principals
        if one.arn != leaving and (one.trust is None or _taken_from_outside(one))
    )


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


def roles_of(snapshot: Snapshot, user: str) -> list[str]:
    """Return the roles that the user may assume, as the user's policies and the trusts say it.

    Of other accounts they are what the user's own policies and groups name, patterns as they are. In
    this account all count that the user may become, through another role too. A boundary that ends
    the user's access does not count: sessions of before go on.
    """
    own = next((one for one in snapshot.principals if one.arn == user), None)
    if own is None:
        return []
    found: dict[str, None] = {}
    for policy in own.identity:
        for statement in policy.statements:
            if statement.effect == "Allow" and _covers(statement, _BECOMES):
                others = (
                    (f"all but {', '.join(statement.not_resources)}",)
                    if statement.not_resources
                    else ()
                )
                found.update(dict.fromkeys(statement.resources or others))
    unbound = replace(own, boundary=None)
    everybody = tuple(unbound if one is own else one for one in snapshot.principals)
    free = replace(snapshot, principals=everybody)
    found.update((one.role.arn, None) for one in assumable(free, unbound, name_in(user)))
    return list(found)


def _covers(statement: Statement, action: str) -> bool:
    if statement.actions is None:
        return not any(_matches(one, action) for one in statement.not_actions or ())
    return any(_matches(one, action) for one in statement.actions)


def _matches(pattern: str, action: str) -> bool:
    return glob(pattern.lower())(action) is not False
