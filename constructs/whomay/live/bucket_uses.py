"""What still writes into a bucket or owns it, as AWS tells it: a trail, flow logs, access logs, a stack."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from whomay.iam.facts.error_codes import DENIED
from whomay.live.caller import PATIENT, AwsCaller

# An owner's tags stay on a bucket that outlives its stack.
STACK_TAG: Final = "aws:cloudformation:stack-name"
LOGICAL_TAG: Final = "aws:cloudformation:logical-id"
_GOING: Final = "DELETE_"  # a stack in DELETE_FAILED waits for its buckets to be empty
# Where the permission is not called like the API's operation.
_PERMISSIONS: Final = {"ListBuckets": "s3:ListAllMyBuckets"}


@dataclass(frozen=True, slots=True)
class Uses:
    """Who uses a bucket, in words; `unknown` are the permissions without which it cannot be told."""

    by: tuple[str, ...]
    unknown: tuple[str, ...]


def uses(caller: AwsCaller, bucket: str) -> Uses:
    """Return what in the caller's account and Region still writes into the bucket, or owns it.

    Raises botocore's ClientError for all but a denial.
    """
    client = partial(caller.session.client, config=PATIENT)
    ways: tuple[tuple[str, Callable[[Any, str], Iterator[str]]], ...] = (
        ("cloudtrail", _trails),
        ("ec2", _flow_logs),
        ("s3", _access_logs),
        ("cloudformation", _stacks),
    )
    by: list[str] = []
    unknown: list[str] = []
    for service, found in ways:
        try:
            by += found(client(service), bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] not in DENIED:
                raise
            operation = str(error.operation_name)
            unknown.append(_PERMISSIONS.get(operation, f"{service}:{operation}"))
    return Uses(tuple(by), tuple(unknown))


def _trails(client: Any, bucket: str) -> Iterator[str]:
    into = (one for one in client.describe_trails()["trailList"] if one["S3BucketName"] == bucket)
    for trail in into:
        if client.get_trail_status(Name=trail["TrailARN"])["IsLogging"]:
            yield f"the trail {trail['Name']} writes into it"


def _flow_logs(client: Any, bucket: str) -> Iterator[str]:
    for page in client.get_paginator("describe_flow_logs").paginate():
        for log in page["FlowLogs"]:
            if log.get("LogDestination", "").partition(":::")[2].partition("/")[0] == bucket:
                yield f"the flow log {log['FlowLogId']} writes into it"


def _access_logs(client: Any, bucket: str) -> Iterator[str]:
    for other in client.list_buckets()["Buckets"]:
        logging = client.get_bucket_logging(Bucket=other["Name"]).get("LoggingEnabled", {})
        if logging.get("TargetBucket") == bucket and other["Name"] != bucket:
            yield f"the access log of {other['Name']} goes into it"


def _stacks(client: Any, bucket: str) -> Iterator[str]:
    try:
        found = client.describe_stack_resources(PhysicalResourceId=bucket)["StackResources"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # no stack has it
            return
        raise
    for stack in {one["StackName"] for one in found if one["PhysicalResourceId"] == bucket}:
        [state] = client.describe_stacks(StackName=stack)["Stacks"]
        if not state["StackStatus"].startswith(_GOING):
            yield f"the stack {stack} has it"
