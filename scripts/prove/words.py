"""The words of random conditions: keys of every type, and what policies compare them with."""

from random import Random
from typing import Any

from support.random_systems import NAMED, REGION, WRITER, A, B

UNIT = "o-a1b2c3d4e5/r-ab12/ou-ab12-"
TEXT, ARN, BOOL, NUMBER, DATE, ADDRESS = range(6)
_OPERATORS = {
    TEXT: (
        *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
        *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ),
    ARN: ("ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals", "StringLike", "StringEquals"),
    BOOL: ("Bool",),
    NUMBER: (
        *("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
        *("NumericGreaterThan", "NumericGreaterThanEquals"),
    ),
    DATE: ("DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals"),
    ADDRESS: ("IpAddress", "NotIpAddress"),
}
_TEAMS = ("blue", "red", "b*", "BLUE")
# Any request may carry the first; the others those for an action of the service.
KEYS: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {
    "": {
        "aws:CurrentTime": (DATE, ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")),
        "aws:MultiFactorAuthAge": (NUMBER, ("300", "3600")),
        "aws:MultiFactorAuthPresent": (BOOL, ("true", "false")),
        "aws:PrincipalAccount": (TEXT, (A, B, NAMED)),
        "aws:PrincipalArn": (ARN, (WRITER, f"arn:aws:iam::{A}:*", "arn:aws:iam::*:role/*")),
        "aws:PrincipalOrgID": (TEXT, ("o-a1b2c3d4e5", "o-other", "o-*")),
        "aws:PrincipalTag/team": (TEXT, (*_TEAMS, "${aws:Referer}")),
        "aws:PrincipalType": (TEXT, ("User", "AssumedRole")),
        "aws:Referer": (TEXT, ("blue", "red", "r?d")),
        "aws:RequestedRegion": (TEXT, (REGION, "eu-*", "us-east-1")),
        "aws:ResourceAccount": (TEXT, (A, B, "${aws:PrincipalAccount}")),
        "aws:SecureTransport": (BOOL, ("true", "false")),
        "aws:SourceIdentity": (TEXT, ("ada", "a*")),
        "aws:SourceIp": (ADDRESS, ("10.0.0.0/8", "10.1.0.0/16", "192.0.2.7", "2001:db8::/32")),
        "aws:SourceVpce": (TEXT, ("vpce-1a2b3c4d", "vpce-*")),
        "aws:userid": (TEXT, ("AROAEXAMPLE:*", "*:night", "*:one")),
        "aws:username": (TEXT, ("alice", "al*", "bob")),
    },
    "s3": {
        "s3:max-keys": (NUMBER, ("10", "100")),
        "s3:prefix": (TEXT, ("in/", "in/*", "")),
    },
    "sts": {
        "aws:RequestTag/team": (TEXT, ("blue", "b*")),
        "sts:ExternalId": (TEXT, ("7", "8")),
        "sts:RoleSessionName": (TEXT, ("one", "${aws:username}")),
    },
    "kms": {"kms:ViaService": (TEXT, (f"s3.{REGION}.amazonaws.com", "s3.*.amazonaws.com"))},
}
SEVERAL: dict[str, tuple[str, ...]] = {
    "aws:CalledVia": ("athena.amazonaws.com", "cloudformation.amazonaws.com"),
    "aws:PrincipalOrgPaths": (f"{UNIT}a/", f"{UNIT}*", "o-z9y8x7w6v5/*"),
    "aws:TagKeys": ("team", "cost"),
}


def conditions(random: Random, service: str) -> dict[str, Any]:
    """Return a Condition element of one or two keys for actions of a service."""
    found: dict[str, Any] = {}
    known = {**KEYS[""], **KEYS.get(service, {})}
    for key in random.sample(sorted((*known, *SEVERAL)), random.choice((1, 1, 2))):
        operator, values = _one(random, key, known)
        found.setdefault(operator, {})[key] = values
    return found


def _one(
    random: Random, key: str, known: dict[str, tuple[int, tuple[str, ...]]]
) -> tuple[str, list[str]]:
    kind, words = known.get(key) or (TEXT, SEVERAL[key])
    if random.random() < 0.1:  # noqa: PLR2004 - one in ten
        return "Null", [random.choice(("true", "false"))]
    operator = random.choice(_OPERATORS[kind])
    few = [word for word in words if "${" not in word] if "IgnoreCase" in operator else words
    values = random.sample(few, min(len(few), random.choice((1, 1, 2))))
    operator += random.choice(("", "", "IfExists"))
    if key in SEVERAL:
        operator = random.choice(("ForAllValues:", "ForAnyValue:")) + operator
    return operator, values
