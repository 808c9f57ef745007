"""`whomay verify --probe` tries the contract by real calls, and leaves nothing in the account."""

import json
import signal
import subprocess
import threading
from typing import Any

import pytest
from support.aws import statement
from support.faulty_proxy import Answer, error, proxy
from support.running_lab import lab_of_its_own
from support.verified_app import VerifiedApp, deployed

from whomay.lab.state import Lab

__all__ = ["lab_of_its_own"]
pytestmark = pytest.mark.lab
READING = r"GET /[^?]*whomay-verify-"
SKEWED = error(403, "RequestTimeTooSkewed", "The difference is too large", minutes=20)


@pytest.fixture(scope="module")
def app(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> VerifiedApp:
    """One deployment of the app for all tests here."""
    return deployed(lab, tmp_path_factory.mktemp("probed"), "Probed")


def probe(app: VerifiedApp, **faults: Any) -> "subprocess.CompletedProcess[str]":
    return app.verify("--probe", "--account", app.lab.accounts[0], "--format", "json", **faults)


def calls(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    return [each for one in json.loads(done.stdout)["statements"] for each in one["calls"]]


def test_each_refused_call_has_a_control_that_is_allowed(app: VerifiedApp) -> None:
    done = probe(app)
    assert done.returncode == 0, done.stdout + done.stderr
    answers = {(each["action"], each["expected"], each["answer"]) for each in calls(done)}
    assert answers >= {
        ("s3:GetObject", "allowed", "allowed"),
        ("s3:PutObject", "denied", "denied"),
        ("s3:DeleteObject", "denied", "denied"),
        ("iam:ListUsers", "denied", "denied"),
    }
    refused = [each for each in calls(done) if each["answer"] == "denied"]
    assert {each["control"] for each in refused} == {"allowed"}
    own_codes = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
    assert {each["code"] for each in refused} == own_codes
    assert app.objects() == []


def test_a_call_that_must_be_refused_and_is_not_breaks_the_statement(app: VerifiedApp) -> None:
    with app.by_hand(statement(["s3:PutObject", "s3:DeleteObject"], "*")):
        done = probe(app)
    assert done.returncode == 1
    allowed = {
        (each["action"], each["code"]) for each in calls(done) if each["answer"] == "allowed"
    }
    assert ("s3:PutObject", "PreconditionFailed") in allowed
    assert ("s3:DeleteObject", "") in allowed
    assert app.objects() == []


def test_a_refusal_proves_nothing_where_the_caller_is_refused_too(app: VerifiedApp) -> None:
    with app.caller_without("s3:DeleteObject"):
        done = probe(app)
    assert done.returncode == 3
    [*deletions] = [each for each in calls(done) if each["action"] == "s3:DeleteObject"]
    assert {each["control"] for each in deletions} == {"AccessDenied"}
    assert all("it proves nothing" in each["unknown"] for each in deletions)
    app.empty()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error(503, "SlowDown"), "SlowDown"),
        (error(400, "ExpiredToken", "The provided token has expired"), "ExpiredToken"),
        (error(403, "InvalidClientTokenId"), "InvalidClientTokenId"),
        (error(404, "NoSuchKey"), "NoSuchKey"),
        (SKEWED, "the clock of this machine is 20 minutes behind"),
        (Answer(200, b"-", {}, 5000), "s3 get_object"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_answer_that_is_no_decision_is_unknown_and_never_denied(
    app: VerifiedApp, answer: Answer, said: str
) -> None:
    done = probe(app, faults={READING: lambda: answer})
    assert done.returncode == 3, done.stdout
    reads = [each for each in calls(done) if each["action"] == "s3:GetObject"]
    assert reads
    assert all(each["answer"] is None and said in each["unknown"] for each in reads)
    outcomes = {one["outcome"] for one in json.loads(done.stdout)["statements"]}
    assert "broken" not in outcomes
    assert app.objects() == []


def test_nobody_calls_before_somebody_says_yes(app: VerifiedApp) -> None:
    with proxy(app.lab.plain, {}) as before:
        argv, env = app.command(before.address, "--probe")
        done = subprocess.run(
            argv, cwd=app.folder, env=env, input="\n", capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    account = app.lab.accounts[0]
    assert (
        f"Call as the roles of the app in account {account}, {app.lab.region}? [y/N]" in done.stderr
    )
    assert before.asked == ["GetCallerIdentity"]


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_ended_in_the_middle_leaves_no_object(
    app: VerifiedApp, sent: signal.Signals, code: int
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(30)

    with proxy(app.lab.plain, {READING: wait}) as before:
        argv, env = app.command(before.address, "--probe", "--account", app.lab.accounts[0])
        with subprocess.Popen(
            argv, cwd=app.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as child:
            assert reached.wait(60)
            assert app.objects() != []
            child.send_signal(sent)
            go_on.set()
            child.communicate(timeout=60)
    assert child.returncode == code
    assert app.objects() == []


def test_aws_s_own_word_on_a_refused_call_is_compared_with_ours(app: VerifiedApp) -> None:
    done = probe(app)
    told = [each["by AWS"] for each in calls(done) if each["action"] == "iam:ListUsers"]
    assert {each["unknown"] for each in told} == {""}
    assert all(each["id"] for each in told)
    # the tests' proxy speaks HTTP to the lab, and our engine asks what a current CLI sends
    by_http = {"what": "aws:securetransport", "aws": "false", "ours": "true"}
    assert [each["differences"] for each in told] == [[by_http]] * len(told)
    of_s3 = [each["by AWS"] for each in calls(done) if each["action"] == "s3:PutObject"]
    assert {each["id"] for each in of_s3} == {""}
