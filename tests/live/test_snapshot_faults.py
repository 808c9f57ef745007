"""A snapshot survives the faults of a network and of a machine: no false refusal, and no half file."""

import json
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.aws import root
from support.commands import WHOMAY
from support.faulty_proxy import Answer, Fault, error, proxy
from support.running_lab import lab_of_its_own

from whomay.engine import Request, Verdict, decide, read
from whomay.lab.state import Lab

__all__ = ["lab_of_its_own"]
pytestmark = pytest.mark.lab
DETAILS = "GetAccountAuthorizationDetails"


def arguments(lab: Lab, address: str, file: Path) -> tuple[list[str], dict[str, str]]:
    who = root(lab)
    env = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": who.access_key,
        "AWS_SECRET_ACCESS_KEY": who.secret,
        "AWS_MAX_ATTEMPTS": "2",
        "NO_PROXY": "127.0.0.1",
    }
    return [WHOMAY, "snapshot", "-o", str(file), "--region", lab.region], env


def snapshot(
    lab: Lab, file: Path, faults: Mapping[str, Fault], most_bytes: int = 0
) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        if most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    with proxy(lab.plain, faults) as before:
        argv, env = arguments(lab, before.address, file)
        return subprocess.run(
            argv,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            preexec_fn=limited,
        )


def always(answer: Answer) -> Fault:
    return lambda: answer


def once(answer: Answer) -> Fault:
    left = [answer]
    return lambda: left.pop() if left else None


JSON = {"Content-Type": "application/x-amz-json-1.0"}
PAGE = Answer(200, b"<html>Please log in</html>", {"Content-Type": "text/html"})
SKEWED = error(
    403,
    "SignatureDoesNotMatch",
    "Signature expired: 20261127T090000Z is now earlier than 20261127T091500Z",
    minutes=20,
)


@pytest.mark.parametrize(
    ("operation", "answer", "said"),
    [
        (DETAILS, error(429, "Throttling", "Rate exceeded"), "Throttling"),
        (DETAILS, error(503, "ServiceUnavailable"), "ServiceUnavailable"),
        (DETAILS, error(403, "ExpiredToken", "The token has expired"), "ExpiredToken"),
        (DETAILS, Answer(200, b"<GetAccountAuth", {"Content-Type": "text/xml"}, 5000), "iam"),
        (DETAILS, Answer(200, b"<GetAccountAuth", {"Content-Type": "text/xml"}), "iam"),
        (DETAILS, SKEWED, "the clock of this machine is 20 minutes behind"),
        (DETAILS, error(403, "AccessDenied"), "needs it for a snapshot"),
        ("GetCallerIdentity", error(503, "ServiceUnavailable"), "sts get_caller_identity"),
        ("ListQueues", error(503, "ServiceUnavailable"), "sqs list_queues"),
        ("ListQueues", Answer(200, b'{"QueueUrls": ["http', JSON), "the answer was cut"),
        ("ListTables", Answer(200, b"", JSON), "the answer was cut"),
        (r"GET /\?.*", PAGE, "s3 list_buckets: the answer was cut, or is not AWS's"),
        ("ListTopics", PAGE, "sns list_topics: the answer was cut, or is not AWS's"),
        ("ListStacks", error(403, "ExpiredToken"), "cloudformation list_stacks: ExpiredToken"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_was_not_answered_is_one_line_code_3_and_no_file(
    lab: Lab, tmp_path: Path, operation: str, answer: Answer, said: str
) -> None:
    done = snapshot(lab, tmp_path / "account.json", {operation: always(answer)})
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    [line] = [each for each in done.stderr.splitlines() if not each.startswith("account ")]
    assert line.startswith("Error: ")
    assert said in line
    assert [*tmp_path.iterdir()] == []


def test_an_answer_that_takes_its_time_is_waited_for(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    done = snapshot(lab, file, {DETAILS: lambda: time.sleep(2)})
    assert done.returncode == 0, done.stderr
    assert json.loads(file.read_text())["refused"] == []


def test_a_call_that_is_throttled_once_is_asked_again(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    done = snapshot(lab, file, {DETAILS: once(error(429, "Throttling"))})
    assert done.returncode == 0, done.stderr
    assert json.loads(file.read_text())["refused"] == []


def test_a_denied_call_in_the_middle_is_in_the_file_and_unknown(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    user = root(lab).client("iam").create_user(UserName="asked-in-the-middle")["User"]["Arn"]
    faults = {"ListTopics": always(error(403, "AuthorizationError", "not authorized"))}
    done = snapshot(lab, file, faults)
    assert done.returncode == 3
    assert f"refused: sns:ListTopics in {lab.region}: AuthorizationError\n" in done.stderr
    account = lab.accounts[0]

    def verdict(action: str, arn: str) -> Verdict:
        return decide(Request(user, action, arn), read(file).snapshot).verdict

    topic = f"arn:aws:sns:{lab.region}:{account}:t"
    assert verdict("sns:Publish", topic) is Verdict.UNKNOWN
    assert verdict("sqs:SendMessage", topic.replace("sns", "sqs")) is Verdict.IMPLICIT_DENY


def test_a_queue_that_is_deleted_while_it_is_asked_for_is_unknown_and_ends_no_run(
    lab: Lab, tmp_path: Path
) -> None:
    file, sqs = tmp_path / "account.json", root(lab).client("sqs")
    user = root(lab).client("iam").create_user(UserName="asked-of-a-deleted-queue")["User"]["Arn"]
    url = sqs.create_queue(QueueName="deleted-in-the-middle")["QueueUrl"]
    done = snapshot(
        lab, file, {"GetQueueAttributes": lambda: sqs.delete_queue(QueueUrl=url) and None}
    )
    assert done.returncode == 3, done.stderr
    [queue] = [
        each for each in json.loads(file.read_text())["resources"] if "Queue" in each["type"]
    ]
    assert queue["refused"]["policy"].startswith("GetQueueAttributes, refused as ")
    request = Request(user, "sqs:SendMessage", queue["arn"])
    assert decide(request, read(file).snapshot).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("earlier", ["", "an earlier file"])
def test_a_full_disk_leaves_no_half_file(lab: Lab, tmp_path: Path, earlier: str) -> None:
    file = tmp_path / "account.json"
    if earlier:
        file.write_text(earlier)
    done = snapshot(lab, file, {}, most_bytes=500)
    assert done.returncode == 2
    assert f"Error: {file}: File too large" in done.stderr
    assert [each.read_text() for each in tmp_path.iterdir()] == ([earlier] if earlier else [])


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
@pytest.mark.parametrize("moment", [DETAILS, "ListKeys"])
def test_a_run_that_is_ended_in_the_middle_leaves_no_file(
    lab: Lab, tmp_path: Path, sent: signal.Signals, code: int, moment: str
) -> None:
    file, reached, go_on = tmp_path / "account.json", threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(30)

    with proxy(lab.plain, {moment: wait}) as before:
        argv, env = arguments(lab, before.address, file)
        with subprocess.Popen(argv, env=env, stderr=subprocess.PIPE, text=True) as child:
            assert reached.wait(60)
            child.send_signal(sent)
            go_on.set()
            child.communicate(timeout=60)
    assert child.returncode == code
    assert not file.exists()
    assert sent == signal.SIGKILL or [*tmp_path.iterdir()] == []
