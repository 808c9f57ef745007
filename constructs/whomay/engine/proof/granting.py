"""Whether any policy can grant what is asked, told without a look at single requests.

Most principals have no statement about the action of a question. This settles it for them.
"""

from functools import lru_cache

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.unseen import in_account
from whomay.engine.snapshot import Unseen
from whomay.iam.arn import account_in
from whomay.iam.callers import Caller, CallerKind
from whomay.iam.patterns.overlap import arns_overlap, overlap
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.policy import Statement
from whomay.iam.policy_variables import has_variables


def grants_nothing(index: Index, who: Caller, asked: AskedAbout) -> bool:
    """Tell whether for sure no policy grants a principal of the snapshot any of it.

    An Allow would have to be in its own policies, in that of a resource which names it, or in
    something that is not seen. False also where that cannot be told.
    """
    principal = index.principal(who)
    if principal is None or who.kind not in (CallerKind.USER, CallerKind.SESSION):
        return False
    return not (
        any(
            policy.unknown or any(_may_speak_of(each, asked) for each in policy.statements)
            for policy in principal.identity
        )
        or index.unseen.of_principal(principal.arn, principal.account)
        or any(may_grant(each, asked, index) for each in index.snapshot.unseen)
        or index.neighbourhood.names(who, asked)
    )


def may_grant(unseen: Unseen, asked: AskedAbout, index: Index) -> bool:
    """Tell whether what is not seen may let somebody do what is asked, as a resource's policy."""
    return any(_meet(action, each) for action in unseen.actions for each in asked.actions) and any(
        in_account(unseen.account, _owner(resource, index)) and arns_overlap(own, resource)
        for own in unseen.resources
        for resource in asked.resources
    )


def _owner(resource: str, index: Index) -> str | None:
    """Return the account of a resource that the snapshot has, or that its ARN tells."""
    found = index.resource(resource)
    return found.account if found else account_in(resource)


def _may_speak_of(statement: Statement, asked: AskedAbout) -> bool:
    if statement.effect == "Deny" or not _actions_meet(statement.actions, asked.actions):
        return False
    return statement.resources is None or any(
        _may_overlap(own, each) for own in statement.resources for each in asked.resources
    )


@lru_cache(maxsize=65536)
def _actions_meet(actions: tuple[str, ...] | None, asked: tuple[str, ...]) -> bool:
    return actions is None or any(_meet(action, each) for action in actions for each in asked)


def _meet(action: str, asked: str) -> bool:
    return is_symbolic(action + asked) or overlap(action.lower(), asked.lower())


def _may_overlap(own: str, asked: str) -> bool:
    if "*" in (own, asked) or has_variables(own) or is_symbolic(own + asked):
        return True
    return arns_overlap(own, asked)
