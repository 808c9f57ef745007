"""The audit trail and its alerts, as templates and in the lab's AWS."""

import re
from typing import Any

import pytest
from aws_cdk import App, Aws, Duration, Environment, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from support.reading import only

from stacks.audit import add_audit
from whomay.cdk import AlertForwarder, Audit, AuditTrail, PrivateBucket, SecurityAlerts, synth
from whomay.cdk.jsii.rendered import rendered

TRAIL = "arn:<AWS::Partition>:cloudtrail:<AWS::Region>:<AWS::AccountId>:trail/StackAudit9CF4CB89"
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
DIRECT, READS_TOO = "AWS API Call via CloudTrail", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
SIGN_IN = "AWS Console Sign In via CloudTrail"
ROOT_USE = {
    "detail": {"userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]}},
    "detail-type": [DIRECT, SIGN_IN],
}
NO_MFA = {
    "detail": {
        "eventName": ["ConsoleLogin"],
        "userIdentity": {"type": ["IAMUser", "Root"]},
        "responseElements": {"ConsoleLogin": ["Success"]},
        "additionalEventData": {"MFAUsed": ["No"]},
    },
    "detail-type": [SIGN_IN],
}


@pytest.fixture
def us_east_1(app: App) -> Stack:
    return Stack(app, "Home", env=Environment(region="us-east-1"))


@pytest.fixture
def eu_north_1(app: App) -> Stack:
    return Stack(app, "Elsewhere", env=Environment(region="eu-north-1"))


def resource(stack: Stack, kind: str, **properties: Any) -> Any:
    """The one resource of a type, references as text."""
    return rendered(stack, only(Template.from_stack(stack), kind, **properties))


def test_the_trail_sees_all_regions_and_objects_of_the_given_buckets_alone(stack: Stack) -> None:
    AuditTrail(stack, "Audit", buckets=[PrivateBucket(stack, "Shared")])
    assert resource(stack, "AWS::CloudTrail::Trail") == {
        "EnableLogFileValidation": True,
        "EventSelectors": [
            {
                "DataResources": [
                    {"Type": "AWS::S3::Object", "Values": ["<SharedDACC02AA.Arn>/"]},
                ],
                "IncludeManagementEvents": True,
                "ReadWriteType": "All",
            }
        ],
        "IncludeGlobalServiceEvents": True,
        "IsLogging": True,
        "IsMultiRegionTrail": True,
        "KMSKeyId": "<AuditKey2ED08D30.Arn>",
        "S3BucketName": "<AuditBucket7486E833>",
        "TrailName": TRAIL.rpartition("/")[2],
    }


def test_without_buckets_no_object_call_is_recorded(stack: Stack) -> None:
    AuditTrail(stack, "Audit")
    trail = resource(stack, "AWS::CloudTrail::Trail")
    assert trail["EventSelectors"] == [{"IncludeManagementEvents": True, "ReadWriteType": "All"}]


def test_cloudtrail_alone_uses_the_key_and_for_this_trail_alone(stack: Stack) -> None:
    AuditTrail(stack, "Audit")
    key = resource(stack, "AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    assert key["KeyPolicy"]["Statement"] == [
        {
            "Action": "kms:*",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:<AWS::Partition>:iam::<AWS::AccountId>:root"},
            "Resource": "*",
        },
        {
            "Action": "kms:GenerateDataKey*",
            "Condition": {
                "StringEquals": {"aws:SourceArn": TRAIL},
                "StringLike": {
                    "kms:EncryptionContext:aws:cloudtrail:arn": (
                        "arn:<AWS::Partition>:cloudtrail:*:<AWS::AccountId>:trail/*"
                    )
                },
            },
            "Effect": "Allow",
            "Principal": CLOUDTRAIL,
            "Resource": "*",
        },
        {
            "Action": ["kms:Decrypt", "kms:DescribeKey"],
            "Condition": {"StringEquals": {"aws:SourceArn": TRAIL}},
            "Effect": "Allow",
            "Principal": CLOUDTRAIL,
            "Resource": "*",
        },
    ]


def test_cloudtrail_alone_writes_to_the_bucket_and_for_this_trail_alone(stack: Stack) -> None:
    AuditTrail(stack, "Audit")
    bucket = {"Ref": "AuditBucket7486E833"}
    policy = resource(stack, "AWS::S3::BucketPolicy", Bucket=bucket)
    statements = policy["PolicyDocument"]["Statement"]
    assert [one for one in statements if one["Effect"] == "Allow"] == [
        {
            "Action": "s3:GetBucketAcl",
            "Condition": {"StringEquals": {"aws:SourceArn": TRAIL}},
            "Effect": "Allow",
            "Principal": CLOUDTRAIL,
            "Resource": "<AuditBucket7486E833.Arn>",
        },
        {
            "Action": "s3:PutObject",
            "Condition": {
                "StringEquals": {
                    "aws:SourceArn": TRAIL,
                    "s3:x-amz-acl": "bucket-owner-full-control",
                }
            },
            "Effect": "Allow",
            "Principal": CLOUDTRAIL,
            "Resource": "<AuditBucket7486E833.Arn>/AWSLogs/<AWS::AccountId>/*",
        },
    ]


@pytest.mark.parametrize(("keep", "days"), [(None, 400), (Duration.days(3650), 3650)])
def test_log_files_are_kept_as_long_as_told_deleted_ones_too(
    stack: Stack, keep: Duration | None, days: int
) -> None:
    audit = AuditTrail(stack, "Audit", keep=keep)
    name = {"DestinationBucketName": {"Ref": "Logs6819BB44"}, "LogFilePrefix": "access/Bucket/"}
    bucket = resource(stack, "AWS::S3::Bucket", LoggingConfiguration=name)
    assert bucket["LifecycleConfiguration"]["Rules"] == [
        {
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            "ExpirationInDays": days,
            "NoncurrentVersionExpiration": {"NoncurrentDays": days},
            "Status": "Enabled",
        }
    ]
    found = Template.from_stack(stack).to_json()["Resources"]
    for part in (audit.key, audit.bucket):
        logical_id = stack.get_logical_id(part.node.default_child)  # type: ignore[arg-type] # jsii types it as any construct
        assert found[logical_id]["DeletionPolicy"] == "Retain"


def test_a_wrong_number_of_buckets_or_days_is_refused(stack: Stack) -> None:
    bucket = PrivateBucket(stack, "Shared")
    many = [s3.Bucket.from_bucket_name(stack, f"B{n}", f"bucket-{n}") for n in range(251)]
    for arguments, message in (
        ({"buckets": [bucket, bucket]}, "buckets: got 'Stack/Shared'; allowed is each bucket once"),
        ({"buckets": many}, "buckets: got .251 buckets.; allowed is up to 250"),
        (
            {"keep": Duration.days(89)},
            "keep: got .89 days.; allowed is a Duration of 90 to 36500 whole days",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            AuditTrail(stack, "Audit", **arguments)


def test_alerts_tell_of_iam_changes_root_use_and_sign_in_without_mfa(us_east_1: Stack) -> None:
    SecurityAlerts(us_east_1, "Alerts", notify=["security@example.com"])
    rules = Template.from_stack(us_east_1).find_resources("AWS::Events::Rule")
    found = [rendered(us_east_1, rule["Properties"]) for rule in rules.values()]
    assert [rule["EventPattern"] for rule in found] == [
        {
            "detail": {"eventSource": ["iam.amazonaws.com"], "readOnly": [False]},
            "detail-type": [DIRECT],
            "source": ["aws.iam"],
        },
        ROOT_USE,
        NO_MFA,
    ]
    assert {rule["State"] for rule in found} == {READS_TOO}
    assert [[target["Arn"] for target in rule["Targets"]] for rule in found] == [
        ["<AlertsTopicCF7C81C9>"]
    ] * 3
    assert found[0]["Targets"][0]["InputTransformer"]["InputTemplate"] == (
        '"IAM was changed: <detail-eventName> by <detail-userIdentity-arn> in <account>, <region>, '
        'at <time> (event <detail-eventID>)"'
    )
    assert resource(us_east_1, "AWS::SNS::Subscription") == {
        "Endpoint": "security@example.com",
        "Protocol": "email",
        "TopicArn": "<AlertsTopicCF7C81C9>",
    }


def test_only_eventbridge_publishes_alerts_and_the_topic_is_encrypted(us_east_1: Stack) -> None:
    SecurityAlerts(us_east_1, "Alerts")
    topic = "<AlertsTopicCF7C81C9>"
    assert resource(us_east_1, "AWS::SNS::Topic") == {"KmsMasterKeyId": "<AlertsKey9E1197AF.Arn>"}
    policy = resource(us_east_1, "AWS::SNS::TopicPolicy")
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Action": "sns:Publish",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": "*",
            "Resource": topic,
            "Sid": "AllowPublishThroughSSLOnly",
        },
        {
            "Action": "sns:Publish",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Resource": topic,
            "Sid": "1",
        },
    ]


def test_another_region_forwards_sign_ins_and_root_use_to_us_east_1(eu_north_1: Stack) -> None:
    AlertForwarder(eu_north_1, "Forwarder")
    bus = "arn:aws:events:us-east-1:<AWS::AccountId>:event-bus/default"
    rules = Template.from_stack(eu_north_1).find_resources("AWS::Events::Rule")
    found = [rendered(eu_north_1, rule["Properties"]) for rule in rules.values()]
    target = {"Arn": bus, "Id": "Target0", "RoleArn": "<ForwarderRoleDD76EF76.Arn>"}
    assert found == [
        {"EventPattern": pattern, "State": READS_TOO, "Targets": [target]}
        for pattern in (ROOT_USE, NO_MFA)
    ]
    assert resource(eu_north_1, "AWS::IAM::Policy")["PolicyDocument"]["Statement"] == [
        {"Action": "events:PutEvents", "Effect": "Allow", "Resource": bus}
    ]


def test_alerts_and_forwarders_stand_where_the_events_are(
    stack: Stack, us_east_1: Stack, eu_north_1: Stack
) -> None:
    for scope in (stack, eu_north_1):
        with pytest.raises(ValueError, match="allowed is a stack in us-east-1"):
            SecurityAlerts(scope, "Alerts")
    for scope in (stack, us_east_1):
        with pytest.raises(ValueError, match="allowed is a stack in a Region other than us-east-1"):
            AlertForwarder(scope, "Forwarder")


@pytest.mark.parametrize("address", ["nobody", "a@b", "a b@example.com", "x@example.com\n"])
def test_an_address_that_is_none_is_refused(us_east_1: Stack, address: str) -> None:
    with pytest.raises(ValueError, match="allowed is a mail address"):
        SecurityAlerts(us_east_1, "Alerts", notify=[address])


def test_the_gate_has_nothing_against_any_of_it(app: App) -> None:
    app.node.set_context("audit", {"notify": ["a@example.com"], "access_analyzer": True})
    data = Stack(app, "Data")
    audit = Audit.of(app)
    assert audit
    add_audit(app, audit, buckets=[PrivateBucket(data, "Shared")])
    synth(app)
    assert [(one.node.id, one.region) for one in app.node.children if isinstance(one, Stack)][
        1:
    ] == [
        ("Audit", Aws.REGION),
        ("AuditAlerts", "us-east-1"),
        ("AuditForward-us-east-2", "us-east-2"),
        ("AuditForward-eu-north-1", "eu-north-1"),
        ("AuditForward-ap-southeast-2", "ap-southeast-2"),
        ("AuditAccessAnalyzer", Aws.REGION),
    ]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{", "audit: got '{'; allowed is an object, or JSON text of one"),
        ([], "audit: got list"),
        (
            {"notfy": []},
            "audit: got 'notfy'; allowed is the keys access_analyzer, athena, notify, regions",
        ),
        ({"notify": "a@example.com"}, "audit.notify: got str 'a@example.com'; allowed is a list"),
        ({"regions": ["eu-nort-1"]}, "audit.regions: got 'eu-nort-1'"),
        ({"regions": ["us-east-1"]}, "audit.regions: got 'us-east-1'"),
        ({"regions": ["eu-west-1", "eu-west-1"]}, "audit.regions: got 'eu-west-1'"),
        ({"access_analyzer": "yes"}, "audit.access_analyzer: got str 'yes'"),
        ({"athena": "yes"}, "audit.athena: got str 'yes'"),
    ],
)
def test_a_wrong_section_is_refused_in_one_line(app: App, section: Any, message: str) -> None:
    app.node.set_context("audit", section)
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        Audit.of(app)
    assert "\n" not in str(error.value)
