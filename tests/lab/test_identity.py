"""Nothing is sent to an AWS that has not shown that it is this lab."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from whomay.lab import lifecycle
from whomay.lab.accounts import as_admin
from whomay.lab.environment import on_instance, with_keys
from whomay.lab.errors import WrongEndpointError
from whomay.lab.identity import verify
from whomay.lab.session import LabSession
from whomay.lab.state import Lab


@pytest.fixture
def another_lab(tmp_path: Path) -> Iterator[Lab]:
    yield lifecycle.start(tmp_path / "another", exit_with_parent=True)
    lifecycle.stop(tmp_path / "another")


def test_the_lab_is_known_by_its_account_and_its_nonce(beside: LabSession) -> None:
    verify(beside, "admin", as_admin(beside), beside.lab.accounts[0])


def test_another_server_is_not_taken_for_this_lab(beside: LabSession, another_lab: Lab) -> None:
    elsewhere = with_keys(another_lab, beside.workspace, "111111111111", another_lab.root_secret)

    with pytest.raises(WrongEndpointError, match="another AWS than this lab answered"):
        verify(beside, "root", elsewhere, "111111111111")


def test_the_other_account_is_not_taken_for_this_one(beside: LabSession) -> None:
    with pytest.raises(WrongEndpointError, match="answers for account 111111111111 in place of 2"):
        verify(beside, "admin", as_admin(beside), "222222222222")


def test_where_nobody_answers_nothing_further_is_sent(beside: LabSession) -> None:
    nowhere = replace(beside.lab, endpoint="https://127.0.0.1:9")
    environment = with_keys(nowhere, beside.workspace, "111111111111", "secret")

    with pytest.raises(WrongEndpointError, match="nothing further is sent") as error:
        verify(beside, "root", environment, "111111111111")
    assert error.value.exit_code == 2


def test_no_key_of_the_lab_could_exist_at_aws(deployed_lab: LabSession, beside: LabSession) -> None:
    """A real key id is base32 after its prefix: it never holds a 0."""
    made = deployed_lab.workspace.read("outputs/Ec2Role.json")["Ec2Role"]
    on_the_instance = on_instance(beside.lab, beside.workspace, made["InstanceId"])
    credentials = (beside.workspace.work / "credentials").read_text()
    keys = [line.split()[-1] for line in credentials.splitlines() if "key_id" in line]
    users = ("aws", "iam", "list-users", "--query", "Users[].UserName", "--output", "json")
    for user in json.loads(beside.must("admin", users, as_admin(beside))):
        query = ("--query", "AccessKeyMetadata[].AccessKeyId", "--output", "json")
        argv = ("aws", "iam", "list-access-keys", "--user-name", user, *query)
        keys += json.loads(beside.must("admin", argv, as_admin(beside)))
    shown = ("aws", "--debug", "sts", "get-caller-identity", "--region", "us-east-1")
    done = beside.run("instance", shown, on_the_instance)
    keys += {word[11:31] for word in done.err.replace("'", " ").split() if "Credential=" in word}

    assert len(keys) >= 5
    assert [key for key in keys if key[4] != "0"] == []
