"""The trail in Athena: a table over its bucket, and a workgroup that stops at a limit.

https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk.region_info import RegionInfo
from constructs import Construct

from whomay.cdk.arguments import checks
from whomay.cdk.audit.trail import AuditTrail
from whomay.cdk.jsii.interfaces import Bucket
from whomay.cdk.parts.buckets import LogBucket, PrivateBucket, check_removal_policy
from whomay.metadata.refusals import refuse

TABLE: Final = "cloudtrail_logs"
_TAKEN: Final = "primary"  # the workgroup that every account has
_LONGEST_NAME: Final = 128
_MOST_GIGABYTES: Final = 10_000
# The elements of a record, as AWS's page has them; the provider of a signed-in person and
# `managementevent` are elements of a record too.
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
_IDENTITY: Final = (
    "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,"
    "accesskeyid:string,username:string,identityprovider:string,"
    "onbehalfof:struct<userid:string,identitystorearn:string>,"
    "sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,"
    "sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,"
    "username:string>,ec2roledelivery:string,webidfederationdata:struct<"
    "federatedprovider:string,attributes:map<string,string>>>>"
)
_TYPES: Final = {
    "useridentity": _IDENTITY,
    "resources": "array<struct<arn:string,accountid:string,type:string>>",
    "tlsdetails": "struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>",
}
_COLUMNS: Final = (
    *("eventversion", "useridentity", "eventtime", "eventsource", "eventname", "awsregion"),
    *("sourceipaddress", "useragent", "errorcode", "errormessage", "requestparameters"),
    *("responseelements", "additionaleventdata", "requestid", "eventid", "readonly", "resources"),
    *("eventtype", "apiversion", "recipientaccountid", "serviceeventdetails", "sharedeventid"),
    *("vpcendpointid", "vpcendpointaccountid", "eventcategory", "managementevent", "addendum"),
    *("sessioncredentialfromconsole", "edgedevicedetails", "tlsdetails"),
)


class TrailQueries(Construct):
    """What `whomay trail --athena NAME` asks: database, table and workgroup over a trail's bucket.

    Database and workgroup are called `name`, the table `cloudtrail_logs`. Its partitions are projected
    by account, Region and day, so nothing has to be added to it. `accounts` are this one by default,
    `regions` all of the partition aws. What is in neither is not read. Other accounts are there only
    once the bucket's policy lets their trails write.

    A query that scans more than `most_gigabytes` is stopped. Results are encrypted with the trail's
    key, kept for a week in a bucket of their own, and no client can say otherwise. Nobody may ask by
    this alone: `TrailQueryAccess` is the access that a reader needs.

    Raises ValueError for a name that has more than lower-case letters, digits and underscores. So it
    does for an account that is none, an unknown Region, and a limit that is not of 1 to 10,000 GB.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        trail: AuditTrail,
        name: str = "audit_trail",
        accounts: Sequence[str] = (),
        regions: Sequence[str] = (),
        most_gigabytes: int = 100,
        log_bucket: Bucket | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        _check_name(name)
        accounts = checks.texts("accounts", accounts, "an account")
        for account in accounts:
            checks.account_id("accounts", account)
        regions = checks.texts("regions", regions, "a Region") or _regions()
        for region in regions:
            checks.region("regions", region)
        checks.whole_number("most_gigabytes", most_gigabytes, (1, _MOST_GIGABYTES))
        check_removal_policy(removal_policy)
        super().__init__(scope, id)
        self.name, self.trail = name, trail
        stack = Stack.of(self)
        self.results = PrivateBucket(
            self,
            "Results",
            encryption_key=trail.key,
            log_bucket=log_bucket or LogBucket.of(self),
            removal_policy=removal_policy,
        )
        self.results.add_lifecycle_rule(
            abort_incomplete_multipart_upload_after=Duration.days(1),
            expiration=Duration.days(7),
            noncurrent_version_expiration=Duration.days(1),
        )
        about = glue.CfnDatabase.DatabaseInputProperty(
            name=name, description="The audit trail, for whomay trail --athena"
        )
        database = glue.CfnDatabase(
            self, "Database", catalog_id=stack.account, database_input=about
        )
        table = glue.CfnTable(
            self,
            "Table",
            catalog_id=stack.account,
            database_name=name,
            table_input=_table(trail, accounts or [stack.account], regions),
        )
        table.add_dependency(database)
        self.workgroup = athena.CfnWorkGroup(
            self,
            "Workgroup",
            name=name,
            description="Questions to the audit trail; a query that scans too much is stopped",
            work_group_configuration=self._limits(most_gigabytes),
        )

    def _limits(self, gigabytes: int) -> athena.CfnWorkGroup.WorkGroupConfigurationProperty:
        encryption = athena.CfnWorkGroup.EncryptionConfigurationProperty(
            encryption_option="SSE_KMS", kms_key=self.trail.key.key_arn
        )
        return athena.CfnWorkGroup.WorkGroupConfigurationProperty(
            bytes_scanned_cutoff_per_query=gigabytes * 10**9,
            enforce_work_group_configuration=True,
            engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                selected_engine_version="Athena engine version 3"
            ),
            publish_cloud_watch_metrics_enabled=True,
            requester_pays_enabled=False,
            result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                encryption_configuration=encryption,
                expected_bucket_owner=Stack.of(self).account,
                output_location=self.results.s3_url_for_object("results/"),
            ),
        )


