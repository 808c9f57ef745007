"""The team's access at work: the fixture `lab` is an account of the embedded AWS, for one test."""

from pathlib import Path

import pytest
from acme_access.queue_send import QueueSend
from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_sqs as sqs
from botocore.exceptions import ClientError

from whomay.cdk import AssumableRole, Trust
from whomay.testing import LabAccount


def test_the_sender_sends_and_cannot_read(lab: LabAccount, tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path / "cdk.out"))
    stack = Stack(app, "Orders")
    queue = sqs.Queue(stack, "Queue")
    trusted = [Trust.service("lambda.amazonaws.com")]
    sender = AssumableRole(stack, "Sender", trusted=trusted, access=[QueueSend(queue)])
    CfnOutput(stack, "QueueUrl", value=queue.queue_url)
    CfnOutput(stack, "SenderArn", value=sender.role_arn)

    made = lab.deploy(app)["Orders"]
    client = lab.as_role(made["SenderArn"]).client("sqs")

    client.send_message(QueueUrl=made["QueueUrl"], MessageBody="an order")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.receive_message(QueueUrl=made["QueueUrl"])
