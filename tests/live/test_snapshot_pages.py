"""All pages of a list are read, also where a service tells of more only when it is asked for a size."""

import boto3
from botocore.stub import Stubber

from whomay.live.snapshot.account import Account
from whomay.live.snapshot.resources import KINDS

REGION, ACCOUNT = "eu-west-1", "111122223333"


def test_more_than_a_thousand_queues_are_asked_for_page_by_page() -> None:
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name=REGION)
    account = Account(session, (REGION,), ACCOUNT)
    urls = [f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q{n}" for n in range(1001)]
    with Stubber(account.client("sqs", REGION)) as sqs:
        first = {"QueueUrls": urls[:1000], "NextToken": "more"}
        sqs.add_response("list_queues", first, {"MaxResults": 1000})
        second = {"MaxResults": 1000, "NextToken": "more"}
        sqs.add_response("list_queues", {"QueueUrls": urls[1000:]}, second)
        [kind] = [each for each in KINDS if each.list_action == "sqs:ListQueues"]
        found = [each.name for each in kind.listed(account, REGION)]
    assert found == [f"q{n}" for n in range(1001)]
