"""What a bucket's ACL and its Block Public Access make of the policies on it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from collections.abc import Sequence
from typing import Any, Final

from whomay.engine.templates.resources import Item
from whomay.iam.facts.condition_keys import condition_key
from whomay.iam.parse import read_policy
from whomay.iam.patterns.symbols import display, unknown_reasons
from whomay.iam.policy import Policy, Statement

ACL: Final = "ACL"  # how the policies are called that a list comes to

_READ: Final = ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"]
_SIGNED: Final = {"StringLike": {"aws:PrincipalAccount": "*"}}  # a caller of any account
# What each canned ACL grants beyond the owner: whom, actions on the bucket, conditions.
_CANNED: Final[dict[str, tuple[Any, list[str], dict[str, Any]]]] = {
    "AuthenticatedRead": ("*", _READ, _SIGNED),
    "AwsExecRead": ({"Service": "ec2.amazonaws.com"}, _READ, {}),
    "LogDeliveryWrite": (
        {"Service": "logging.s3.amazonaws.com"},
        ["s3:GetBucketAcl", "s3:PutObject"],
        {},
    ),
    "PublicRead": ("*", _READ, {}),
    "PublicReadWrite": ("*", [*_READ, "s3:PutObject"], {}),
}
_OPEN: Final = frozenset(("AuthenticatedRead", "PublicRead", "PublicReadWrite"))
_OWNERS_ONLY: Final = frozenset(("Private", "BucketOwnerRead", "BucketOwnerFullControl"))


def acl_policy(item: Item) -> Policy | None:
    """Return what a bucket's canned ACL allows others; None when that is nothing."""
    listed = item.text("AccessControl")
    if not listed or listed in _OWNERS_ONLY:
        return None
    ownership, ignored = _ownership(item), _switch(item, "IgnorePublicAcls")
    if ownership == "BucketOwnerEnforced" or (listed in _OPEN and ignored is True):
        return None
    if listed not in _CANNED or unknown_reasons(ownership) or ignored is None:
        why = f"{item.path}: what the ACL {display(listed)} grants is not known"
        return Policy((), unknown=why)
    whom, actions, conditions = _CANNED[listed]
    arn = item.get("Arn")
    statement = {
        "Effect": "Allow",
        "Principal": whom,
        "Action": actions,
        "Resource": [arn, f"{arn}/*"],
        "Condition": conditions,
    }
    return _read(item, statement, f"{ACL} {listed}")


def held_back(item: Item, policies: Sequence[Policy]) -> list[Policy]:
    """Return the policies as RestrictPublicBuckets leaves them: a public one lets in the account.

    Services of AWS pass all the same. That the switch refuses a public policy when it is written
    (BlockPublicPolicy) is not relied on: the policy may be older than the switch.
    """
    found = list(policies)
    if _switch(item, "RestrictPublicBuckets") is True and any(map(_is_public, policies)):
        statement = {
            "Sid": "RestrictPublicBuckets",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"aws:PrincipalAccount": item.account},
                "Bool": {"aws:PrincipalIsAWSService": "false"},
            },
        }
        found.append(_read(item, statement, "Block Public Access"))
    return found


def _is_public(policy: Policy) -> bool:
    return any(map(_lets_in_everyone, policy.statements))


def _lets_in_everyone(statement: Statement) -> bool:
    rows = (condition_key(condition.key) for condition in statement.conditions)
    bound = any(row is not None and row.not_public for row in rows)
    return statement.effect == "Allow" and statement.names_everyone and not bound


def _ownership(item: Item) -> str:
    """Return who owns the bucket's objects: `ObjectWriter` where ACLs count, as the template says."""
    controls = item.plain("OwnershipControls")
    rules = controls.get("Rules") if isinstance(controls, dict) else controls
    first = rules[0] if isinstance(rules, list) and rules else rules
    if isinstance(first, dict):
        return str(first.get("ObjectOwnership", ""))
    return str(first or "")


def _switch(item: Item, name: str) -> bool | None:
    """Tell whether a switch of Block Public Access is on; None when that is not known."""
    switches = item.plain("PublicAccessBlockConfiguration")
    if switches is None:
        return False
    value = switches.get(name, False) if isinstance(switches, dict) else switches
    text = str(value).lower()
    return {"true": True, "false": False}.get(text)


def _read(item: Item, statement: dict[str, Any], name: str) -> Policy:
    return read_policy({"Version": "2012-10-17", "Statement": [statement]}, item.path, name)
