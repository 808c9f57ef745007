"""An answer that was cut, or that a proxy gave in place of AWS, is no answer: never an empty list."""

from collections.abc import Mapping

import boto3
import pytest
from botocore.parsers import ResponseParserError
from click.testing import CliRunner, Result
from support.faulty_proxy import Answer, Fault, always, proxy

from whomay.cli import main
from whomay.live.errors import LiveError
from whomay.live.machine.asked import ask
from whomay.live.whole_answers import only_whole

NOBODY = "http://127.0.0.1:9"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
JSON = {"Content-Type": "application/x-amz-json-1.1"}
PAGE = Answer(200, b"\n<!DOCTYPE html><html>Please log in</html>", {"Content-Type": "text/html"})
CUT = Answer(200, b'{"QueryExecutionI', JSON)
SAID = "the answer was cut, or is not AWS's"
ANY = r"\w+ /.*"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "name", "answer"),
    [
        ("s3", "list_objects_v2", {"Bucket": "logs"}, ANY, PAGE),
        ("s3", "list_buckets", {}, ANY, Answer(200, b"", {})),
        ("s3", "get_bucket_policy", {"Bucket": "logs"}, ANY, PAGE),
        ("kms", "get_key_policy", {"KeyId": "k"}, "GetKeyPolicy", Answer(200, b'{"Poli', JSON)),
        ("kms", "list_keys", {}, "ListKeys", Answer(200, b"", JSON)),
        ("kms", "list_keys", {}, "ListKeys", Answer(200, b"[]", JSON)),
        ("lambda", "list_functions", {}, ANY, PAGE),
        ("iam", "list_users", {}, "ListUsers", PAGE),
    ],
)
def test_what_is_no_whole_answer_is_an_error(
    service: str, operation: str, arguments: Mapping[str, str], name: str, answer: Answer
) -> None:
    with proxy(NOBODY, {name: always(answer)}) as before:
        client = boto3.Session().client(service, endpoint_url=before.address)  # type: ignore[call-overload]
        only_whole(client.meta.events)
        with pytest.raises(ResponseParserError, match=SAID):
            getattr(client, operation)(**arguments)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "name", "answer"),
    [
        ("s3", "delete_bucket_policy", {"Bucket": "logs"}, ANY, Answer(204, b"", {})),
        ("s3", "put_object", {"Bucket": "logs", "Key": "k"}, ANY, Answer(200, b"", {})),
        ("s3", "get_object", {"Bucket": "logs", "Key": "k"}, ANY, PAGE),  # an object may be one
        ("kms", "disable_key", {"KeyId": "k"}, "DisableKey", Answer(200, b"", JSON)),
        ("sqs", "list_queues", {}, "ListQueues", Answer(200, b"{}", JSON)),
    ],
)
def test_an_answer_that_is_whole_is_none(
    service: str, operation: str, arguments: Mapping[str, str], name: str, answer: Answer
) -> None:
    with proxy(NOBODY, {name: always(answer)}) as before:
        client = boto3.Session().client(service, endpoint_url=before.address)  # type: ignore[call-overload]
        only_whole(client.meta.events)
        assert getattr(client, operation)(**arguments)


def run(faults: Mapping[str, Fault], *arguments: str) -> Result:
    with proxy(NOBODY, faults) as before:
        return CliRunner().invoke(main, arguments, env={"AWS_ENDPOINT_URL": before.address})


@pytest.mark.parametrize(
    ("name", "answer", "arguments"),
    [
        (ANY, PAGE, ["trail", "denied", "s3://logs/AWSLogs"]),
        ("StartQueryExecution", CUT, ["trail", "denied", "--athena", "queries"]),
        ("GetCallerIdentity", PAGE, ["leave", "ada", "--yes"]),
        ("GetCallerIdentity", PAGE, ["empty", "reports", "--yes"]),
        ("ListAccessKeys", PAGE, ["rotate-key", "ada", "--secret", "key"]),
        ("GetCallerIdentity", PAGE, ["snapshot", "-o", "account.json"]),
    ],
)
def test_each_command_says_so_in_one_line(name: str, answer: Answer, arguments: list[str]) -> None:
    done = run({name: always(answer)}, *arguments)
    assert (done.exit_code, done.stdout) == (3, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("Error: ")
    assert SAID in line


def test_doctor_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(NOBODY, {"GetCallerIdentity": always(PAGE)}) as before:
        monkeypatch.setenv("AWS_ENDPOINT_URL", before.address)
        with pytest.raises(LiveError, match=SAID):
            ask(None, None, "us-east-1")
