"""The trail in Athena: the table, the workgroup, and who may ask."""

import re
from typing import Any

import pytest
import sqlglot
from aws_cdk import App, Duration, Stack
from aws_cdk.assertions import Template
from support.athena import COLUMNS
from support.reading import only

from stacks.audit import AuditStack, add_audit
from whomay.cdk import (
    AccessContract,
    AssumableRole,
    Audit,
    AuditTrail,
    TrailQueries,
    TrailQueryAccess,
    Trust,
    synth,
)
from whomay.cdk.jsii.rendered import rendered
from whomay.live.trail_athena import sql


def table(stack: Stack) -> Any:
    properties = rendered(stack, only(Template.from_stack(stack), "AWS::Glue::Table"))
    return properties["TableInput"]


def test_the_table_has_a_partition_for_each_account_region_and_day_that_is_kept(
    stack: Stack,
) -> None:
    trail = AuditTrail(stack, "Audit", keep=Duration.days(120))
    accounts, regions = ["111122223333", "444455556666"], ["eu-west-1", "us-east-1"]
    TrailQueries(stack, "Queries", trail=trail, accounts=accounts, regions=regions)
    found = table(stack)
    assert found["Parameters"] == {
        "EXTERNAL": "TRUE",
        "classification": "cloudtrail",
        "projection.enabled": "true",
        "projection.account.type": "enum",
        "projection.account.values": "111122223333,444455556666",
        "projection.region.type": "enum",
        "projection.region.values": "eu-west-1,us-east-1",
        "projection.day.type": "date",
        "projection.day.format": "yyyy/MM/dd",
        "projection.day.interval": "1",
        "projection.day.interval.unit": "DAYS",
        "projection.day.range": "NOW-120DAYS,NOW",
        "storage.location.template": "s3://<AuditBucket7486E833>/AWSLogs/${account}/CloudTrail/${region}/${day}",
    }
    assert [each["Name"] for each in found["PartitionKeys"]] == ["account", "region", "day"]
    assert found["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hive.hcatalog.data.JsonSerDe"
    }


def test_by_default_it_is_this_account_in_every_region_of_aws(stack: Stack) -> None:
    TrailQueries(stack, "Queries", trail=AuditTrail(stack, "Audit"))
    parameters = table(stack)["Parameters"]
    assert parameters["projection.account.values"] == "<AWS::AccountId>"
    regions = parameters["projection.region.values"].split(",")
    assert {"us-east-1", "eu-central-1", "ap-southeast-2"} < set(regions)
    assert not any(each.startswith(("cn-", "us-gov-")) for each in regions)


def test_the_table_has_every_column_that_the_packaged_questions_read(stack: Stack) -> None:
    TrailQueries(stack, "Queries", trail=AuditTrail(stack, "Audit"))
    found = table(stack)
    columns = {each["Name"]: each["Type"] for each in found["StorageDescriptor"]["Columns"]}
    partitions = {each["Name"] for each in found["PartitionKeys"]}
    assert set(COLUMNS) <= set(columns) | partitions  # those that the tests run them on
    fields = set(re.findall(r"(\w+):", columns["useridentity"]))
    for name in ("denied", "used_by", "used_calls", "used_coverage", "who_assumed"):
        for path in re.findall(r"useridentity\.([\w.]+)", sql(name)):
            assert set(path.split(".")) <= fields
        assert sqlglot.parse_one(sql(name), read="athena")


def test_the_workgroup_stops_at_its_limit_encrypts_and_takes_no_setting_of_a_client(
    stack: Stack,
) -> None:
    TrailQueries(stack, "Queries", trail=AuditTrail(stack, "Audit"), most_gigabytes=5)
    found = rendered(stack, only(Template.from_stack(stack), "AWS::Athena::WorkGroup"))
    settings = found["WorkGroupConfiguration"]
    assert found["Name"] == "audit_trail"
    assert settings["BytesScannedCutoffPerQuery"] == 5_000_000_000
    assert settings["EnforceWorkGroupConfiguration"] is True
    assert settings["ResultConfiguration"] == {
        "EncryptionConfiguration": {
            "EncryptionOption": "SSE_KMS",
            "KmsKey": "<AuditKey2ED08D30.Arn>",
        },
        "ExpectedBucketOwner": "<AWS::AccountId>",
        "OutputLocation": "s3://<QueriesResultsB9A74B2C>/results/",
    }


def test_who_asks_reads_log_files_and_writes_results_alone(app: App) -> None:
    stack = Stack(app, "Stack")
    trail = AuditTrail(stack, "Audit")
    queries = TrailQueries(stack, "Queries", trail=trail)
    access = TrailQueryAccess(queries)
    reader = AssumableRole(
        stack,
        "Reader",
        trusted=[Trust.role("arn:aws:iam::111122223333:role/Security")],
        access=[access],
    )
    contract = AccessContract.of(stack)
    contract.may_only(reader, access.statements())
    contract.must_allow(reader, "s3:GetObject", trail.bucket.arn_for_objects("AWSLogs/1/a.gz"))
    contract.must_allow(reader, "s3:PutObject", queries.results.arn_for_objects("results/1.csv"))
    contract.must_not_allow(
        reader, ["s3:PutObject", "s3:Delete*"], trail.bucket.arn_for_objects("*")
    )
    contract.must_not_allow(reader, ["athena:UpdateWorkGroup", "glue:UpdateTable"], "*")
    synth(app)


def test_it_is_off_unless_the_section_says_so_and_the_gate_has_nothing_against_it() -> None:
    for said, number in (({"athena": True}, 1), ({}, 0)):
        inner = App(context={"audit": said})
        audit = Audit.of(inner)
        assert audit
        add_audit(inner, audit, buckets=[])
        stack = inner.node.find_child("Audit")
        assert isinstance(stack, AuditStack)
        synth(inner)
        Template.from_stack(stack).resource_count_is("AWS::Athena::WorkGroup", number)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "Audit-Trail"}, "name: got 'Audit-Trail'; allowed is lower-case letters"),
        ({"name": "primary"}, "name: got 'primary'; allowed is a name other than primary"),
        ({"accounts": ["1"]}, "accounts: got '1'"),
        ({"regions": ["eu-nort-1"]}, "regions: got 'eu-nort-1'"),
        ({"most_gigabytes": 0}, "most_gigabytes: got 0; allowed is a whole number of 1 to 10000"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(stack: Stack, given: Any, message: str) -> None:
    trail = AuditTrail(stack, "Audit")
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        TrailQueries(stack, "Queries", trail=trail, **given)
    assert "\n" not in str(error.value)
