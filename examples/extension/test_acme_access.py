"""The team's own tests, by the pytest plugin that comes with whomay."""

import json
from pathlib import Path

import pytest
from acme_access.queue_send import QueueSend
from aws_cdk import App, Stack
from aws_cdk import aws_sqs as sqs

from whomay.cdk import AssumableRole, Trust
from whomay.engine import findings, read
from whomay.testing import ContractInTests


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> App:
    """The app that the fixture `access` states things of."""
    app = App(outdir=str(tmp_path_factory.mktemp("cdk.out")))
    stack = Stack(app, "Orders")
    queue = sqs.Queue(stack, "Queue")
    trusted = [Trust.service("lambda.amazonaws.com")]
    AssumableRole(stack, "Sender", trusted=trusted, access=[QueueSend(queue)])
    return app


def test_the_sender_sends_and_does_nothing_else(access: ContractInTests) -> None:
    access.must_allow("Orders/Sender", "sqs:SendMessage", "Orders/Queue")
    access.must_not_allow("Orders/Sender", ["sqs:Receive*", "sqs:Purge*"], "*")


@pytest.mark.parametrize(
    ("action", "found"), [("sqs:PurgeQueue", ["acme-queue-purge"]), ("sqs:DeleteMessage", [])]
)
def test_the_rule_finds_who_may_purge(action: str, found: list[str], tmp_path: Path) -> None:
    allow = {
        "Effect": "Allow",
        "Action": action,
        "Resource": "arn:aws:sqs:eu-west-1:111122223333:q",
    }
    policy = {"PolicyDocument": {"Version": "2012-10-17", "Statement": allow}}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": policy}
    (tmp_path / "app.json").write_text(json.dumps({"Resources": {"Team": resource}}))

    assert [each.rule.id for each in findings(read(tmp_path / "app.json"))] == found
