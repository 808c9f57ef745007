"""A live account is read from what `aws iam get-account-authorization-details` wrote."""

import copy
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from whomay.engine import AssemblyError, Request, Snapshot, Verdict, decide, diff, read
from whomay.iam.facts.managed_policies import published
from whomay.iam.policy import Policy

A = "111122223333"
ALICE, WRITER = f"arn:aws:iam::{A}:user/team/alice", f"arn:aws:iam::{A}:role/app/Writer"
OWN = f"arn:aws:iam::{A}:policy/own"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:jobs"


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement | more]}


def version(document: Any, *, default: bool) -> dict[str, Any]:
    return {"Document": document, "VersionId": "v1", "IsDefaultVersion": default}


TRUST = {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole"}
ACCOUNT: dict[str, Any] = {
    "UserDetailList": [
        {
            "Arn": ALICE,
            "GroupList": ["devs"],
            "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": allow("s3:GetObject")}],
            "Tags": [{"Key": "team", "Value": "red"}],
        }
    ],
    "GroupDetailList": [
        {
            "Arn": f"arn:aws:iam::{A}:group/devs",
            "AttachedManagedPolicies": [{"PolicyName": "own", "PolicyArn": OWN}],
        }
    ],
    "RoleDetailList": [
        {
            "Arn": WRITER,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
            "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": allow("*")}],
            "PermissionsBoundary": {"PermissionsBoundaryArn": OWN},
        }
    ],
    "Policies": [
        {
            "Arn": OWN,
            "PolicyVersionList": [
                version(allow("*"), default=False),
                version(allow("sqs:*"), default=True),
            ],
        }
    ],
}


def account(folder: Path, data: Any = ACCOUNT) -> Snapshot:
    file = folder / "account.json"
    file.write_text(json.dumps(data))
    return read(file).snapshot


@pytest.mark.parametrize(
    ("who", "action", "resource", "verdict"),
    [
        (ALICE, "s3:GetObject", "arn:aws:s3:::b/x", Verdict.ALLOWED),
        (ALICE, "sqs:SendMessage", QUEUE, Verdict.ALLOWED),  # by the group
        (ALICE, "iam:CreateUser", "*", Verdict.IMPLICIT_DENY),  # an earlier version allowed it
        (ALICE, "sts:AssumeRole", WRITER, Verdict.ALLOWED),  # by the trust policy
        (WRITER, "sqs:SendMessage", QUEUE, Verdict.ALLOWED),
        (WRITER, "s3:GetObject", "arn:aws:s3:::b/x", Verdict.IMPLICIT_DENY),  # the boundary
    ],
)
def test_policies_of_an_account_decide(
    tmp_path: Path, who: str, action: str, resource: str, verdict: Verdict
) -> None:
    assert decide(Request(who, action, resource), account(tmp_path)).verdict is verdict


def test_a_principal_is_called_by_its_account_and_name(tmp_path: Path) -> None:
    found = {one.path: one for one in account(tmp_path).principals}
    assert sorted(found) == [f"{A}/role/app/Writer", f"{A}/user/team/alice"]
    assert found[f"{A}/user/team/alice"].tags == (("team", "red"),)


def test_documents_of_the_api_are_encoded(tmp_path: Path) -> None:
    def encoded(value: Any) -> Any:
        if isinstance(value, dict) and "Statement" in value:
            return quote(json.dumps(value))
        if isinstance(value, dict):
            return {key: encoded(each) for key, each in value.items()}
        return [encoded(each) for each in value] if isinstance(value, list) else value

    (tmp_path / "api").mkdir()
    assert account(tmp_path / "api", encoded(ACCOUNT)).principals == account(tmp_path).principals


def test_what_changed_by_hand_is_told(tmp_path: Path) -> None:
    changed = copy.deepcopy(ACCOUNT)
    changed["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"] = allow("s3:*")
    (tmp_path / "later").mkdir()
    [found] = diff(account(tmp_path), account(tmp_path / "later", changed))
    assert (found.principal, found.change.value) == (f"{A}/user/team/alice", "wider")


def test_a_group_or_a_policy_that_the_answer_lacks_is_unknown(tmp_path: Path) -> None:
    request = Request(ALICE, "sqs:SendMessage", QUEUE)
    for left_out in ("GroupDetailList", "Policies"):
        known = decide(request, account(tmp_path, {**ACCOUNT, left_out: []}))
        assert known.verdict is Verdict.UNKNOWN


