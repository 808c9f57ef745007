"""Buckets that leave it to access points of other accounts who may use them.

Such an access point is in no template of this assembly, and its policy is the other account's word.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from collections.abc import Iterable, Iterator
from typing import Final

from whomay.engine.snapshot import Resource, Unseen
from whomay.iam.arn import parse_arn
from whomay.iam.content import content_of
from whomay.iam.policy import Condition

_KEYS: Final = ("s3:dataaccesspointaccount", "s3:dataaccesspointarn")


def foreign_access_points(resources: Iterable[Resource]) -> Iterator[Unseen]:
    """Yield each bucket of which a policy lets in what comes through other accounts' access points."""
    for resource in resources:
        for statement in resource.policy.statements if resource.policy else ():
            named = sorted(
                value
                for condition in statement.conditions
                if condition.key.lower() in _KEYS
                for value in condition.values
                if _account(condition, value) != resource.account
            )
            if named and statement.effect == "Allow":
                yield Unseen(
                    resource.path,
                    "whom access points of other accounts let in, which its policy names",
                    resource.account,
                    statement.actions or ("s3:*",),
                    (resource.arn, f"{resource.arn}/*"),
                    content=content_of(named),
                )


def _account(condition: Condition, value: str) -> str:
    if condition.key.lower() == _KEYS[0]:
        return value
    found = parse_arn(value)
    return found.account if found else ""
