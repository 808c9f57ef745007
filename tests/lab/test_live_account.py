"""What an account says of itself is read as its templates are: here the lab's own answers."""

import json
from pathlib import Path

import pytest
from support.checkout import ROOT

from whomay.engine import Request, Verdict, decide, read
from whomay.iam.facts.audit_actions import AUDIT_ACTIONS
from whomay.lab.accounts import as_admin
from whomay.lab.session import LabSession


def by_aws_cli(lab: LabSession, file: Path) -> None:
    details = ("aws", "iam", "get-account-authorization-details", "--output", "json")
    file.write_text(lab.must("admin", details, as_admin(lab)))


def by_whomay(lab: LabSession, file: Path) -> None:
    whomay = ("whomay", "snapshot", "-o", str(file))
    lab.must("admin", whomay, as_admin(lab))


@pytest.mark.parametrize("taken", [by_aws_cli, by_whomay])
def test_the_answer_of_the_account_decides_as_its_templates_do(
    deployed_lab: LabSession, beside: LabSession, tmp_path: Path, taken: object
) -> None:
    file = tmp_path / "account.json"
    assert callable(taken)
    taken(beside, file)
    account = read(file).snapshot
    made = deployed_lab.workspace.read("outputs/Ec2Role.json")["Ec2Role"]
    role, bucket = made["RoleArn"], f"arn:aws:s3:::{made['BucketName']}"

    def verdict(action: str, resource: str) -> Verdict:
        return decide(Request(role, action, resource), account).verdict

    assert verdict("s3:PutObject", f"{bucket}/report.csv") is Verdict.ALLOWED
    assert verdict("s3:PutObject", "arn:aws:s3:::another/report.csv") is Verdict.IMPLICIT_DENY
    assert verdict("s3:DeleteBucket", bucket) is Verdict.IMPLICIT_DENY
    assert decide(Request("ec2.amazonaws.com", "sts:AssumeRole", role), account).verdict is (
        Verdict.ALLOWED
    )


def test_drift_names_the_role_that_was_changed_by_hand_and_nothing_else(
    deployed_lab: LabSession, beside: LabSession
) -> None:
    lock, env = str(ROOT / "access.lock"), as_admin(beside)
    same = beside.run("admin", ("whomay", "drift", lock, "--format", "json"), env)
    assert (same.code, json.loads(same.out)["differences"]) == (0, [])

    role = deployed_lab.workspace.read("outputs/Ec2Role.json")["Ec2Role"]["RoleArn"]
    name = ("--role-name", role.rpartition("/")[2], "--policy-name", "by-hand")
    policy = {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    beside.must(
        "admin", ("aws", "iam", "put-role-policy", *name, "--policy-document", document), env
    )
    try:
        changed = beside.run("admin", ("whomay", "drift", lock, "--format", "json"), env)
        text = beside.run("admin", ("whomay", "drift", lock), env)
    finally:
        beside.must("admin", ("aws", "iam", "delete-role-policy", *name), env)
    found = json.loads(changed.out)["differences"]
    assert changed.code == 1
    assert [(one["principal"], one["change"]) for one in found] == [
        ("Ec2Role/Project/Role", "wider")
    ]
    assert "of by-hand at" in text.out
    assert "Allow s3:DeleteObject on *" in text.out


def test_the_actions_of_an_audit_are_enough_for_snapshot_drift_and_verify_and_read_no_data(
    deployed_lab: LabSession, beside: LabSession, tmp_path: Path
) -> None:
    env, file = as_admin(beside), str(tmp_path / "account.json")
    trust = {"Effect": "Allow", "Principal": {"AWS": beside.lab.accounts[0]}}
    allow = {"Effect": "Allow", "Action": [*AUDIT_ACTIONS], "Resource": "*"}
    documents = [
        json.dumps({"Version": "2012-10-17", "Statement": [each]})
        for each in (trust | {"Action": "sts:AssumeRole"}, allow)
    ]
    name = ("--role-name", "auditor")

    def iam(*arguments: str) -> str:
        return beside.must("admin", ("aws", "iam", *arguments), env)

    iam("create-role", *name, "--assume-role-policy-document", documents[0])
    iam("put-role-policy", *name, "--policy-name", "p", "--policy-document", documents[1])
    with (beside.workspace.work / "config").open("a") as config:
        config.write(
            f"[profile auditor]\nrole_arn = arn:aws:iam::{beside.lab.accounts[0]}:role/auditor\n"
            f"source_profile = admin\nregion = {beside.lab.region}\n"
        )
    try:
        told = beside.run(
            "auditor", ("whomay", "snapshot", "--profile", "auditor", "-o", file), env
        )
        assert told.code == 0, told.said
        lock = str(ROOT / "access.lock")
        same = beside.run("auditor", ("whomay", "drift", lock, "--profile", "auditor"), env)
        assert same.code == 0, same.said
        app = str(deployed_lab.workspace.work / "cdk.out")
        kept = beside.run("auditor", ("whomay", "verify", app, "--profile", "auditor"), env)
        assert kept.code == 0, kept.said + kept.out
    finally:
        iam("delete-role-policy", *name, "--policy-name", "p")
        iam("delete-role", *name)
    bucket = deployed_lab.workspace.read("outputs/Ec2Role.json")["Ec2Role"]["BucketName"]
    asked = Request(
        f"arn:aws:iam::{beside.lab.accounts[0]}:role/auditor",
        "s3:GetObject",
        f"arn:aws:s3:::{bucket}/x",
    )
    assert decide(asked, read(file).snapshot).verdict is Verdict.IMPLICIT_DENY
