"""The folder that iam-collect writes is read as its accounts; what has no file is Unknown."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.account_file import allow, trust

from whomay.engine import AssemblyError, Request, Verdict, decide, read

ACCOUNT = "111122223333"
WRITER = f"arn:aws:iam::{ACCOUNT}:role/app/Writer"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:Jobs"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"


def inline(*documents: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"PolicyName": f"p{n}", "PolicyDocument": each} for n, each in enumerate(documents)]


def put(folder: Path, **files: Any) -> None:
    """Write the files of one resource; `_` in a name is a dash."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / f"{name.replace('_', '-')}.json").write_text(json.dumps(content))


def collected(folder: Path) -> Path:
    """Write a role, a user in a group, a policy and some resources, named as iam-collect does."""
    account = folder / "aws" / "aws" / "accounts" / ACCOUNT
    iam = account / "iam"
    managed = f"arn:aws:iam::{ACCOUNT}:policy/Send"
    put(
        iam / "role" / "app%2fwriter",
        metadata={"arn": WRITER, "name": "Writer", "path": "/app/"},
        trust_policy=trust(),
        inline_policies=inline(allow("s3:PutObject")),
        managed_policies=[managed],
        tags={"team": "blue"},
    )
    put(
        iam / "user" / "alice",
        metadata={"arn": ALICE, "name": "alice", "path": "/"},
        inline_policies=[],
        managed_policies=[],
        groups=[f"arn:aws:iam::{ACCOUNT}:group/Readers"],
    )
    put(
        iam / "group" / "readers",
        metadata={"arn": f"arn:aws:iam::{ACCOUNT}:group/Readers", "name": "Readers"},
        inline_policies=inline(allow("sns:Publish")),
    )
    put(iam / "policy" / "send", metadata={"arn": managed}, current_policy=allow("sqs:Send*"))
    deny = allow("sqs:SendMessage") | {}
    deny["Statement"][0] |= {"Effect": "Deny", "Principal": "*"}
    put(account / "sqs" / "eu-west-1" / "jobs", metadata={"name": "Jobs"}, policy=deny)
    put(account / "kms" / "eu-west-1" / "key" / "1234", metadata={"id": "1234"})
    reports = {"arn": "arn:aws:s3:::reports", "name": "reports", "region": "eu-west-1"}
    put(account / "s3" / "reports", metadata=reports)
    put(account / "glue" / "eu-west-1" / "catalog", metadata={"name": "catalog"})
    return folder


def test_principals_are_read_with_groups_and_managed_policies(tmp_path: Path) -> None:
    known = read(collected(tmp_path)).snapshot

    def verdict(who: str, action: str, resource: str) -> Verdict:
        return decide(Request(who, action, resource), known).verdict

    other = QUEUE.replace("Jobs", "other")
    assert verdict(WRITER, "sqs:SendMessage", other) is Verdict.ALLOWED
    assert verdict(WRITER, "sqs:SendMessage", QUEUE) is Verdict.EXPLICIT_DENY
    assert verdict(WRITER, "sqs:ReceiveMessage", other) is Verdict.IMPLICIT_DENY
    assert verdict(ALICE, "sns:Publish", f"arn:aws:sns:eu-west-1:{ACCOUNT}:t") is Verdict.ALLOWED
    assert verdict(ALICE, "sqs:SendMessage", other) is Verdict.IMPLICIT_DENY
    [role] = [each for each in known.principals if each.arn == WRITER]
    assert (role.path, role.tags) == (f"{ACCOUNT}/role/app/Writer", (("team", "blue"),))


@pytest.mark.parametrize(
    ("action", "resource", "said"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/x", "iam-collect, which leaves it out where"),
        ("kms:Decrypt", KEY, "iam-collect"),
        ("glue:GetTable", f"arn:aws:glue:eu-west-1:{ACCOUNT}:catalog", "the files of glue"),
    ],
)
def test_a_policy_without_a_file_and_a_service_that_is_not_read_are_unknown(
    action: str, resource: str, said: str, tmp_path: Path
) -> None:
    told = decide(Request(WRITER, action, resource), read(collected(tmp_path)).snapshot)
    assert told.verdict is Verdict.UNKNOWN
    assert said in told.reason


def test_an_account_without_files_of_iam_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "aws" / "aws" / "accounts" / ACCOUNT / "s3").mkdir(parents=True)
    known = read(tmp_path).snapshot
    assert [each.why for each in known.unseen] == [
        "its users and roles, which iam-collect did not collect"
    ]


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = next(collected(tmp_path).glob("**/trust-policy.json"))
    file.write_text("{")
    with pytest.raises(AssemblyError, match=r"trust-policy\.json"):
        read(tmp_path)
