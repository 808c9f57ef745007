"""What an account says of itself is read as its templates are: here the lab's own answers."""

import json
from pathlib import Path

import pytest
from support.checkout import ROOT

from whomay.engine import Request, Verdict, decide, read
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
