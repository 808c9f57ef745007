"""Buckets: one to share through IAM alone, and the one that keeps a stack's logs."""

from typing import Final, Self

import jsii
from aws_cdk import CfnDeletionPolicy, CfnResource, Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct, IValidation

from whomay.cdk.access.bucket import check_bucket_name
from whomay.cdk.acknowledge import acknowledge
from whomay.cdk.arguments import checks
from whomay.cdk.arguments.unchecked import record_unchecked
from whomay.cdk.jsii.before_synth import BeforeSynth
from whomay.cdk.jsii.construct_facts import stack_of
from whomay.cdk.jsii.interfaces import Bucket, Key
from whomay.metadata.refusals import refuse, refuse_type

_KEEP_DAYS: Final = 400
_MOST_DAYS: Final = 36_500


class LogBucket(s3.Bucket):
    """The bucket that a stack's access logs and flow logs go to.

    Private, TLS 1.2, versioned, encrypted by S3 (the log delivery of S3 takes no customer key), and
    kept when the stack is deleted. It has no access log of its own: it is where such logs end.

    Logs are deleted after `keep`, 400 days by default, by a rule of the bucket, which S3 does not
    charge for. The version that this leaves goes a day later, and parts of unfinished uploads after a week.

    Raises ValueError for `keep` that is not a whole number of days, of 1 to 36,500.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        keep: Duration | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        check_removal_policy(removal_policy)
        keep = Duration.days(_KEEP_DAYS) if keep is None else keep
        check_days("keep", keep, least=1)
        super().__init__(
            scope,
            id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    expiration=keep,
                    noncurrent_version_expiration=Duration.days(1),
                )
            ],
            minimum_tls_version=1.2,
            # no object_ownership: S3's default is the bucket's owner, and CDK without its flag
            # serverAccessLogsUseBucketPolicy still lets S3 deliver by an access control list
            removal_policy=removal_policy,
            versioned=True,
        )
        self.keeps_access_logs = False
        self.node.add_validation(BeforeSynth(self._acknowledge_no_access_log))

    def _acknowledge_no_access_log(self) -> None:
        if not self.keeps_access_logs:  # the rule passes over a bucket that keeps access logs
            reason = "It only keeps flow logs, and its own access log would be one more such bucket"
            acknowledge(self, "AwsSolutions::AwsSolutions-S1", reason=reason)

    @classmethod
    def of(cls, scope: Construct) -> Self:
        """Return the log bucket of the scope's stack; it is made when first asked for."""
        stack = stack_of(scope)
        found = stack.node.try_find_child("Logs")
        if found is None:
            return cls(stack, "Logs")
        if not isinstance(found, cls):
            refuse(
                "scope",
                found.node.path,
                "a stack whose child Logs is a LogBucket",
                "pass log_bucket=",
            )
        return found


class PrivateBucket(s3.Bucket):
    """A bucket that IAM policies alone open.

    No public access, TLS 1.2 or newer, versioned, its access logged. Encrypted by S3 (SSE-S3), or
    with `encryption_key`. Kept when the stack is deleted, unless `removal_policy` says DESTROY, for
    a trial: CloudFormation then deletes it if it is empty, all versions included. Access logs go to
    the stack's `LogBucket` unless another bucket is given.

    Raises ValueError for a name that S3 would refuse. Adds an error for a key of the same app that
    is deleted while the bucket stays: its objects could never be read again. DESTROY is a finding of
    the rule `data-deleted`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket_name: str | None = None,
        encryption_key: Key | None = None,
        log_bucket: Bucket | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        check_bucket_name(bucket_name)
        check_removal_policy(removal_policy)
        if encryption_key is not None:
            fix = "use kms.Key(…), or kms.Key.from_key_arn for one that exists"
            checks.having("encryption_key", encryption_key, "key_arn", "a KMS key", fix)
        if log_bucket is not None:
            fix = "use LogBucket, or leave it out for the stack's own"
            checks.having("log_bucket", log_bucket, "bucket_arn", "a bucket construct", fix)
        logs = log_bucket or LogBucket.of(scope)
        if isinstance(logs, LogBucket):
            logs.keeps_access_logs = True
        super().__init__(
            scope,
            id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            bucket_name=bucket_name,
            bucket_key_enabled=True if encryption_key else None,
            encryption=s3.BucketEncryption.KMS
            if encryption_key
            else s3.BucketEncryption.S3_MANAGED,
            encryption_key=encryption_key,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=removal_policy,
            server_access_logs_bucket=logs,
            server_access_logs_prefix=f"access/{id}/",
            versioned=True,
        )
        record_unchecked(self, bucket_name=bucket_name)
        if isinstance(encryption_key, kms.Key):
            self.node.add_validation(_KeyOutlivesBucket(self, encryption_key))


@jsii.implements(IValidation)
class _KeyOutlivesBucket:
    """Looked at when all is built: `RemovalPolicies.of` and aspects may have changed either."""

    def __init__(self, bucket: s3.Bucket, key: kms.Key) -> None:
        self._bucket, self._key = bucket, key

    def validate(self) -> list[str]:
        bucket, key = (_deletion_policy(one) for one in (self._bucket, self._key))
        if key is CfnDeletionPolicy.DELETE and bucket is not CfnDeletionPolicy.DELETE:
            path = self._key.node.path
            return [
                f"the key {path} is deleted with its stack, and this bucket stays: retain the key"
            ]
        return []


def check_days(name: str, keep: object, *, least: int) -> None:
    """Check how long something is kept: a Duration of whole days, from `least` to a hundred years.

    Raises ValueError for anything else.
    """
    allowed = f"a Duration of {least} to {_MOST_DAYS} whole days"
    fix = f"write Duration.days({_KEEP_DAYS})"
    if not isinstance(keep, Duration):
        refuse_type(name, keep, allowed, fix)
    if keep.is_unresolved():
        refuse(name, "a token", allowed, "write the number: it is part of the rule")
    days = keep.to_days(integral=False)
    if not least <= days <= _MOST_DAYS or days != int(days):
        refuse(name, f"{days:g} days", allowed, fix)


def check_removal_policy(policy: object) -> None:
    """Check what becomes of a bucket when its stack is deleted: it is kept, or deleted if empty."""
    if policy not in (RemovalPolicy.RETAIN, RemovalPolicy.DESTROY):
        fix = "a bucket has no snapshots; DESTROY is for a trial"
        refuse_type("removal_policy", policy, "RemovalPolicy.RETAIN or DESTROY", fix)


def _deletion_policy(construct: IConstruct) -> CfnDeletionPolicy | None:
    resource = construct.node.default_child
    return resource.cfn_options.deletion_policy if isinstance(resource, CfnResource) else None
