"""Custom resources: one that answers is deployed, one that never does holds up nothing."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.aws import Stack, root, stack, trust

from whomay.lab import lifecycle, process
from whomay.lab.state import Lab

pytestmark = pytest.mark.lab

FUNCTION: dict[str, Any] = {
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": json.loads(trust({"Service": "lambda.amazonaws.com"}))
        },
    },
    "Function": {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Runtime": "python3.11",
            "Timeout": 60,
        },
    },
}


def with_custom_resource(code: str) -> dict[str, Any]:
    function = {**FUNCTION["Function"]}
    function["Properties"] = {**FUNCTION["Function"]["Properties"], "Code": {"ZipFile": code}}
    token = {"Fn::GetAtt": ["Function", "Arn"]}
    custom = {"Type": "Custom::Own", "Properties": {"ServiceToken": token}}
    return {**FUNCTION, "Function": function, "Custom": custom}


ANSWERS = """
import json, urllib.request
def handler(event, context):
    answer = {"Status": "SUCCESS", "PhysicalResourceId": "own", "StackId": event["StackId"],
              "RequestId": event["RequestId"], "LogicalResourceId": event["LogicalResourceId"]}
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, method="PUT"))
"""


def test_a_custom_resource_that_answers_is_deployed(lab: Lab) -> None:
    with stack(root(lab), "custom") as one:
        assert one.deploy(**with_custom_resource(ANSWERS))["Custom"] == "own"


HANGS = """
import os, time
def handler(event, context):
    open("PID_FILE", "w").write(str(os.getpid()))
    time.sleep(600)
"""


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Lab]:
    """A server that waits two seconds for a custom resource."""
    yield lifecycle.start(tmp_path / "lab", custom_resource_seconds=2)
    lifecycle.stop(tmp_path / "lab")


def test_a_custom_resource_that_never_answers_fails_its_stack_in_words(
    hasty: Lab, tmp_path: Path
) -> None:
    stack = Stack(root(hasty), "hangs")
    code = HANGS.replace("PID_FILE", str(tmp_path / "pid"))
    with pytest.raises(AssertionError) as error:
        stack.deploy(**with_custom_resource(code))
    assert (
        "Custom resource Custom gave no answer to Create within 2 s, the longest that the lab waits"
    ) in str(error.value)


def test_a_server_with_a_hanging_lambda_ends_on_sigterm_and_leaves_no_process(
    hasty: Lab, tmp_path: Path
) -> None:
    stack = Stack(root(hasty), "hangs")
    code = HANGS.replace("PID_FILE", str(tmp_path / "pid"))
    with pytest.raises(AssertionError):
        stack.deploy(**with_custom_resource(code))
    pid = int((tmp_path / "pid").read_text())
    assert process.start_time(pid) is not None

    os.kill(hasty.pid, signal.SIGTERM)
    while process.start_time(hasty.pid) is not None or process.start_time(pid) is not None:
        time.sleep(0.02)
    reason = lifecycle.why_gone(tmp_path / "lab", hasty)
    assert reason
    assert reason.startswith("the lab's server ended with exit code 0")
