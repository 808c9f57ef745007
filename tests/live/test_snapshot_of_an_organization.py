"""Many accounts in one run: their policies, what is above them, and a run that goes on."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from support.aws import Caller, policy, root, statement, trust
from support.faulty_proxy import error
from support.lab_organization import (
    ALL,
    AUDITOR,
    DEPLOYER,
    DEV,
    HUB,
    WRITER,
    files,
    organization,
    taken,
)
from support.running_lab import lab_of_its_own

from whomay.engine import Request, Verdict, decide, read, who_may
from whomay.lab.state import ORGANIZATION, Lab

__all__ = ["lab_of_its_own"]
pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def administrator(lab: Lab) -> Caller:
    """Who takes the snapshot of an organization with a policy above production."""
    return organization(lab)


def test_one_run_takes_all_accounts_and_what_is_above_them(
    administrator: Caller, tmp_path: Path
) -> None:
    folder = tmp_path / "organization"
    done, _ = taken(administrator, folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{folder}: 3 of 3 accounts, organization {ORGANIZATION}, 2 policies\n"
    assert files(folder) == ALL
    snapshot = read(folder).snapshot
    sure = [each.name for each in who_may("sts:AssumeRole", WRITER, snapshot) if each.sure]
    assert f"{DEV}/role/Deployer" in sure
    assert f"{DEV}/role/{AUDITOR}" not in sure
    bucket = "arn:aws:s3:::reports"

    def verdict(principal: str, action: str) -> Verdict:
        return decide(Request(principal, action, bucket), snapshot).verdict

    assert verdict(WRITER, "s3:DeleteBucket") is Verdict.EXPLICIT_DENY
    assert verdict(WRITER, "s3:ListBucket") is Verdict.ALLOWED
    auditor = f"arn:aws:iam::{DEV}:role/{AUDITOR}"
    assert verdict(auditor, "s3:DeleteBucket") is Verdict.ALLOWED


def test_an_account_that_refuses_is_named_and_alone_unknown(
    administrator: Caller, tmp_path: Path
) -> None:
    iam = root(administrator.lab, 1).client("iam")
    nobody = trust({"AWS": f"arn:aws:iam::{DEV}:root"})
    iam.update_assume_role_policy(RoleName=AUDITOR, PolicyDocument=nobody)
    folder = tmp_path / "organization"
    try:
        done, _ = taken(administrator, folder)
    finally:
        back = trust({"AWS": HUB})
        iam.update_assume_role_policy(RoleName=AUDITOR, PolicyDocument=back)
    arn = f"arn:aws:iam::{DEV}:role/{AUDITOR}"
    assert done.returncode == 3
    assert f"{DEV}: refused: sts:AssumeRole of {arn}: AccessDenied\n" in done.stderr
    assert f"{folder}: 2 of 3 accounts" in done.stdout
    snapshot = read(folder).snapshot
    there = decide(Request(DEPLOYER, "iam:CreateUser", "*"), snapshot)
    assert (there.verdict, DEV in there.reason) == (Verdict.UNKNOWN, True)
    here = decide(Request(WRITER, "iam:CreateUser", "*"), snapshot)
    assert here.verdict is Verdict.ALLOWED


def test_a_resource_that_refuses_is_named_with_its_account(
    administrator: Caller, tmp_path: Path
) -> None:
    s3 = root(administrator.lab).client("s3")
    s3.create_bucket(Bucket="closed-to-the-audit")
    closed = statement("s3:GetBucketPolicy", "arn:aws:s3:::closed-to-the-audit", Effect="Deny")
    s3.put_bucket_policy(
        Bucket="closed-to-the-audit", Policy=policy(closed | {"Principal": {"AWS": HUB}})
    )
    try:
        done, _ = taken(administrator, tmp_path / "organization")
    finally:
        s3.delete_bucket_policy(Bucket="closed-to-the-audit")
        s3.delete_bucket(Bucket="closed-to-the-audit")
    assert done.returncode == 3
    [line] = [each for each in done.stderr.splitlines() if each.startswith(f"{HUB}: ")]
    assert line.endswith("; refused: GetBucketPolicy, refused as AccessDenied: 1")


def test_a_run_that_was_not_answered_goes_on_with_what_is_missing(
    administrator: Caller, tmp_path: Path
) -> None:
    folder = tmp_path / "organization"
    lock = threading.Lock()
    asked: list[str] = []

    def first_of_three() -> Any:
        with lock:
            asked.append("")
            return None if len(asked) == 1 else error(503, "ServiceUnavailable")

    first, _ = taken(
        administrator, folder, faults={"GetAccountAuthorizationDetails": first_of_three}
    )
    assert first.returncode == 3
    assert len([line for line in first.stderr.splitlines() if ": not answered: " in line]) == 2
    assert "missing; the same command goes on with what is missing" in first.stderr
    assert len(files(folder)) == 2
    assert len(read(folder).snapshot.unseen) == 2

    second, proxied = taken(administrator, folder)
    assert second.returncode == 0, second.stderr
    assert "going on with the run of " in second.stderr
    assert ": 1 of 3 accounts are there\n" in second.stderr
    assert proxied.asked.count("GetAccountAuthorizationDetails") == 2
    assert files(folder) == ALL
    assert read(folder).snapshot.unseen == ()

    third, proxied = taken(administrator, folder)
    assert "going on" not in third.stderr
    assert proxied.asked.count("GetAccountAuthorizationDetails") == 3


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "organization.json",
            '{"a',
            "is no snapshot of an organization: remove it, or name another",
        ),
        (
            "organization.json",
            "[]",
            "is no snapshot of an organization: remove it, or name another",
        ),
        (
            "organization.json",
            '{"organization snapshot": [1], "accounts": []}',
            "is no snapshot of an organization: remove it, or name another folder",
        ),
        ("accounts", "", "is no folder: remove it, or name another place by -o"),
    ],
)
def test_a_folder_that_holds_something_else_stays_as_it_is(
    administrator: Caller, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    done, _ = taken(administrator, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"Error: {tmp_path}/{name} {said}")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(name, text)]


def test_a_run_of_another_version_is_not_gone_on_with(
    administrator: Caller, tmp_path: Path
) -> None:
    taken(administrator, tmp_path)
    head = json.loads((tmp_path / "organization.json").read_text())
    head["organization snapshot"] |= {"version": 0, "finished": False}
    (tmp_path / "organization.json").write_text(json.dumps(head))
    done, asked = taken(administrator, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "going on" not in done.stderr
    assert asked.asked.count("GetAccountAuthorizationDetails") == 3


def test_what_does_not_go_together_is_one_line(administrator: Caller, tmp_path: Path) -> None:
    for more, said in (
        (("--account", DEV), "--account needs --role"),
        (("--role", ""), "--role ''"),
        (
            ("--role", AUDITOR, "--account", "12"),
            "--account '12': allowed is an id of twelve digits",
        ),
        (("--role", AUDITOR, "--profile", "a", "--profile", "b"), "give --profile once"),
    ):
        done, _ = taken(administrator, tmp_path / "organization", *more)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
