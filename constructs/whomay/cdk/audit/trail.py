"""The audit trail: who did what in an account, in every Region, kept where it cannot be changed unseen."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration, Names, RemovalPolicy, Stack
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from whomay.cdk.arguments import checks
from whomay.cdk.jsii.interfaces import Bucket
from whomay.cdk.parts.buckets import LogBucket, PrivateBucket, check_days, check_removal_policy
from whomay.metadata.refusals import items, refuse

_CLOUDTRAIL: Final = iam.ServicePrincipal("cloudtrail.amazonaws.com")
# CloudTrail User Guide, "Quotas in AWS CloudTrail": data resources over all event selectors of a trail.
_MOST_BUCKETS: Final = 250
_IMPORT: Final = "use s3.Bucket.from_bucket_name for one that exists"


class AuditTrail(Construct):
    """A trail of all Regions: management events, and the object calls on the given buckets alone.

    Log files can be validated (`aws cloudtrail validate-logs`), and have a key of their own. They
    are kept for `keep`, 400 days by default; so is a deleted or overwritten version. `bucket`, `key`
    and `trail` are the parts, `keep_days` the days. `whomay trail` reads what is in the bucket.

    Bucket and key stay when the stack is deleted, unless `removal_policy` is DESTROY, for a trial.
    CloudTrail alone may write, and for this one trail (CloudTrail User Guide, "Amazon S3 bucket
    policy for CloudTrail" and "Configure AWS KMS key policies for CloudTrail").

    Raises ValueError for more than 250 buckets, one given twice, and `keep` of less than 90 days.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        buckets: Sequence[Bucket] = (),
        keep: Duration | None = None,
        log_bucket: Bucket | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        buckets = _checked_buckets(buckets)
        keep = Duration.days(400) if keep is None else keep
        check_days("keep", keep, least=90)
        check_removal_policy(removal_policy)
        if log_bucket is not None:
            checks.having("log_bucket", log_bucket, "bucket_arn", "a bucket construct", _IMPORT)
        super().__init__(scope, id)
        self.keep_days = int(keep.to_days())
        name = Names.unique_resource_name(self, max_length=128)
        self._arn = Stack.of(self).format_arn(
            service="cloudtrail", resource="trail", resource_name=name
        )
        self.key = self._make_key(removal_policy)
        self.bucket = self._make_bucket(keep, log_bucket or LogBucket.of(self), removal_policy)
        self.trail = cloudtrail.CfnTrail(
            self,
            "Trail",
            enable_log_file_validation=True,
            event_selectors=[_selector(buckets)],
            include_global_service_events=True,
            is_logging=True,
            is_multi_region_trail=True,
            kms_key_id=self.key.key_arn,
            s3_bucket_name=self.bucket.bucket_name,
            trail_name=name,
        )
        if self.bucket.policy:
            self.trail.node.add_dependency(self.bucket.policy)

    def _make_key(self, removal_policy: RemovalPolicy) -> kms.Key:
        key = kms.Key(
            self,
            "Key",
            description="Encrypts the log files of CloudTrail",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        stack = Stack.of(self)
        trails = stack.format_arn(
            service="cloudtrail", region="*", resource="trail", resource_name="*"
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:GenerateDataKey*"],
                conditions={
                    "StringEquals": {"aws:SourceArn": self._arn},
                    "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails},
                },
                principals=[_CLOUDTRAIL],
                resources=["*"],
            )
        )
        # Decrypt is for the bucket key; neither call carries an encryption context of CloudTrail
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:DescribeKey", "kms:Decrypt"],
                conditions={"StringEquals": {"aws:SourceArn": self._arn}},
                principals=[_CLOUDTRAIL],
                resources=["*"],
            )
        )
        return key

    def _make_bucket(
        self, keep: Duration, log_bucket: Bucket, removal_policy: RemovalPolicy
    ) -> PrivateBucket:
        bucket = PrivateBucket(
            self,
            "Bucket",
            encryption_key=self.key,
            log_bucket=log_bucket,
            removal_policy=removal_policy,
        )
        bucket.add_lifecycle_rule(
            abort_incomplete_multipart_upload_after=Duration.days(7),
            expiration=keep,
            noncurrent_version_expiration=keep,
        )
        for action, resource, acl in (
            ("s3:GetBucketAcl", bucket.bucket_arn, {}),
            (
                "s3:PutObject",
                bucket.arn_for_objects(f"AWSLogs/{Stack.of(self).account}/*"),
                {"s3:x-amz-acl": "bucket-owner-full-control"},
            ),
        ):
            bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=[action],
                    conditions={"StringEquals": {"aws:SourceArn": self._arn, **acl}},
                    principals=[_CLOUDTRAIL],
                    resources=[resource],
                )
            )
        return bucket


def _selector(buckets: Sequence[Bucket]) -> cloudtrail.CfnTrail.EventSelectorProperty:
    """Select all management events, and object events of these buckets."""
    objects = [bucket.arn_for_objects("") for bucket in buckets]
    resource = cloudtrail.CfnTrail.DataResourceProperty(type="AWS::S3::Object", values=objects)
    return cloudtrail.CfnTrail.EventSelectorProperty(
        data_resources=[resource] if objects else None,
        include_management_events=True,
        read_write_type="All",
    )


def _checked_buckets(given: Sequence[Bucket]) -> Sequence[Bucket]:
    buckets = items("buckets", given, "a bucket")
    for bucket in buckets:
        checks.having("buckets", bucket, "bucket_arn", "bucket constructs", _IMPORT)
    if len(buckets) > _MOST_BUCKETS:
        fix = "leave out buckets whose object calls need no record, or make a second trail"
        refuse("buckets", f"{len(buckets)} buckets", f"up to {_MOST_BUCKETS}", fix)
    for bucket in buckets:
        if sum(other.node.path == bucket.node.path for other in buckets) > 1:
            refuse("buckets", bucket.node.path, "each bucket once", "leave it out once")
    return buckets