@dataclass(frozen=True)
class TrailQueryAccess:
    """Ask a trail in Athena, and read the answers: what `whomay trail --athena` calls.

    It reads every log file of the trail, for that is what Athena does in the caller's name.
    """

    wildcard_reason: ClassVar[str] = "Athena reads all log files, and names its results itself"

    queries: TrailQueries

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return the calls on the workgroup, the table, the two buckets and the key, and no other."""
        stack, name = Stack.of(self.queries), self.queries.name
        logs, results = self.queries.trail.bucket, self.queries.results

        def arn(service: str, resource: str) -> str:
            return stack.format_arn(service=service, resource=resource)

        return [
            iam.PolicyStatement(
                actions=[
                    "athena:GetQueryExecution",
                    "athena:GetQueryResults",
                    "athena:StartQueryExecution",
                    "athena:StopQueryExecution",
                ],
                resources=[arn("athena", f"workgroup/{name}")],
            ),
            iam.PolicyStatement(
                actions=["glue:GetDatabase", "glue:GetTable"],
                resources=[
                    arn("glue", "catalog"),
                    arn("glue", f"database/{name}"),
                    arn("glue", f"table/{name}/{TABLE}"),
                ],
            ),
            iam.PolicyStatement(
                actions=["s3:GetBucketLocation", "s3:ListBucket"],
                resources=[logs.bucket_arn, results.bucket_arn],
            ),
            iam.PolicyStatement(
                actions=["s3:GetObject"], resources=[logs.arn_for_objects("AWSLogs/*")]
            ),
            iam.PolicyStatement(
                actions=["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
                resources=[results.arn_for_objects("results/*")],
            ),
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[self.queries.trail.key.key_arn],
            ),
        ]


def _table(
    trail: AuditTrail, accounts: Sequence[str], regions: Sequence[str]
) -> glue.CfnTable.TableInputProperty:
    """Describe the table: a partition for each account, Region and day that log files may be of."""
    location = trail.bucket.s3_url_for_object("AWSLogs/")
    column = glue.CfnTable.ColumnProperty
    return glue.CfnTable.TableInputProperty(
        name=TABLE,
        table_type="EXTERNAL_TABLE",
        parameters={
            "EXTERNAL": "TRUE",
            "classification": "cloudtrail",
            "projection.enabled": "true",
            "projection.account.type": "enum",
            "projection.account.values": ",".join(accounts),
            "projection.region.type": "enum",
            "projection.region.values": ",".join(regions),
            "projection.day.type": "date",
            "projection.day.format": "yyyy/MM/dd",
            "projection.day.interval": "1",
            "projection.day.interval.unit": "DAYS",
            "projection.day.range": f"NOW-{trail.keep_days}DAYS,NOW",
            "storage.location.template": f"{location}${{account}}/CloudTrail/${{region}}/${{day}}",
        },
        partition_keys=[column(name=each, type="string") for each in ("account", "region", "day")],
        storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
            columns=[column(name=each, type=_TYPES.get(each, "string")) for each in _COLUMNS],
            input_format="com.amazon.emr.cloudtrail.CloudTrailInputFormat",
            location=location,
            output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            serde_info=glue.CfnTable.SerdeInfoProperty(
                serialization_library="org.apache.hive.hcatalog.data.JsonSerDe"
            ),
        ),
    )


def _regions() -> list[str]:
    return sorted(one.name for one in RegionInfo.regions if one.partition == "aws")


def _check_name(name: object) -> None:
    if not isinstance(name, str) or name == _TAKEN:
        refuse("name", name, f"a name other than {_TAKEN}", "write audit_trail")
    allowed = "lower-case letters, digits and underscores, as databases of Athena have"
    checks.text("name", name, re.compile("[a-z0-9_]+"), allowed, length=_LONGEST_NAME)
