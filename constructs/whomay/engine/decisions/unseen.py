"""What is not seen of the templates, as policies of which nothing is sure.

A statement of such a policy names its principal or its condition by an unknown value. It may allow,
or deny, all that it speaks of. So the answer is Unknown, and its reason says what is not seen.
"""

from collections.abc import Sequence

from whomay.engine.snapshot import NOT_SEEN, Unseen
from whomay.iam.patterns.overlap import arns_overlap
from whomay.iam.patterns.symbols import is_symbolic, unknown
from whomay.iam.policy import Condition, Policy, Source, Statement


class UnseenPolicies:
    """The policies that what is not seen may amount to, on both sides of a request."""

    def __init__(self, found: Sequence[Unseen]) -> None:
        """Make one policy of each, once."""
        self._found = [(each, as_policy(each)) for each in found if each.actions]
        self._own = [
            (each, Policy((), unknown=each.told))
            for each in found
            if each.attaches or _may_change_principals(each)
        ]

    def __bool__(self) -> bool:
        """Tell whether anything is not seen."""
        return bool(self._found or self._own)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All of them."""
        return tuple(policy for _, policy in self._found)

    def of_principal(self, arn: str, account: str | None) -> tuple[Policy, ...]:
        """Return what a principal may have beside its own policies."""
        return tuple(
            policy
            for each, policy in self._own
            if (_may_change_principals(each) and in_account(each.account, account))
            or any(arns_overlap(pattern, arn) for pattern in each.attaches)
        )

    def of_resource(self, account: str | None) -> tuple[Policy, ...]:
        """Return what may take part in requests on resources of an account."""
        return tuple(policy for each, policy in self._found if in_account(each.account, account))


def _may_change_principals(unseen: Unseen) -> bool:
    """Tell whether it may be anything: what is about some actions alone is a resource's policy."""
    return unseen.may_deny and "*" in unseen.actions


def as_policy(unseen: Unseen) -> Policy:
    """Return the policy whose statements may hold, each of them perhaps."""
    effects = ("Allow", "Deny") if unseen.may_deny else ("Allow",)
    source = Source(unseen.path, NOT_SEEN, sid=unseen.why)
    reason = unknown(unseen.text)
    conditions = (Condition("StringEquals", "aws:PrincipalArn", (reason,)),)
    return Policy(
        tuple(
            Statement(
                effect=effect,
                actions=unseen.actions,
                not_actions=None,
                resources=unseen.resources,
                not_resources=None,
                principals=(("AWS", unseen.principals or (reason,)),),
                conditions=conditions if unseen.principals else (),
                source=source,
            )
            for effect in effects
        )
    )


def in_account(of: str, account: str | None) -> bool:
    """Tell whether it may be about an account; one that is not known may be any."""
    return of in ("", account) or account is None or is_symbolic(of) or is_symbolic(account)
