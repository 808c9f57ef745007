"""Questions to a trail, asked of log files as CloudTrail delivers them."""

import gzip
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from whomay.cli import main

ALICE = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLEALICE",
    "arn": "arn:aws:iam::111111111111:user/alice",
    "accountId": "111111111111",
    "accessKeyId": "AKIAEXAMPLE",
    "userName": "alice",
}
UPLOADER = "arn:aws:iam::111111111111:role/apps/Uploader"
ALICE_AS_UPLOADER = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE:alice",
    "arn": "arn:aws:sts::111111111111:assumed-role/Uploader/alice",
    "accountId": "111111111111",
    "sessionContext": {
        "sessionIssuer": {
            "type": "Role",
            "principalId": "AROAEXAMPLE",
            "arn": UPLOADER,
            "accountId": "111111111111",
            "userName": "Uploader",
        },
        "attributes": {"mfaAuthenticated": "false"},
    },
}


def record(identity: Any, call: str, minute: int, **fields: Any) -> dict[str, Any]:
    service, _, event = call.partition(":")
    return {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": f"2026-11-24T08:{minute:02}:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": event,
        "awsRegion": "us-east-1",
        **fields,
    }


def assume(identity: Any, minute: int, name: str = "alice", **fields: Any) -> dict[str, Any]:
    asked = {"roleArn": UPLOADER, "roleSessionName": name, **fields.pop("asked", {})}
    return record(identity, "sts:AssumeRole", minute, requestParameters=asked, **fields)


def refused(message: str) -> dict[str, str]:
    return {"errorCode": "AccessDenied", "errorMessage": message}


def write(file: Path, *records: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps({"Records": records}).encode()
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)
    return file


def trail(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["trail", *map(str, arguments)])


