"""What a contract forbids on a resource that nobody has is told: it may be a typo."""

from pathlib import Path

import pytest
from support.assemblies import snapshot_of_template
from support.contract_asking import BUCKET, BUCKET_ARN, inline, requests, statement

from whomay.engine.contract.check import check
from whomay.metadata.records import StatementKind

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}}
TEMPLATE = {"Resources": {"Role": inline(statement("s3:List*")), "Bucket": BUCKET, "Queue": QUEUE}}


@pytest.mark.parametrize(
    ("resource", "action", "told"),
    [
        ("arn:aws:s3:::reprots/*", "s3:GetObject", True),
        ("arn:aws:sqs:eu-west-1:111122223333:ordres", "sqs:SendMessage", True),
        ("arn:aws:sqs:eu-west-1:111122223333:orders", "sqs:SendMessage", False),
        (f"{BUCKET_ARN}/in/*", "s3:GetObject", False),
        ("*", "s3:GetObject", False),
    ],
)
def test_a_resource_that_nobody_has_is_named(
    tmp_path: Path, resource: str, action: str, told: bool
) -> None:
    stated = requests(StatementKind.MUST_NOT_ALLOW, action, resource)

    assumed = check([stated], snapshot_of_template(tmp_path, TEMPLATE)).assumed

    wanted = f"{resource} is elsewhere: the assembly is not known to have it"
    assert (wanted in assumed) is told
    assert any("is elsewhere" in each for each in assumed) is told


def test_what_must_be_allowed_elsewhere_needs_no_mention(tmp_path: Path) -> None:
    stated = requests(StatementKind.MUST_ALLOW, "s3:GetObject", "arn:aws:s3:::theirs/*")

    assumed = check([stated], snapshot_of_template(tmp_path, TEMPLATE)).assumed

    assert not any("is elsewhere" in each for each in assumed)
