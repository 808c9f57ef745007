"""Ending access and emptying buckets under the faults of a network: one line, and the next run goes on."""

import uuid
from collections.abc import Mapping

import pytest
from click.testing import CliRunner, Result
from support.aws import Caller, make_user, refusal, root, statement
from support.deploying import acting
from support.faulty_proxy import Answer, Fault, error, json_error, proxy

from whomay.cli import main
from whomay.lab.state import Lab

EXPIRED = error(403, "ExpiredToken", "The token has expired")
THROTTLED = error(429, "Throttling", "Rate exceeded")
DENIED = error(403, "AccessDenied", "a policy of the organization denies it")
SLOW = error(503, "SlowDown", "Please reduce your request rate.")
SKEWED = error(
    403, "SignatureDoesNotMatch", "Signature expired: 20261127T090000Z is now earlier", minutes=20
)
SKEWED_S3 = error(403, "RequestTimeTooSkewed", "The difference is too large.", minutes=-20)


@pytest.fixture
def name() -> str:
    return f"end-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def admin(lab: Lab, name: str, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Return an administrator, who does not wait between attempts."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    return make_user(lab, f"{name}-admin", statement("*", "*"))


def run(caller: Caller, faults: Mapping[str, Fault], *arguments: str) -> Result:
    with proxy(caller.lab.plain, faults) as before, acting(caller, before.address):
        return CliRunner().invoke(main, arguments)


def after(calls: int, answer: Answer) -> Fault:
    """Let so many calls through, and answer all others."""
    seen: list[None] = []

    def fault() -> Answer | None:
        seen.append(None)
        return answer if len(seen) > calls else None

    return fault


def told(result: Result) -> tuple[int, str]:
    """Return the exit code and the one line of the error."""
    [line] = [each for each in result.stderr.splitlines() if each.startswith("Error: ")]
    return result.exit_code, line


@pytest.mark.parametrize(
    ("call", "answer", "said"),
    [
        ("GetCallerIdentity", EXPIRED, "ExpiredToken: The token has expired"),
        ("GetUser", EXPIRED, "ExpiredToken: The token has expired"),
        ("ListAccessKeys", THROTTLED, "Throttling: Rate exceeded"),
        ("GetUser", SKEWED, "the clock of this machine is 20 minutes behind"),
        ("GetAccountAuthorizationDetails", DENIED, "lack iam:GetAccountAuthorizationDetails"),
    ],
)
def test_nobody_s_access_is_touched_where_reading_is_not_answered(
    admin: Caller, name: str, call: str, answer: Answer, said: str
) -> None:
    person = make_user(admin.lab, name, statement("s3:*", "*"))
    exit_code, line = told(run(admin, {call: after(0, answer)}, "leave", name, "--yes"))
    assert exit_code == (2 if answer is DENIED else 3)
    assert line.startswith(f"Error: leave {name}: ")
    assert said in line
    assert person.client("s3").list_buckets()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (EXPIRED, "ExpiredToken: The token has expired"),
        (THROTTLED, "Throttling: Rate exceeded"),
        (DENIED, "AccessDenied: a policy of the organization denies it"),
        (SKEWED, "the clock of this machine is 20 minutes behind"),
    ],
)
def test_a_change_that_is_not_answered_is_named_and_the_next_run_finishes(
    admin: Caller, name: str, answer: Answer, said: str
) -> None:
    person = make_user(admin.lab, name, statement("s3:*", "*"))
    faults = {"DeleteAccessKey": after(0, answer)}
    exit_code, line = told(run(admin, faults, "leave", name, "--yes"))
    assert exit_code == (2 if answer is DENIED else 3)
    user = f"arn:aws:iam::111111111111:user/{name}"
    assert line.startswith(f"Error: leave {name}: iam:DeleteAccessKey on {user}: ")
    assert said in line
    assert refusal(person.client("s3").list_buckets)[0] in {"AccessDenied", "InvalidAccessKeyId"}
    assert run(admin, {}, "leave", name, "--yes").exit_code == 0
    root(admin.lab).client("iam").delete_user(UserName=name)


def test_a_boundary_that_aws_does_not_take_is_no_end(
    admin: Caller, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(admin.lab, name, statement("s3:*", "*"))
    monkeypatch.setattr("whomay.live.leaver._PAUSES", (0,))
    gone = error(404, "NoSuchEntity", "Policy AWSDenyAll does not exist")
    faults = {"PutUserPermissionsBoundary": after(0, gone)}
    result = run(admin, faults, "leave", name, "--yes")
    exit_code, line = told(result)
    assert exit_code == 3
    assert line == (
        f"Error: leave {name}: AWS still shows what was taken away (deny everything to {name}, by the "
        "permissions boundary AWSDenyAll): run again"
    )
    assert "has no access any more" not in result.stdout


@pytest.mark.parametrize(
    ("call", "answer", "said"),
    [
        ("GET /{}?versions&encoding-type=url", EXPIRED, "ExpiredToken: The token has expired"),
        (
            "GET /{}?versions&encoding-type=url",
            SKEWED_S3,
            "the clock of this machine is 20 minutes ahead",
        ),
        (
            "GET /{}?versions&encoding-type=url",
            DENIED,
            "these credentials lack s3:ListBucketVersions",
        ),
        (
            "DescribeTrails",
            json_error(400, "ThrottlingException"),
            "ThrottlingException: by the test",
        ),
        ("POST /{}?delete", SLOW, "SlowDown: Please reduce your request rate."),
        ("POST /{}?delete", EXPIRED, "ExpiredToken: The token has expired"),
        ("POST /{}?delete", DENIED, "these credentials lack s3:DeleteObjectVersion"),
    ],
)
def test_a_bucket_whose_emptying_is_not_answered_is_emptied_by_the_next_run(
    admin: Caller, name: str, call: str, answer: Answer, said: str
) -> None:
    s3 = root(admin.lab).client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="a.csv", Body="a")
    asked = ("empty", name, "--outside-app", "--yes")
    exit_code, line = told(run(admin, {call.format(name): after(0, answer)}, *asked))
    assert exit_code == (2 if answer is DENIED else 3)
    assert line.startswith(f"Error: empty {name}: ")
    assert said in line
    assert s3.list_objects_v2(Bucket=name)["KeyCount"] == 1
    assert run(admin, {}, *asked).exit_code == 0
    s3.delete_bucket(Bucket=name)