def test_a_policy_that_aws_withdrew_is_read_from_the_answer(tmp_path: Path) -> None:
    withdrawn = "arn:aws:iam::aws:policy/AWSLambdaFullAccess"
    data = copy.deepcopy(ACCOUNT)
    attached = [{"PolicyName": "AWSLambdaFullAccess", "PolicyArn": withdrawn}]
    data["UserDetailList"][0]["AttachedManagedPolicies"] = attached
    function = f"arn:aws:lambda:eu-west-1:{A}:function:f"
    request = Request(ALICE, "lambda:InvokeFunction", function)
    assert decide(request, account(tmp_path, data)).verdict is Verdict.UNKNOWN
    versions = [version(allow("lambda:*"), default=True)]
    policy = {"PolicyName": "AWSLambdaFullAccess", "Arn": withdrawn, "PolicyVersionList": versions}
    data["Policies"].append(policy)
    assert decide(request, account(tmp_path, data)).verdict is Verdict.ALLOWED


@pytest.mark.parametrize("element", ["AttachedManagedPolicies", "PermissionsBoundary"])
def test_a_policy_that_aws_has_changed_since_the_table_is_read_from_the_answer(
    tmp_path: Path, element: str
) -> None:
    changed = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    data = copy.deepcopy(ACCOUNT)
    user = data["UserDetailList"][0]
    if element == "PermissionsBoundary":
        user[element] = {"PermissionsBoundaryArn": changed}
        user["UserPolicyList"][0]["PolicyDocument"] = allow("*")
    else:
        user[element] = [{"PolicyName": "IAMReadOnlyAccess", "PolicyArn": changed}]
    request = Request(ALICE, "iam:CreateUser", "*")
    assert decide(request, account(tmp_path, data)).verdict is Verdict.IMPLICIT_DENY
    _, document = published("IAMReadOnlyAccess") or ("", "")
    policy: dict[str, Any] = {"PolicyName": "IAMReadOnlyAccess", "Arn": changed}
    policy["PolicyVersionList"] = [version(quote(document), default=True)]
    data["Policies"].append(policy)
    of_table = account(tmp_path, data)
    assert decide(request, of_table).verdict is Verdict.IMPLICIT_DENY
    assert any(each.published for each in policies_of(of_table))
    policy["PolicyVersionList"] = [version(allow("iam:*"), default=True)]
    of_account = account(tmp_path, data)
    assert decide(request, of_account).verdict is Verdict.ALLOWED
    assert not any(each.published for each in policies_of(of_account))


def policies_of(snapshot: Snapshot) -> list[Policy]:
    [alice] = [each for each in snapshot.principals if each.arn == ALICE]
    return [*alice.identity, *filter(None, [alice.boundary])]


def test_each_partition_and_account_has_its_own(tmp_path: Path) -> None:
    text = json.dumps(ACCOUNT)
    chinese = json.loads(text.replace("arn:aws:", "arn:aws-cn:").replace(A, "444455556666"))
    both = {name: [*ACCOUNT[name], *chinese[name]] for name in ACCOUNT}
    arns = [one.arn for one in account(tmp_path, both).principals]
    assert arns.count("arn:aws-cn:iam::444455556666:user/team/alice") == 1
    assert arns.count(ALICE) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"IsTruncated": True}, "is one page of several (IsTruncated)"),
        ({"UserDetailList": {}}, "UserDetailList is not a list"),
        ({"RoleDetailList": ["x"]}, "RoleDetailList must be a JSON object"),
        ({"RoleDetailList": [{"RoleName": "r"}]}, "None is not an ARN of IAM"),
        ({"Policies": [{"Arn": OWN, "PolicyVersionList": []}]}, f"{OWN} has no default version"),
        ({"Policies": [{"Arn": OWN, "PolicyVersionList": 1}]}, "PolicyVersionList is not a list"),
        (
            {"Policies": [{"Arn": OWN, "PolicyVersionList": [version("%7B", default=True)]}]},
            "Document is not JSON",
        ),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(AssemblyError) as refused:
        account(tmp_path, {**ACCOUNT, **change})
    assert said in str(refused.value)
    assert "account.json" in str(refused.value)
