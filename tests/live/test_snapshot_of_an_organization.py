"""Many accounts in one run: their policies, what is above them, and a run that goes on."""

import json
import os
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM, Signals
from typing import Any

import pytest
from support.aws import Caller, policy, root, statement, trust
from support.commands import WHOMAY
from support.faulty_proxy import Fault, Proxy, error, proxy
from support.running_lab import lab_of_its_own

from whomay.engine import Request, Verdict, decide, read, who_may
from whomay.lab.state import ORGANIZATION, Lab

__all__ = ["lab_of_its_own"]
pytestmark = pytest.mark.lab
AUDITOR = "Auditor"
HUB, DEV, PROD = "111111111111", "222222222222", "333333333333"
WRITER = f"arn:aws:iam::{PROD}:role/Writer"
DEPLOYER = f"arn:aws:iam::{DEV}:role/Deployer"
DENY = {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}


@pytest.fixture(scope="module")
def administrator(lab: Lab) -> Caller:
    """An organization with a role for the audit in each member, and a policy above production."""
    everything = statement("*", "*")
    for number, account in enumerate((DEV, PROD), 1):
        iam = root(lab, number).client("iam")
        iam.create_role(RoleName=AUDITOR, AssumeRolePolicyDocument=trust({"AWS": HUB}))
        iam.put_role_policy(RoleName=AUDITOR, PolicyName="own", PolicyDocument=policy(everything))
        assert account == lab.accounts[number]
    dev, prod = (root(lab, number).client("iam") for number in (1, 2))
    dev.create_role(RoleName="Deployer", AssumeRolePolicyDocument=trust({"AWS": DEV}))
    may = policy(statement("sts:AssumeRole", WRITER))
    dev.put_role_policy(RoleName="Deployer", PolicyName="own", PolicyDocument=may)
    prod.create_role(RoleName="Writer", AssumeRolePolicyDocument=trust({"AWS": DEPLOYER}))
    prod.put_role_policy(RoleName="Writer", PolicyName="own", PolicyDocument=policy(everything))
    organizations = root(lab).client("organizations")
    assert organizations.describe_organization()["Organization"]["Id"] == ORGANIZATION
    top = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=top, Name="Production")
    unit_id = unit["OrganizationalUnit"]["Id"]
    organizations.move_account(AccountId=PROD, SourceParentId=top, DestinationParentId=unit_id)
    made = organizations.create_policy(
        Name="Keep", Description="", Type="SERVICE_CONTROL_POLICY", Content=policy(DENY)
    )
    full = "p-FullAWSAccess"
    organizations.attach_policy(PolicyId=full, TargetId=unit_id)
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=unit_id)
    hub = root(lab).client("iam")
    hub.create_user(UserName="auditor")
    hub.put_user_policy(UserName="auditor", PolicyName="own", PolicyDocument=policy(everything))
    key = hub.create_access_key(UserName="auditor")["AccessKey"]
    return Caller(lab, key["AccessKeyId"], key["SecretAccessKey"])


def environment(caller: Caller, address: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": caller.access_key,
        "AWS_SECRET_ACCESS_KEY": caller.secret,
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "127.0.0.1",
    }


def command(folder: Path, *more: str) -> list[str]:
    return [WHOMAY, "snapshot", "-o", str(folder), "--region", "us-east-1", *more]


def taken(
    caller: Caller, folder: Path, *more: str, faults: Mapping[str, Fault] | None = None
) -> tuple[subprocess.CompletedProcess[str], Proxy]:
    with proxy(caller.lab.plain, faults or {}) as before:
        done = subprocess.run(
            command(folder, *(more or ("--role", AUDITOR))),
            env=environment(caller, before.address),
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
    return done, before


def files(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


ALL = [
    *(f"accounts/{account}.json" for account in (HUB, DEV, PROD)),
    "organization.json",
]


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
    ("sent", "code", "moment"),
    [
        (SIGINT, 130, "ListRoots"),
        (SIGTERM, 143, "AssumeRole"),
        (SIGKILL, -9, "AssumeRole"),
        (SIGKILL, -9, "ListStacks"),
    ],
)
def test_a_run_that_is_ended_leaves_no_half_file_and_the_next_goes_on(
    administrator: Caller, tmp_path: Path, sent: Signals, code: int, moment: str
) -> None:
    folder = tmp_path / "organization"
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(30)

    with (
        proxy(administrator.lab.plain, {moment: wait}) as before,
        subprocess.Popen(
            command(folder, "--role", AUDITOR),
            env=environment(administrator, before.address),
            stderr=subprocess.PIPE,
            text=True,
        ) as child,
    ):
        assert reached.wait(60)
        child.send_signal(sent)
        go_on.set()
        child.communicate(timeout=60)
    assert child.returncode == code
    for name in files(folder):
        assert sent == SIGKILL or name in ALL
        if name in ALL:
            assert json.loads((folder / name).read_text())
    again, _ = taken(administrator, folder)
    assert again.returncode == 0, again.stderr
    assert files(folder) == ALL


def test_what_does_not_go_together_is_one_line(administrator: Caller, tmp_path: Path) -> None:
    for more, said in (
        (("--account", DEV), "--account needs --role"),
        (("--role", ""), "--role ''"),
        (("--role", AUDITOR, "--account", "12"), "--account '12': allowed is a number of twelve"),
        (("--role", AUDITOR, "--profile", "a", "--profile", "b"), "give --profile once"),
    ):
        done, _ = taken(administrator, tmp_path / "organization", *more)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
