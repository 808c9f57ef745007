"""Access to one bucket, or to one prefix of it: exact actions, written out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from aws_cdk import aws_iam as iam

from whomay.cdk.access.customer_key import key_statement
from whomay.cdk.arguments import arns, checks
from whomay.cdk.jsii.construct_facts import cached_attribute
from whomay.cdk.jsii.interfaces import Bucket
from whomay.cdk.jsii.rendered import in_one_text
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse, refuse_type
from whomay.metadata.tokens import unresolved

_READ: Final = ("s3:GetObject",)
_WRITE: Final = ("s3:PutObject", "s3:AbortMultipartUpload")
_DELETE: Final = ("s3:DeleteObject",)
# Version 2 of the AWS CLI copies an object's tags too, unless it is given --copy-props none.
# https://docs.aws.amazon.com/cli/latest/userguide/cli-services-s3-commands.html
_COPY_FROM: Final = (*_READ, "s3:GetObjectTagging")
_COPY_TO: Final = (*_WRITE, "s3:PutObjectTagging")
_KEY_READ: Final = ("kms:Decrypt",)
# Decrypt too: S3 reads the parts of a multipart upload back when it puts them together (Amazon S3
# User Guide, "Multipart upload API and permissions").
_KEY_WRITE: Final = ("kms:GenerateDataKey", "kms:Decrypt")


@dataclass(frozen=True)
class BucketAccess:
    """Some object actions under one prefix of a bucket. Make it with one of the seven methods.

    `prefix` is empty for the whole bucket, or ends in a slash: `incoming/`. If the bucket has a
    customer key, the access includes the key's actions, through S3 alone. CDK's own grants are not
    used: `grant_read` and `grant_put` allow up to ten action patterns.

    All methods raise ValueError for a bucket name with a wildcard, and for one that S3 reserves.
    They refuse a prefix with a leading slash, a wildcard, a policy variable or `..`, and one with
    characters other than printable ASCII.
    """

    bucket: Bucket
    prefix: str
    object_actions: tuple[str, ...]
    key_actions: tuple[str, ...] = ()
    lists: bool = False

    wildcard_reason: ClassVar[str] = (
        "An object ARN ends in the object key, so everything under one prefix is a wildcard"
    )

    def __post_init__(self) -> None:
        """Check the bucket's name and the prefix."""
        fix = "use PrivateBucket, or s3.Bucket.from_bucket_name for one that exists"
        checks.having("bucket", self.bucket, "bucket_arn", "a bucket construct", fix)
        check_bucket_name(cached_attribute(self.bucket, "bucket_name"))
        _check_bucket_arn(in_one_text(self.bucket, cached_attribute(self.bucket, "bucket_arn")))
        _check_prefix(self.prefix)
        checks.flag("lists", self.lists)
        for parameter, known in (
            ("object_actions", _COPY_FROM + _COPY_TO + _DELETE),
            ("key_actions", _KEY_WRITE),
        ):
            given = getattr(self, parameter)
            if not isinstance(given, tuple) or set(given) - set(known):
                fix = "use BucketAccess.read, list, write, read_write, copy_from, copy_to or delete"
                refuse(parameter, given, f"a tuple of {', '.join(known)}", fix)

    @classmethod
    def read(cls, bucket: Bucket, *, prefix: str = "") -> Self:
        """Get objects, without seeing their list."""
        return cls(bucket, prefix, _READ, _KEY_READ)

    @classmethod
    def list(cls, bucket: Bucket, *, prefix: str = "") -> Self:
        """See the list of objects, without their contents.

        With a prefix, `aws s3 ls s3://bucket/incoming/` works, and the same without the last slash
        does not. The CLI asks for the list by prefix, and the policy allows `incoming/…` alone.
        """
        return cls(bucket, prefix, (), lists=True)

    @classmethod
    def write(cls, bucket: Bucket, *, prefix: str = "") -> Self:
        """Put objects, also in parts, and overwrite; see and delete nothing."""
        return cls(bucket, prefix, _WRITE, _KEY_WRITE)

    @classmethod
    def read_write(cls, bucket: Bucket, *, prefix: str = "") -> Self:
        """Copy objects in both directions, as `aws s3 cp` and `aws s3 sync` do; delete nothing."""
        return cls(bucket, prefix, _READ + _WRITE, _KEY_WRITE, lists=True)

    @classmethod
    def copy_from(cls, bucket: Bucket, *, prefix: str = "") -> Self:
        """Copy objects to another bucket, with their tags, as `aws s3 cp s3://… s3://…` does.

        It sees the list too, which `--recursive` and `aws s3 sync` ask for. The other bucket needs
        `copy_to`.
        """
        return cls(bucket, prefix, _COPY_FROM, _KEY_READ, lists=True)

    @classmethod
    def copy_to(cls, bucket: Bucket, *, prefix: str = "") -> Self:
        """Copy objects from another bucket, with their tags; see the list, as `sync` does."""
        return cls(bucket, prefix, _COPY_TO, _KEY_WRITE, lists=True)

    @classmethod
    def delete(cls, bucket: Bucket, *, prefix: str = "") -> Self:
        """Delete objects. In a versioned bucket, as `PrivateBucket` is, all versions remain."""
        return cls(bucket, prefix, _DELETE)

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return the statements for objects, list and key; each only where the mode needs it."""
        found = []
        if self.object_actions:
            objects = self.bucket.arn_for_objects(f"{self.prefix}*")
            found.append(iam.PolicyStatement(actions=[*self.object_actions], resources=[objects]))
        if self.lists:
            narrowed = {"StringLike": {"s3:prefix": f"{self.prefix}*"}} if self.prefix else None
            found.append(
                iam.PolicyStatement(
                    actions=["s3:ListBucket"],
                    resources=[cached_attribute(self.bucket, "bucket_arn")],
                    conditions=narrowed,
                )
            )
        key = cached_attribute(self.bucket, "encryption_key")
        if key and self.key_actions:
            found.append(key_statement(key.key_arn, "s3", self.key_actions))
        return found


def check_bucket_name(name: str | None) -> None:
    """Check a bucket's name (Amazon S3 User Guide, "General purpose bucket naming rules")."""
    if unresolved(name):
        return
    allowed = "3 to 63 of a-z 0-9 . - that S3 does not reserve, without wildcards"
    length = limits.BUCKET_NAME_LENGTH
    checks.text("bucket_name", name, limits.BUCKET_NAME, allowed, length=length)
    if name and limits.BUCKET_NAME_RESERVED.fullmatch(name):
        refuse("bucket_name", name, allowed, "this form is reserved, choose another name")


