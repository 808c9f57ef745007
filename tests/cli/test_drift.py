"""`whomay drift` tells what is otherwise in an account than in the lock, by exit codes as those of diff."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.account_file import ACCOUNT, account_file, allow, role, stack, trust

from whomay.cli import main

READ, DELETE = allow("s3:GetObject"), allow("s3:DeleteObject")


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = account_file(tmp_path, role("Reader", READ))
    lock = tmp_path / "reviewed.lock"
    done = CliRunner().invoke(main, ["lock", "-a", str(file), "-f", str(lock)])
    assert done.exit_code == 0, done.output
    return lock


def test_an_account_as_it_was_reviewed_is_no_drift(lock: Path, tmp_path: Path) -> None:
    file = account_file(tmp_path, role("Reader", READ), credentials=[], summary={})
    done = CliRunner().invoke(main, ["drift", str(lock), str(file)])
    assert done.exit_code == 0
    assert done.output.startswith(
        "nobody of the app may do more or less\n  account 111122223333 as of 2026-11-27, eu-west-1\n"
    )


def test_what_the_app_itself_does_not_show_is_named(tmp_path: Path) -> None:
    macro = {"Transform": "Ours", "Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {}}}}
    app = tmp_path / "App.json"
    app.write_text(json.dumps(macro))
    file = account_file(tmp_path, role("Reader", READ))
    done = CliRunner().invoke(main, ["drift", str(app), str(file)])
    [line] = [each for each in done.output.splitlines() if each.startswith("  not seen: ")]
    assert line.startswith("  not seen: App: ")
    done = CliRunner().invoke(main, ["drift", str(app), str(file), "--format", "json"])
    [told] = json.loads(done.output)["not seen"]
    assert (told["path"], told["text"]) == ("App", line.removeprefix("  not seen: "))


def test_drift_names_the_role_and_the_statement_and_gives_code_1(
    lock: Path, tmp_path: Path
) -> None:
    file = account_file(tmp_path, role("Reader", READ, DELETE), role("Stranger", DELETE))
    done = CliRunner().invoke(main, ["drift", str(lock), str(file)])
    assert done.exit_code == 1
    assert done.output.startswith("wider: 111122223333/role/Reader\n")
    assert "Allow s3:DeleteObject on *" in done.output
    assert "outside the app, of no stack in eu-west-1: 111122223333/role/Stranger\n" in done.output


def test_what_is_told_apart_does_not_count(lock: Path, tmp_path: Path) -> None:
    root = {"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1}
    file = account_file(tmp_path, role("Reader", READ), summary=root)
    done = CliRunner().invoke(main, ["drift", str(lock), str(file), "--format", "json"])
    assert done.exit_code == 0
    told = json.loads(done.output)
    assert (told["differences"], told["account"]) == ([], "111122223333")
    assert [each["cis"] for each in told["credentials"]] == ["1.4", "1.5"]


def test_what_was_refused_gives_code_3(lock: Path, tmp_path: Path) -> None:
    refused = [{"call": "sns:ListTopics", "region": "eu-west-1", "why": "AccessDenied"}]
    file = account_file(tmp_path, role("Reader", READ), refused=refused)
    done = CliRunner().invoke(main, ["drift", str(lock), str(file)])
    assert done.exit_code == 3
    assert "what sns:ListTopics tells, which was refused: AccessDenied" in done.output


def test_a_file_that_is_no_snapshot_is_refused_in_one_line(lock: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text('{"RoleDetailList": []}')
    done = CliRunner().invoke(main, ["drift", str(lock), str(file)])
    assert done.exit_code == 2
    assert done.output == (
        f"Error: {file} is no snapshot of an account: `whomay snapshot -o {file}` writes one\n"
    )


def test_users_outside_the_app_are_named_one_by_one_also_those_of_a_stack(
    lock: Path, tmp_path: Path
) -> None:
    people = [{"Arn": f"arn:aws:iam::{ACCOUNT}:user/bob", "UserName": "bob"}]
    details = [{"RoleDetailList": [role("Reader", READ), role("made")], "UserDetailList": people}]
    resources = [("Bob", "AWS::IAM::User", "bob"), ("Made", "AWS::IAM::Role", "made")]
    file = account_file(tmp_path, details=details, stacks=[stack("Other", *resources)])
    done = CliRunner().invoke(main, ["drift", str(lock), str(file)])
    assert "  outside the app: 1 of stack Other\n" in done.output
    assert f"  outside the app, of stack Other: {ACCOUNT}/user/bob\n" in done.output


def test_an_app_of_another_account_is_refused_since_nothing_of_it_was_compared(
    tmp_path: Path,
) -> None:
    properties = {"RoleName": "r", "AssumeRolePolicyDocument": trust()}
    resources = {"R": {"Type": "AWS::IAM::Role", "Properties": properties}}
    app = tmp_path / "app.json"
    app.write_text(json.dumps({"Resources": resources}))
    lock = tmp_path / "other.lock"
    asked = ["lock", "-a", f"{app}@444455556666/eu-west-1", "-f", str(lock)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    done = CliRunner().invoke(main, ["drift", str(lock), str(account_file(tmp_path))])
    assert done.exit_code == 2
    assert done.output == (
        f"Error: {lock} is of account 444455556666 and the account that was read is {ACCOUNT}: "
        "compare like with like\n"
    )


def test_an_app_without_principals_and_resources_is_refused(tmp_path: Path) -> None:
    app = tmp_path / "app.json"
    app.write_text('{"Resources": {}}')
    done = CliRunner().invoke(main, ["drift", str(app), str(account_file(tmp_path))])
    assert done.exit_code == 2
    assert done.output == f"Error: {app} names no principal and no resource: nothing to compare\n"


def test_a_lock_in_place_of_the_snapshot_is_refused_by_what_it_is_not(lock: Path) -> None:
    done = CliRunner().invoke(main, ["drift", str(lock), str(lock)])
    assert done.exit_code == 2
    assert done.output.startswith(f"Error: {lock} is no snapshot of an account (")
    assert done.output.endswith("): `whomay snapshot` writes one\n")


@pytest.mark.parametrize("option", ["--region", "--profile"])
def test_a_region_or_a_profile_beside_a_file_is_refused_and_not_ignored(
    lock: Path, tmp_path: Path, option: str
) -> None:
    file = account_file(tmp_path, role("Reader", READ))
    done = CliRunner().invoke(main, ["drift", str(lock), str(file), option, "us-west-2"])
    assert done.exit_code == 2
    assert done.output == (
        f"Error: {file} says itself which account and Regions it is of: leave out --profile and "
        "--region, or leave out the file to ask the account now\n"
    )


def test_a_bucket_that_lost_its_key_is_wider(tmp_path: Path) -> None:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    of_nobody = {**allow("kms:*")["Statement"][0], "Principal": {"AWS": f"{ACCOUNT[:-1]}1"}}
    policy = {"Version": "2012-10-17", "Statement": [of_nobody]}
    bucket = {"type": "AWS::S3::Bucket", "name": "data", "arn": "arn:aws:s3:::data"}
    encrypted = bucket | {
        "properties": {"BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]}}
    }
    of_key = {"type": "AWS::KMS::Key", "name": "k", "arn": key, "policy": policy}
    before, after = (
        [each | {"region": "eu-west-1"} for each in (one, of_key)] for one in (encrypted, bucket)
    )
    file = account_file(tmp_path, role("Reader", READ), resources=before)
    lock = tmp_path / "reviewed.lock"
    assert CliRunner().invoke(main, ["lock", "-a", str(file), "-f", str(lock)]).exit_code == 0
    same = CliRunner().invoke(main, ["drift", str(lock), str(file)])
    assert same.exit_code == 0, same.output
    file = account_file(tmp_path, role("Reader", READ), resources=after)
    done = CliRunner().invoke(main, ["drift", str(lock), str(file)])
    assert done.exit_code == 1, done.output
    assert "s3:GetObject on arn:aws:s3:::data/" in done.output
