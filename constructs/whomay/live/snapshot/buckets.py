"""Buckets: policy, ACL with who owns the objects, what keeps the public out, and the key.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html
"""

from collections.abc import Iterator
from typing import Any, Final

from whomay.live.snapshot.account import Account, RefusedError
from whomay.live.snapshot.resource import POLICY, Found

_GROUPS: Final = "http://acs.amazonaws.com/groups/"
# What an ACL grants beside the owner, and the canned ACL of that name.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
_CANNED: Final = {
    frozenset[tuple[str, str]](): "Private",
    frozenset({("global/AllUsers", "READ")}): "PublicRead",
    frozenset({("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")}): "PublicReadWrite",
    frozenset({("global/AuthenticatedUsers", "READ")}): "AuthenticatedRead",
    frozenset({("s3/LogDelivery", "WRITE"), ("s3/LogDelivery", "READ_ACP")}): "LogDeliveryWrite",
}
_OTHER_GRANTS: Final = "Custom"


def buckets(account: Account, region: str) -> Iterator[Found]:
    """Yield all buckets of the account, whatever their Region."""
    for page in account.pages("s3", "list_buckets", region, PaginationConfig={"PageSize": 1000}):
        for each in page.get("Buckets") or ():
            name = each["Name"]
            arn = f"arn:{account.partition}:s3:::{name}"
            there = each.get("BucketRegion") or _region(account, name, region)
            yield Found(account, "AWS::S3::Bucket", name, arn, there)


def _region(account: Account, name: str, region: str) -> str:
    """Return where a bucket lies; in this Region where the account does not tell."""
    try:
        told = account.ask("s3", "get_bucket_location", region, Bucket=name)
    except RefusedError:
        return region
    return {None: "us-east-1", "EU": "eu-west-1"}.get(
        told.get("LocationConstraint"), told.get("LocationConstraint") or "us-east-1"
    )


def complete_bucket(bucket: Found) -> None:
    """Read all that says who may reach what is in it."""
    name = bucket.name

    def ask(part: str, operation: str, absent: str = "") -> dict[str, Any]:
        return bucket.ask(part, operation, absent=absent, Bucket=name)

    bucket.read_policy(ask(POLICY, "get_bucket_policy", "NoSuchBucketPolicy").get("Policy"))
    public = ask(
        "PublicAccessBlockConfiguration",
        "get_public_access_block",
        "NoSuchPublicAccessBlockConfiguration",
    )
    owners = ask(
        "OwnershipControls", "get_bucket_ownership_controls", "OwnershipControlsNotFoundError"
    )
    encryption = ask(
        "BucketEncryption",
        "get_bucket_encryption",
        "ServerSideEncryptionConfigurationNotFoundError",
    )
    acl = ask("AccessControl", "get_bucket_acl")
    listed = {
        "PublicAccessBlockConfiguration": public.get("PublicAccessBlockConfiguration"),
        "OwnershipControls": owners.get("OwnershipControls"),
        "BucketEncryption": _encryption(encryption),
        "AccessControl": _canned(acl) if acl else None,
    }
    bucket.properties.update({key: value for key, value in listed.items() if value})


def _encryption(told: dict[str, Any]) -> dict[str, Any] | None:
    """Return the default encryption in CloudFormation's words, which differ by one."""
    rules = told.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    found = [
        {"ServerSideEncryptionByDefault": each["ApplyServerSideEncryptionByDefault"]}
        for each in rules
        if each.get("ApplyServerSideEncryptionByDefault")
    ]
    return {"ServerSideEncryptionConfiguration": found} if found else None


def _canned(told: dict[str, Any]) -> str:
    """Return the canned ACL that grants the same; another name where none does."""
    owner = told.get("Owner", {}).get("ID")
    others = frozenset(
        (
            str(grant["Grantee"].get("URI") or grant["Grantee"].get("ID")).removeprefix(_GROUPS),
            grant["Permission"],
        )
        for grant in told.get("Grants", [])
        if grant["Grantee"].get("ID") != owner or owner is None
    )
    return _CANNED.get(others, _OTHER_GRANTS)
