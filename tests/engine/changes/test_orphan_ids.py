"""An id in a trust policy is in place of somebody who was deleted."""

from pathlib import Path
from typing import Any

from support.account_file import account_file, role

from whomay.engine import read
from whomay.engine.changes import orphans
from whomay.engine.templates import account_told

ID = "AROACKCEVSQ6C2EXAMPLE"


def trusting(*principals: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": [*principals]},
        "Action": "sts:AssumeRole",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return role("R", AssumeRolePolicyDocument=document)


def test_an_id_in_a_trust_policy_is_named_and_an_arn_is_not(tmp_path: Path) -> None:
    file = account_file(tmp_path, trusting(ID, "arn:aws:iam::111122223333:role/Other"))
    [found] = orphans(read(file).snapshot, account_told(file).ids())
    assert (found.path, found.id, found.whose) == ("111122223333/role/R", ID, "")


def test_an_id_that_somebody_has_is_told_with_whose_it_is(tmp_path: Path) -> None:
    other = role("Other", RoleId=ID)
    file = account_file(tmp_path, trusting(ID), other)
    [found] = orphans(read(file).snapshot, account_told(file).ids())
    assert found.whose == other["Arn"]
