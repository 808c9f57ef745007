"""Ways over principals: what is not looked for any more is said."""

from pathlib import Path

import pytest
from support.account_file import allow
from support.organization_folder import organization_folder, role
from support.rule_examples import found_in, role_allowed

from whomay.engine import findings, read

OWN_ACCOUNT = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "sts:AssumeRole",
    },
}
ANY_ROLE = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}


def test_of_more_steps_than_are_decided_the_rest_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whomay.engine.rules.reading.becoming.MOST_ASKED", 5)
    every = {
        f"R{i}": role_allowed(ANY_ROLE, AssumeRolePolicyDocument=OWN_ACCOUNT) for i in range(4)
    }
    found = [f for f in found_in(tmp_path, {"Resources": every}) if f.rule.id == "escalation"]
    assert [(f.path, f.message.partition(":")[0]) for f in found] == [
        ("S/R0", "of S/R0 and the principals after it no ways were looked for")
    ]


def test_a_role_is_passed_within_its_account_alone_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whomay.engine.rules.reading.becoming.MOST_ASKED", 5)
    accounts = [f"{number:012}" for number in range(1, 21)]
    passer = (allow("iam:PassRole"), allow("ec2:RunInstances"))
    told = {
        account: [
            role(account, "Passer", *passer),
            role(account, "Rewriter", allow("iam:UpdateAssumeRolePolicy")),
        ]
        for account in accounts
    }
    told[accounts[0]].append(role(accounts[0], "Administrator", allow("*")))
    app = read(organization_folder(tmp_path / "organization", told))
    found = [each.path for each in findings(app) if each.rule.id == "escalation"]
    assert found == [f"{accounts[0]}/role/Passer", f"{accounts[0]}/role/Rewriter"]
