"""`whomay trail … --athena`: the packaged SQL, row for row equal to the local reader."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly
from support.athena import Trail, athena
from support.checkout import ROOT
from support.faulty_proxy import Answer, always, json_error, proxy
from support.trail_records import ACCOUNT, ROLES, STARTING, records, user

from whomay.cli import main
from whomay.iam.facts.becoming import ASSUMING
from whomay.live import trail_answers
from whomay.live.trail import Denied, Question, UsedBy, WhoAssumed
from whomay.live.trail_athena import sql
from whomay.live.trail_used import Used
from whomay.live.who import REFUSED

QUESTIONS = ("denied", "used_by", "used_calls", "used_coverage", "who_assumed")
FIRST = "2026/11/01"


class Local:
    """The table of a trail, asked without the API around it."""

    def __init__(self, table: Trail) -> None:
        self._table = table

    def rows(self, name: str, *values: str) -> Iterator[Mapping[str, str]]:
        literals = ["'" + value.replace("'", "''") + "'" for value in values]
        names, found = self._table.run(sql(name), literals)
        for row in found:
            texts = ("" if each is None else str(each) for each in row)
            yield dict(zip(names, texts, strict=True))


@pytest.fixture(scope="module", params=[1, 2])
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("trail") / "log.json"
    file.write_text(json.dumps({"Records": records(request.param)}))
    return file


@pytest.fixture(scope="module")
def table(log: Path) -> Local:
    return Local(Trail(log))


def read_locally(question: Question, log: Path) -> list[dict[str, Any]]:
    for each in json.loads(log.read_text())["Records"]:
        question.see(each)
    return list(question.rows())


def test_denied_is_row_for_row_what_the_local_reader_says(log: Path, table: Local) -> None:
    rows = read_locally(Denied(), log)
    assert trail_answers.denied(table, FIRST) == rows
    assert len(rows) > 20


@pytest.mark.parametrize(
    "principal",
    [
        *(ROLES[0], "Deploy", "AROADeploy", "ada", "AIDAFAR", "octo", "octo of example.com"),
        *("account 222222222222 (AIDAFAR)", "ec2.amazonaws.com", "nobody named", "o'Neill"),
    ],
)
def test_used_by_is_row_for_row_what_the_local_reader_says(
    log: Path, table: Local, principal: str
) -> None:
    rows = read_locally(UsedBy(principal), log)
    assert trail_answers.used_by(table, FIRST, principal) == rows
    assert bool(rows) is (principal != "o'Neill")


@pytest.mark.parametrize("asked", [None, ROLES[0], "Reader", "Nobody"])
def test_who_assumed_is_row_for_row_what_the_local_reader_says(
    log: Path, table: Local, asked: str | None
) -> None:
    rows = read_locally(WhoAssumed(asked), log)
    assert trail_answers.who_assumed(table, FIRST, asked) == rows
    assert bool(rows) is (asked != "Nobody")


def test_what_was_used_is_what_the_local_reader_saw(log: Path, table: Local) -> None:
    local = Used()
    read_locally(local, log)
    found, number = trail_answers.used(table, FIRST)
    assert (found.calls, found.accounts, number) == (local.calls, local.accounts, 400)


def test_records_before_the_first_day_are_not_read(log: Path, table: Local) -> None:
    read = json.loads(log.read_text())["Records"]
    _, number = trail_answers.used(table, "2026/11/24")
    assert number == sum(each["eventTime"] >= "2026-11-24" for each in read) > 0
    assert [*table.rows("denied", "2026/11/25")] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_sql_is_athenas_and_tells_refusals_as_the_local_reader_does(name: str) -> None:
    text = sql(name)
    [parsed] = sqlglot.parse(text, read="athena")
    assert parsed is not None
    assert len(list(parsed.find_all(sqlglot.exp.Placeholder))) == text.count("?")
    assert [
        table.name
        for table in parsed.find_all(sqlglot.exp.Table)
        if table.name == "cloudtrail_logs"
    ]
    assert "WHERE day >= ?" in text  # else every partition is read
    refusals = re.findall(r"'(AccessDenied[^']*)'", text)
    assert set(refusals) <= {REFUSED.pattern}
    assert bool(refusals) is (name != "used_coverage")


def test_the_sql_knows_every_way_to_become_a_role() -> None:
    listed = set(re.findall(r"'sts:(\w+)'", sql("who_assumed")))
    assert listed == {each.partition(":")[2] for each in ASSUMING} | {"AssumeRoot"} == set(STARTING)


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["trail", *arguments])


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    return monkeypatch


def test_the_commands_ask_athena_page_by_page_and_pass_values_as_parameters(
    log: Path, signed: pytest.MonkeyPatch
) -> None:
    with athena(log) as (address, table):
        signed.setenv("AWS_ENDPOINT_URL_ATHENA", address)
        for arguments in (["denied"], ["used-by", "it's"], ["used-by", "ada"], ["who-assumed"]):
            options = ["--athena", "audit", "--days", "3660", "--format", "json"]
            answer = ask(*arguments, *options)
            assert answer.exit_code == 0, answer.output
            local = json.loads(ask(*arguments, str(log), "--format", "json").stdout)
            assert json.loads(answer.stdout)["rows"] == local["rows"]
        text = ask("denied", "--athena", "audit", "--days", "3660")
    assert [each["WorkGroup"] for each in table.asked] == ["audit"] * 5
    assert {each["QueryExecutionContext"]["Database"] for each in table.asked} == {"audit"}
    assert table.asked[1]["ExecutionParameters"][1] == "'it''s'"
    assert table.asked[1]["QueryString"] == table.asked[2]["QueryString"]
    assert text.stdout.splitlines()[-1].endswith("; Athena in audit scanned 1.5 MB")


def test_unused_is_the_same_by_athena_and_by_log_files(
    log: Path, signed: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    allowed = document("iam:CreateUser", "iam:DeleteUser", "s3:ListAllMyBuckets", "kms:Decrypt")
    policy = {"PolicyName": "P", "PolicyDocument": allowed}
    deploy = role(RoleName="Deploy", Path="/apps/", Policies=[policy])
    here = f"aws://{ACCOUNT}/eu-west-1"
    app = write_assembly(tmp_path / "cdk.out", {"S": {"Resources": {"Deploy": deploy}}}, here)
    options = ("-a", str(app), "--days", "3", "--format", "json")
    with athena(log) as (address, _):
        signed.setenv("AWS_ENDPOINT_URL_ATHENA", address)
        signed.setattr("whomay.cli.trail_unused.first_day", lambda _: FIRST)
        found = ask("unused", "--athena", "audit", *options)
    local = ask("unused", str(log), *options)
    assert found.exit_code == local.exit_code == 1, found.output
    for name in ("principals", "proposed", "lacking", "assumed"):
        assert json.loads(found.stdout)[name] == json.loads(local.stdout)[name]


def test_a_query_that_is_stopped_is_no_answer(log: Path, signed: pytest.MonkeyPatch) -> None:
    limit = "Query exhausted resources: Bytes scanned limit was exceeded"
    with athena(log, fails=limit) as (address, _):
        signed.setenv("AWS_ENDPOINT_URL_ATHENA", address)
        answer = ask("denied", "--athena", "audit")
    said = f"Error: Athena in audit: the query failed: {limit}\n"
    assert (answer.exit_code, answer.stdout, answer.stderr) == (3, "", said)


LISTED = "`aws athena list-work-groups --region eu-west-1` lists those of the account"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            json_error(400, "InvalidRequestException", "WorkGroup is not found."),
            (
                "Athena has no workgroup of this name in eu-west-1: allowed is the one that "
                f"`TrailQueries` made, {LISTED}"
            ),
        ),
        (
            json_error(400, "AccessDeniedException", "You are not authorized to perform it"),
            (
                "AccessDeniedException: these credentials lack athena:StartQueryExecution on this "
                "workgroup in eu-west-1: use those of who may query it, or name another one; "
                f"{LISTED}; AWS says: You are not authorized to perform it"
            ),
        ),
    ],
)
def test_a_workgroup_that_is_not_there_or_is_closed_says_what_to_do(
    signed: pytest.MonkeyPatch, answer: Answer, said: str
) -> None:
    with proxy("http://127.0.0.1:9", {"StartQueryExecution": always(answer)}) as before:
        signed.setenv("AWS_ENDPOINT_URL_ATHENA", before.address)
        told = ask("denied", "--athena", "audit")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == f"Error: --athena 'audit': {said}\n"


@pytest.mark.parametrize("name", ["", "our workgroup", "x" * 129])
def test_a_name_that_no_workgroup_can_have_is_refused_before_any_call(
    signed: pytest.MonkeyPatch, name: str
) -> None:
    with proxy("http://127.0.0.1:9", {}) as before:
        signed.setenv("AWS_ENDPOINT_URL_ATHENA", before.address)
        told = ask("denied", "--athena", name)
    assert told.exit_code == 2
    assert told.stderr.startswith(f"Error: --athena {name!r}: allowed is the name of a workgroup: ")
    assert (told.stderr.count("\n"), before.asked) == (1, [])


def test_the_guide_shows_what_the_command_says(tmp_path: Path, signed: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log.json"
    calls = [record(user("ada"), call) for call in ("s3:ListBuckets", "kms:Decrypt")]
    log.write_text(json.dumps({"Records": [*calls, record(user("bob"), "iam:GetUser")]}))
    command = "whomay trail used-by ada --athena audit_trail --days 30"
    with athena(log) as (address, _):
        signed.setenv("AWS_ENDPOINT_URL_ATHENA", address)
        signed.setattr("whomay.cli.trail_reading.first_day", lambda _: "2026/10/26")
        answer = CliRunner().invoke(main, command.split()[1:])
    guide = (ROOT / "docs" / "guides" / "trail.md").read_text()
    assert answer.exit_code == 0
    assert f"```\n$ {command}\n{answer.stdout}```\n" in guide


def record(identity: dict[str, Any], call: str) -> dict[str, Any]:
    service, _, event = call.partition(":")
    return {
        "eventTime": "2026-11-24T08:04:38Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": event,
        "awsRegion": "eu-west-1",
        "userIdentity": identity,
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["denied"], "Missing argument 'PLACE...', or --athena WORKGROUP."),
        (["denied", "x", "--athena", "audit"], "PLACE and --athena are two places of the same"),
        (["denied", "x", "--days", "3"], "--days is for --athena: a PLACE is read whole."),
        (["used-by", "ada"], "Missing argument 'PLACE...', or --athena WORKGROUP."),
        (["denied", "--athena", "audit", "--days", "0"], "0 is not in the range x>=1"),
    ],
)
def test_a_question_names_one_place(arguments: list[str], said: str) -> None:
    answer = ask(*arguments)
    assert (answer.exit_code, said in answer.stderr) == (2, True), answer.stderr
