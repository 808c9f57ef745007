"""What the real aws CLI says, read as an answer or as none at all."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from whomay.lab.answers import ALLOWED, NO_ANSWER, Answer, of_aws_cli
from whomay.lab.children import Children, Completed
from whomay.lab.environment import program


@contextmanager
def answering(status: int, code: str) -> Iterator[tuple[str, list[str]]]:
    """Serve an AWS that answers every call with one error; yields its URL and the calls."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>"
            body = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", calls
        server.shutdown()


def ask(url: str, *arguments: str) -> Completed:
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIA0",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "2",
        "AWS_RETRY_MODE": "standard",
    }
    with Children() as children:
        return children.run([program("aws", "install it"), *arguments], env=environment)


@pytest.mark.parametrize(
    ("status", "code", "attempts"),
    [
        (400, "ExpiredToken", 1),
        (400, "Throttling", 2),
        (503, "ServiceUnavailable", 2),
        (500, "InternalFailure", 2),
        (403, "RequestTimeTooSkewed", 1),
    ],
)
def test_an_answer_that_says_nothing_about_permission_is_unknown(
    status: int, code: str, attempts: int
) -> None:
    with answering(status, code) as (url, calls):
        reply = of_aws_cli(ask(url, "sts", "get-caller-identity"))

    assert reply.answer == Answer(code, "GetCallerIdentity")
    assert reply.answer.unknown
    assert len(calls) == attempts


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidClientTokenId", "SignatureDoesNotMatch"])
def test_a_refusal_is_an_answer(code: str) -> None:
    with answering(403, code) as (url, _):
        reply = of_aws_cli(ask(url, "sts", "get-caller-identity"))

    assert reply.answer == Answer(code, "GetCallerIdentity")
    assert not reply.answer.unknown


def test_nobody_there_is_no_answer_and_unknown() -> None:
    reply = of_aws_cli(ask("http://127.0.0.1:9", "sts", "get-caller-identity"))

    assert reply.answer == NO_ANSWER
    assert reply.answer.unknown


@pytest.mark.parametrize(
    ("arguments", "last_line"),
    [
        (("--profile", "nope", "sts", "get-caller-identity"), "The config profile (nope) could"),
        (("sts", "get-caller-identities"), "* get-caller-identity"),
        (("sts", "assume-role"), "the following arguments are required: --role-arn"),
        (("sts", "assume-role", "--role-arn", "r", "--role-session-name", "n"), "Invalid length"),
    ],
)
def test_a_command_that_never_calls_is_not_taken_for_a_refusal(
    arguments: tuple[str, ...], last_line: str
) -> None:
    answer = of_aws_cli(ask("http://127.0.0.1:9", *arguments)).answer

    assert answer.code.startswith("no answer of AWS: ")
    assert last_line in answer.code
    assert not answer.unknown


def test_success_is_allowed_and_silence_is_named() -> None:
    assert of_aws_cli(Completed(("aws",), 0, "out", "")).answer == ALLOWED
    assert of_aws_cli(Completed(("aws",), 7, "", "")).answer.code == "no answer of AWS: exit code 7"


def test_answers_read_as_in_a_sentence() -> None:
    assert [str(ALLOWED), str(Answer("401", "GET")), str(NO_ANSWER)] == [
        "allowed",
        "401 (GET)",
        "NoAnswer",
    ]


def test_the_program_is_the_one_beside_this_python() -> None:
    assert program("aws", "").startswith(sys.prefix)