def rows(*arguments: str | Path) -> Any:
    result = trail(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["rows"]


def test_who_assumed_tells_who_became_whom_and_what_the_session_did(tmp_path: Path) -> None:
    write(
        tmp_path / "AWSLogs/2.json.gz",
        record(ALICE_AS_UPLOADER, "s3:PutObject", 4, **refused("no")),
        record(ALICE_AS_UPLOADER, "s3:PutObject", 3),
        record(ALICE, "sts:GetCallerIdentity", 1),
    )
    write(
        tmp_path / "AWSLogs/1.json.gz",
        assume(ALICE, 2),
        assume(ALICE, 1, **refused("not authorized to perform: sts:AssumeRole")),
    )
    assert rows("who-assumed", tmp_path) == [
        {
            "who": "arn:aws:iam::111111111111:user/alice",
            "role": UPLOADER,
            "session": "alice",
            "mfa": False,
            "calls": 2,
            "refused": 1,
            "first": "2026-11-24T08:01:00Z",
            "last": "2026-11-24T08:02:00Z",
            "did": {"s3:PutObject": {"calls": 2, "refused": 1}},
        }
    ]


def test_mfa_is_seen_in_the_request_and_in_the_session_that_asks(tmp_path: Path) -> None:
    attributes = {"attributes": {"mfaAuthenticated": "true"}}
    file = write(
        tmp_path / "log.json",
        assume(ALICE, 1, asked={"serialNumber": "arn:aws:iam::111111111111:mfa/alice"}),
        assume({**ALICE, "sessionContext": attributes}, 2, name="again"),
        assume(ALICE, 3, name="without"),
    )
    found = {row["session"]: row["mfa"] for row in rows("who-assumed", file)}
    assert found == {"alice": True, "again": True, "without": False}


def test_every_way_to_become_a_role_is_seen(tmp_path: Path) -> None:
    asked = {"roleArn": UPLOADER}
    answered = {"assumedRoleUser": {"arn": "arn:aws:sts::111111111111:assumed-role/Uploader/i-1"}}
    token = {
        "type": "WebIdentityUser",
        "userName": "repo:octo/app:ref:refs/heads/main",
        "identityProvider": "token.actions.githubusercontent.com",
    }
    service = {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}
    foreign = {"type": "AWSAccount", "principalId": "AIDAFAR", "accountId": "222222222222"}
    switched = {"SwitchFrom": ALICE["arn"]}
    file = write(
        tmp_path / "log.json",
        record(service, "sts:AssumeRole", 1, requestParameters=asked, responseElements=answered),
        assume(foreign, 2, name="far"),
        record(
            token,
            "sts:AssumeRoleWithWebIdentity",
            3,
            requestParameters={**asked, "roleSessionName": "deploy"},
        ),
        record(ALICE_AS_UPLOADER, "signin:SwitchRole", 4, additionalEventData=switched),
    )
    found = {(row["who"], row["role"], row["session"]) for row in rows("who-assumed", file)}
    assert found == {
        ("ec2.amazonaws.com", UPLOADER, "i-1"),
        ("account 222222222222 (AIDAFAR)", UPLOADER, "far"),
        (
            "repo:octo/app:ref:refs/heads/main of token.actions.githubusercontent.com",
            UPLOADER,
            "deploy",
        ),
        (ALICE["arn"], UPLOADER, "alice"),
    }


def test_who_assumed_can_ask_for_one_role(tmp_path: Path) -> None:
    other = "arn:aws:iam::111111111111:role/Reader"
    file = write(
        tmp_path / "log.json", assume(ALICE, 1), assume(ALICE, 2, asked={"roleArn": other})
    )
    for role in ("Uploader", UPLOADER):
        assert [row["role"] for row in rows("who-assumed", file, "--role", role)] == [UPLOADER]


def test_denied_lists_calls_refused_for_want_of_permission_and_no_other_error(
    tmp_path: Path,
) -> None:
    message = "is not authorized to perform: s3:DeleteObject"
    file = write(
        tmp_path / "log.json",
        record(ALICE, "s3:DeleteObject", 1, **refused(message)),
        record(ALICE, "s3:DeleteObject", 3, **refused(message)),
        record(ALICE, "ec2:RunInstances", 2, errorCode="Client.UnauthorizedOperation"),
        record(ALICE, "s3:GetObject", 4, errorCode="NoSuchKey"),
        record(ALICE, "s3:GetObject", 5),
    )
    alice = ALICE["arn"]
    assert rows("denied", file) == [
        {
            "who": alice,
            "action": "ec2:RunInstances",
            "code": "Client.UnauthorizedOperation",
            "refused": 1,
            "first": "2026-11-24T08:02:00Z",
            "last": "2026-11-24T08:02:00Z",
            "message": "",
        },
        {
            "who": alice,
            "action": "s3:DeleteObject",
            "code": "AccessDenied",
            "refused": 2,
            "first": "2026-11-24T08:01:00Z",
            "last": "2026-11-24T08:03:00Z",
            "message": message,
        },
    ]


def test_used_by_knows_a_principal_by_each_of_its_names(tmp_path: Path) -> None:
    file = write(
        tmp_path / "log.json",
        record(ALICE_AS_UPLOADER, "s3:PutObject", 1),
        record(ALICE, "sts:GetCallerIdentity", 2),
    )
    put = {
        "action": "s3:PutObject",
        "region": "us-east-1",
        "calls": 1,
        "refused": 0,
        "first": "2026-11-24T08:01:00Z",
        "last": "2026-11-24T08:01:00Z",
    }
    for name in (UPLOADER, "Uploader", "AROAEXAMPLE", ALICE_AS_UPLOADER["arn"]):
        assert rows("used-by", str(name), file) == [put]
    for name in ("alice", ALICE["arn"], "AIDAEXAMPLEALICE"):
        assert [row["action"] for row in rows("used-by", name, file)] == ["sts:GetCallerIdentity"]
    assert rows("used-by", "nobody", file) == []


def test_damaged_files_are_named_and_the_others_are_read(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.json.gz", record(ALICE, "s3:GetObject", 1, **refused("no")))
    data = whole.read_bytes()
    (tmp_path / "b-truncated.json.gz").write_bytes(data[:-20])
    (tmp_path / "c-flipped.json.gz").write_bytes(data[:-8] + b"\0\0\0\0" + data[-4:])
    (tmp_path / "d-empty.json.gz").write_bytes(b"")
    (tmp_path / "e-half.json").write_bytes(gzip.decompress(data)[:-4])
    (tmp_path / "f-other.json").write_text('{"awsRegion": "us-east-1"}')
    (tmp_path / "g-latin.json").write_bytes(b'{"Records": [{"a": "\xe9"}]}')
    (tmp_path / "h-deep.json").write_text('{"Records": [{"a": ' + "[" * 100_000)
    (tmp_path / "i-number.json").write_text('{"Records": [1]}')
    write(tmp_path / "j.json.gz", record(ALICE, "s3:GetObject", 2, **refused("no")))

    result = trail("denied", tmp_path, "--format", "json")

    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    named = [Path(each["file"]).name for each in answer["unreadable"]]
    assert named == sorted(
        file.name for file in tmp_path.iterdir() if file.name not in ("a.json.gz", "j.json.gz")
    )
    assert answer["rows"][0]["last"] == "2026-11-24T08:02:00Z"
    assert result.stderr.count("\n") == len(named)


def test_digest_files_beside_the_log_files_are_left_alone(tmp_path: Path) -> None:
    digest = tmp_path / "AWSLogs/111111111111/CloudTrail-Digest/eu-west-1/d.json.gz"
    digest.parent.mkdir(parents=True)
    digest.write_bytes(gzip.compress(b'{"logFiles": []}'))
    write(tmp_path / "AWSLogs/111111111111/CloudTrail/eu-west-1/log.json.gz")
    assert rows("denied", tmp_path) == []


def test_a_place_without_log_files_is_refused(tmp_path: Path) -> None:
    for place, reason in (
        ("nowhere", "no such file or folder"),
        (".", "no log files of CloudTrail"),
    ):
        result = trail("denied", tmp_path / place)
        assert (result.exit_code, result.stdout) == (2, "")
        assert reason in result.stderr
        assert result.stderr.count("\n") == 1


def test_what_a_caller_wrote_does_not_reach_the_terminal_as_commands(tmp_path: Path) -> None:
    file = write(
        tmp_path / "log.json", record(ALICE, "s3:GetObject", 1, **refused("\x1b[2Jgone\r"))
    )
    assert "\\x1b[2Jgone\\r" in trail("denied", file).stdout


def test_a_name_that_is_not_in_the_trail_gets_the_nearest_that_are(tmp_path: Path) -> None:
    file = write(tmp_path / "log.json", record(ALICE_AS_UPLOADER, "s3:PutObject", 1))
    for asked in (("used-by", "Uplaoder", file), ("who-assumed", file, "--role", "Uplaoder")):
        answer = trail(*asked)
        assert answer.exit_code == 0
        assert "0 found in 1 records of 1 files" in answer.stdout
        assert "nobody of that name is in it; nearest: Uploader" in answer.stdout
    assert "nearest" not in trail("used-by", "Uploader", file).stdout
