"""Which questions a contract asks an account, and what the simulator cannot answer: no call is made."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.account_file import ACCOUNT, account_file, allow, role, stack
from support.small_templates import document, may

from whomay.engine import Contract, Verdict, read
from whomay.engine.contract import Outcome
from whomay.engine.templates import account_told
from whomay.live.errors import LiveError
from whomay.live.verify.promises import Promised, promised
from whomay.live.verify.questions import AccountQuestions, Question
from whomay.live.verify.simulator import Simulated, batches
from whomay.live.verify.verified import Answer

BUCKET = "arn:aws:s3:::reports"
READER = f"arn:aws:iam::{ACCOUNT}:role/App-Reader-X1"
DEPLOYED = (stack("App", ("Reader", "AWS::IAM::Role", "App-Reader-X1")),)


def app(folder: Path) -> Path:
    """Write the template of a role that reads a bucket, and of another in another account."""
    reading = {"PolicyName": "p", "PolicyDocument": document(may("s3:GetObject", f"{BUCKET}/*"))}
    trusted = {"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    properties = {
        "AssumeRolePolicyDocument": document({"Effect": "Allow", **trusted}),
        "Policies": [reading],
    }
    file = folder / "App.json"
    made = {"Reader": {"Type": "AWS::IAM::Role", "Properties": properties}}
    file.write_text(json.dumps({"Resources": made}))
    return file


def asked(
    folder: Path, *roles: dict[str, Any], contract: str, **more: Any
) -> tuple[Promised, AccountQuestions]:
    loaded = read(app(folder))
    stated = Contract.of(loaded)
    statements = {"must_allow": stated.must_allow, "must_not_allow": stated.must_not_allow}
    statements[contract]("App/Reader", "s3:GetObject", f"{BUCKET}/*", **more.pop("given", {}))
    more.setdefault("stacks", [*DEPLOYED])
    file = account_file(folder, *roles, **more)
    told = account_told(file)
    found = promised(stated, loaded.snapshot, read(file).snapshot, told)
    return found, AccountQuestions(found.there, told.policies())


def questions(found: Promised, by: AccountQuestions) -> Sequence[Question]:
    [promise] = found.promises
    return [*by.of(promise, by.finding(promise))]


def test_a_role_has_the_name_stack_and_region_that_its_stack_tells(tmp_path: Path) -> None:
    reader = role("App-Reader-X1", allow("s3:GetObject", f"{BUCKET}/*"))
    found, by = asked(tmp_path, reader, contract="must_allow")
    [promise] = found.promises
    assert (promise.arn, promise.stack, promise.region) == (READER, "App", "eu-west-1")
    [question] = questions(found, by)
    assert (question.source, question.expected, question.by_engine) == (READER, True, "")
    assert question.request.action == "s3:GetObject"


def test_a_role_that_no_stack_tells_is_unknown(tmp_path: Path) -> None:
    found, _ = asked(tmp_path, role("App-Reader-X1"), contract="must_allow", stacks=[])
    [promise] = found.promises
    assert promise.unknown.startswith("no stack of the Regions that were read tells the name of")
    assert promise.gone == ""


def test_a_role_that_its_stack_tells_and_the_account_lacks_is_gone(tmp_path: Path) -> None:
    found, _ = asked(tmp_path, role("Another"), contract="must_not_allow")
    [promise] = found.promises
    assert promise.gone.startswith(f"the account has no {READER}: it was deleted")


def test_a_statement_about_an_endpoint_is_unknown(tmp_path: Path) -> None:
    given = {"given": {"given": {"aws:SourceVpce": "vpce-1"}}}
    reader = role("App-Reader-X1", allow("s3:GetObject", f"{BUCKET}/*"))
    found, _ = asked(tmp_path, reader, contract="must_allow", **given)
    [promise] = found.promises
    assert promise.unknown == "the statement is about a VPC endpoint, and its policy is not read"


def test_a_role_that_a_bucket_lets_in_is_for_the_engine(tmp_path: Path) -> None:
    letting = {**may("s3:GetObject", f"{BUCKET}/*"), "Principal": {"AWS": READER}}
    bucket = {
        "type": "AWS::S3::Bucket",
        "name": "reports",
        "arn": BUCKET,
        "region": "eu-west-1",
        "policy": document(letting),
    }
    found, by = asked(tmp_path, role("App-Reader-X1"), contract="must_allow", resources=[bucket])
    [question] = questions(found, by)
    assert question.ours is Verdict.ALLOWED
    assert question.by_engine == "the simulator takes no policy of a resource for a role"


def test_what_must_not_be_allowed_is_asked_although_no_policy_speaks_of_it(tmp_path: Path) -> None:
    found, by = asked(tmp_path, role("App-Reader-X1"), contract="must_not_allow")
    [question] = questions(found, by)
    assert (question.expected, question.by_engine) == (False, "")


def test_a_statement_that_says_nothing_is_bad_input(tmp_path: Path) -> None:
    loaded = read(app(tmp_path))
    stated = Contract.of(loaded)
    stated.must_allow("App/Reader", "s3:GetObjct", f"{BUCKET}/*")
    file = account_file(tmp_path, role("App-Reader-X1"), stacks=[*DEPLOYED])
    with pytest.raises(LiveError, match=r"must_allow: .*s3:GetObjct") as error:
        promised(stated, loaded.snapshot, read(file).snapshot, account_told(file))
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("contract", "decision", "outcome"),
    [
        ("must_allow", "allowed", Outcome.KEPT),
        ("must_allow", "implicitDeny", Outcome.BROKEN),
        ("must_allow", "explicitDeny", Outcome.BROKEN),
        ("must_not_allow", "allowed", Outcome.BROKEN),
        ("must_not_allow", "implicitDeny", Outcome.KEPT),
    ],
)
def test_the_simulator_decides_a_question(
    tmp_path: Path, contract: str, decision: str, outcome: Outcome
) -> None:
    reader = role("App-Reader-X1", allow("s3:GetObject", f"{BUCKET}/*"))
    [question, *_] = questions(*asked(tmp_path, reader, contract=contract))
    assert Answer(question, Simulated(decision)).outcome is outcome
    assert Answer(question, Simulated(unknown="throttled")).outcome is Outcome.UNKNOWN


def test_what_several_statements_ask_is_asked_once_and_told_to_each(tmp_path: Path) -> None:
    loaded = read(app(tmp_path))
    stated = Contract.of(loaded)
    for _ in range(2):
        for action in ("s3:PutObject", "s3:DeleteObject"):
            for key in ("a", "b"):
                stated.must_not_allow("App/Reader", action, f"{BUCKET}/{key}")
    file = account_file(tmp_path, role("App-Reader-X1"), stacks=[*DEPLOYED])
    told = account_told(file)
    found = promised(stated, loaded.snapshot, read(file).snapshot, told)
    by = AccountQuestions(found.there, {})
    some = [each for one in found.promises for each in by.of(one, by.finding(one))]
    assert len(some) == 8
    [batch] = batches(some)
    assert {(some[n].request.action, some[n].request.resource) for n in batch} == {
        (action, f"{BUCKET}/{key}")
        for action in ("s3:PutObject", "s3:DeleteObject")
        for key in ("a", "b")
    }
    assert len(batch) == 4
