"""CloudTrail's log files, delivered to the bucket of each trail whose bucket policy lets it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

import gzip
import json
import secrets
import time
from typing import Any

from whomay.lab.server import audit, internals
from whomay.lab.server.calls import drive, in_account
from whomay.lab.state import REGION


def _object_key(account: str, prefix: str) -> str:
    now = time.gmtime()
    minute = time.strftime("%Y%m%dT%H%MZ", now)
    file = f"{account}_CloudTrail_{REGION}_{minute}_{secrets.token_hex(8)}.json.gz"
    day = time.strftime("%Y/%m/%d", now)
    parts = (prefix, "AWSLogs", account, "CloudTrail", REGION, day, file)
    return "/".join(filter(None, parts))


def _may_write(account: str, trail: dict[str, Any], key: str) -> bool:
    """Evaluate the bucket policy for CloudTrail as the caller."""
    bucket = trail["S3BucketName"]
    context = internals.get("core.iam_evaluator", "EvalContext")(
        principal_arn="cloudtrail.amazonaws.com",
        principal_type="Service",
        principal_account=account,
        action="s3:PutObject",
        resource_arn=f"arn:aws:s3:::{bucket}/{key}",
        region=REGION,
        secure_transport=True,
        service_context={
            "s3:x-amz-acl": "bucket-owner-full-control",
            "aws:sourcearn": trail["TrailARN"],
            "aws:sourceaccount": account,
        },
    )
    policy = internals.get("services.s3", "_bucket_policies").get(bucket)
    evaluate = internals.get("core.iam_evaluator", "evaluate_resource_policy")
    return bool(evaluate(policy, context, service="cloudtrail.amazonaws.com").decision == "Allow")


def _deliver_account(account: str, records: list[dict[str, Any]]) -> None:
    selectors = internals.get("services.cloudtrail", "_event_selectors")
    for name, trail in list(internals.get("services.cloudtrail", "_trails").items()):
        data = any(selector.get("DataResources") for selector in selectors.get(name) or [])
        wanted = [made for made in records if made["managementEvent"] or data]
        if not trail.get("IsLogging") or not wanted:
            continue
        key = _object_key(account, trail.get("S3KeyPrefix") or "")
        if not _may_write(account, trail, key):
            trail["LatestDeliveryError"] = "AccessDenied"
            continue
        body = gzip.compress(json.dumps({"Records": wanted}).encode())
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        put = internals.get("services.s3", "handle_request")
        drive(put("PUT", f"/{trail['S3BucketName']}/{key}", headers, body, {}, internal=True))


def deliver() -> None:
    """Deliver what has been recorded since the last delivery."""
    for account, records in list(audit.pending.items()):
        audit.pending[account] = []
        in_account(account, REGION, _deliver_account, account, records)