def _check_bucket_arn(arn: str) -> None:
    """Check a bucket's ARN, in which what is known at deployment only is `<…>`."""
    if arns.opaque(arn):
        return
    found = arns.parsed(arn)
    allowed = "the ARN of one bucket, such as arn:aws:s3:::reports"
    if found is None or found.service != "s3" or found.region or found.account:
        refuse("bucket_arn", arn, allowed, "use s3.Bucket.from_bucket_name, which makes it")
    if "/" in found.resource:
        refuse("bucket_arn", arn, allowed, "name the bucket alone, and the objects by prefix")
    if "<>" not in found.resource:
        check_bucket_name(found.resource)
    elif set("*?") & set(found.resource):
        refuse("bucket_arn", arn, f"{allowed}, without wildcards", "write the whole name")


def _check_prefix(prefix: object) -> None:
    if not isinstance(prefix, str):
        fix = "write it in quotes, or leave it out for the whole bucket"
        refuse_type("prefix", prefix, "a string such as incoming/", fix)
    if not prefix or unresolved(prefix):
        return
    allowed = "a folder of the bucket, such as incoming/"
    if not prefix.isascii() or not prefix.isprintable():
        refuse("prefix", prefix, "printable ASCII", "a policy cannot hold other characters safely")
    if len(prefix) >= limits.OBJECT_KEY_BYTES:
        allowed = f"less than {limits.OBJECT_KEY_BYTES} bytes, the length of an object key"
        refuse("prefix", prefix, allowed, "shorten it: no key could be longer")
    if "$" in prefix or "{" in prefix:
        refuse(
            "prefix", prefix, allowed, "policy variables are not filled in here: name the folder"
        )
    if "*" in prefix or "?" in prefix:
        refuse(
            "prefix",
            prefix,
            allowed,
            "leave the wildcard out: everything under the prefix is meant",
        )
    if prefix.startswith("/") or "//" in prefix:
        fixed = "/".join(part for part in prefix.split("/") if part) + "/"
        refuse(
            "prefix",
            prefix,
            "a prefix without a slash at its start or two in a row",
            f"did you mean {fixed!r}?",
        )
    if {".", ".."} & set(prefix.split("/")):
        refuse("prefix", prefix, allowed, "S3 has no parent folder: .. is part of the key")
    if not prefix.endswith("/"):
        fix = f"write {prefix + '/'!r}: without the slash, {prefix}-secret would be inside"
        refuse("prefix", prefix, "a prefix that ends in a slash", fix)
