"""AWS's own policy of every level, and what the statements of all resource control policies share."""

from dataclasses import replace
from typing import Final

from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy, Source

FULL_ACCESS: Final = "FullAWSAccess"
EVERYONE: Final = (("*", ("*",)),)


def full_access() -> Policy:
    """Return AWS's own policy that a level has until somebody takes it away."""
    document = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return parse_policy({"Version": "2012-10-17", "Statement": document}, Source(FULL_ACCESS))


def without_principals(policy: Policy) -> Policy:
    """Return a resource control policy whose statements bind everyone, services of AWS included."""
    statements = (replace(each, principals=EVERYONE) for each in policy.statements)
    return replace(policy, statements=tuple(statements))
