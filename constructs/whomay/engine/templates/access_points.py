"""What the bucket behind an access point makes of the access point's policy: both must permit.

A bucket that leaves the decision to its access points is looked at exactly: its denials hold for
what passes the access point. Of any other it is not worked out here whether it permits the request
too, so that nothing through the access point is surely allowed.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from whomay.iam.arn import parse_arn
from whomay.iam.conditions import compile_condition
from whomay.iam.patterns.symbols import display, unknown
from whomay.iam.policy import Policy, Source, Statement

_EVERYTHING: Final = frozenset(("*", "s3:*", "s3express:*", "s3-outposts:*"))


def through(
    arn: str,
    account: str,
    policies: Sequence[Policy],
    bucket: str,
    bucket_policies: Sequence[Policy],
) -> list[Policy]:
    """Return the policies of an access point with what its bucket adds to them.

    `arn` and `account` are those of the access point, `bucket` is the ARN of its bucket.
    """
    found = list(policies)
    statements = [each for policy in bucket_policies for each in policy.statements]
    denials = [_denial(each, bucket, arn) for each in statements if each.effect == "Deny"]
    if denials:
        found.append(Policy(tuple(denials)))
    unread = next((policy.unknown for policy in bucket_policies if policy.unknown), None)
    if unread or not any(_delegates(each, arn, account, bucket) for each in statements):
        why = f"bucket {_name(bucket)} behind the access point must permit it as well"
        found.append(Policy((_perhaps_denied(why, Source(display(arn))),)))
    return found


def _denial(statement: Statement, bucket: str, arn: str) -> Statement:
    """Return a denial of the bucket as one on the access point; perhaps, where it does not fit."""
    listed = statement.resources or ()
    own = [_translated(each, bucket, arn) for each in listed]
    if statement.resources is not None and all(own):
        return replace(statement, resources=tuple(each for each in own if each))
    why = f"what bucket {_name(bucket)} denies by patterns of its own"
    return _perhaps_denied(why, statement.source)


def _translated(pattern: str, bucket: str, arn: str) -> str | None:
    if pattern == "*":
        return pattern
    if pattern == bucket:
        return arn
    inside = pattern.removeprefix(f"{bucket}/")
    return f"{arn}/object/{inside}" if inside != pattern else None


def _perhaps_denied(why: str, source: Source) -> Statement:
    who = (("AWS", (unknown(why),)),)
    return Statement("Deny", ("*",), None, ("*",), None, who, source=source)


def _name(bucket: str) -> str:
    """Return a bucket's name: the text of a symbol takes no colons."""
    arn = parse_arn(bucket)
    return display(bucket if arn is None else arn.resource)


def _delegates(statement: Statement, arn: str, account: str, bucket: str) -> bool:
    """Tell whether a statement leaves everything to the access point, or to those of its account."""
    actions = set(statement.actions or ())
    resources = set(statement.resources or ())
    everything = "*" in resources or {bucket, f"{bucket}/*"} <= resources
    context = {"s3:dataaccesspointaccount": account, "s3:dataaccesspointarn": arn}
    return (
        statement.effect == "Allow"
        and statement.names_everyone
        and bool(actions & _EVERYTHING)
        and everything
        and all(
            compile_condition(c, variables=False)(context) is True for c in statement.conditions
        )
    )
