"""What is taken for granted of resources that the snapshot does not hold."""

from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from whomay.engine.decisions.request import Request
from whomay.iam.facts.s3_keys import policy_of_aws_key
from whomay.iam.patterns.symbols import display, unknown
from whomay.iam.policy import Condition, Policy, Source, Statement


class Outside(StrEnum):
    """What is taken for granted of resources that the snapshot does not hold."""

    UNKNOWN = "a role's trust and a key's policy are not known; others have no policy"
    DELEGATES = "every policy outside the assembly trusts the caller's account"


# Where the statement is that `Outside.DELEGATES` takes for granted.
POLICY_OUTSIDE: Final = "a policy outside the assembly"


def policy_outside(outside: Outside, request: Request) -> Policy | None:
    """Return the policy that a resource outside the snapshot is taken to have; None for none."""
    if request.needs_resource_side and (known := policy_of_aws_key(request.resource)):
        return known
    if outside is Outside.DELEGATES and request.account is not None:
        return _delegates(request.account)
    if outside is Outside.UNKNOWN and request.needs_resource_side:
        return _may_delegate(request.account, request.resource)
    return None


@lru_cache(maxsize=64)
def _delegates(account: str) -> Policy:
    """Return a policy that leaves everything to the account's own policies."""
    root = f"arn:aws:iam::{account}:root"
    everything = Statement("Allow", ("*",), None, ("*",), None, (("AWS", (root,)),))
    return Policy((replace(everything, source=Source(POLICY_OUTSIDE)),))


@lru_cache(maxsize=1024)
def _may_delegate(account: str | None, resource: str) -> Policy:
    """Return a policy of which only is known that it names nobody of the assembly directly."""
    (statement,) = _delegates(account or "").statements
    reason = f"the policy of {display(resource)} is not in the assembly"
    if resource.endswith(":root"):
        reason = "whether the caller's account manages the organization of the other"
    condition = Condition("StringEquals", "aws:PrincipalAccount", (unknown(reason),))
    return Policy((replace(statement, conditions=(condition,), source=Source(display(resource))),))
