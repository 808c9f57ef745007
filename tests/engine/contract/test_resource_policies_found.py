"""The policy of a resource is found for all that lies in it, and for every pattern that reaches it."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role, snapshot_of_template

from whomay.engine.contract.check import check_statements
from whomay.engine.contract.statement import Stated, StatementKind
from whomay.engine.decisions.decide import Verdict, decide
from whomay.engine.decisions.request import Request
from whomay.iam.parse import parse_policy

ROLE = "arn:aws:iam::111122223333:role/r"


def bucket(**statement: Any) -> dict[str, Any]:
    """Return a bucket bbb with a policy of one statement, and a role r that may put objects."""
    document = {"Version": "2012-10-17", "Statement": [{"Action": "s3:PutObject", **statement}]}
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "bbb"}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document},
        },
    }


def outcomes(folder: Path, resources: dict[str, Any], *stated: Stated) -> list[str]:
    snapshot = snapshot_of_template(folder, {"Resources": resources})
    return [one.finding.outcome.value for one in check_statements(snapshot, stated).results]


@pytest.mark.parametrize("key", ["in/", "in:", "salary?", "?*", "in//", "a:b/"])
def test_a_bucket_policy_grants_objects_under_every_key(key: str, tmp_path: Path) -> None:
    grants = bucket(Effect="Allow", Principal={"AWS": ROLE}, Resource=f"arn:aws:s3:::bbb/{key}")
    at = ("app.py:1", "S", "S/Role")
    assert outcomes(
        tmp_path,
        {**grants, "Role": role(RoleName="r")},
        Stated(StatementKind.MUST_NOT_ALLOW, *at, ("s3:PutObject",), ("arn:aws:s3:::bbb/*",)),
        Stated(StatementKind.MAY_ONLY, *at, policy=parse_policy({"Statement": []})),
    ) == ["broken", "broken"]


@pytest.mark.parametrize("key", ["in/", "in:", "in/x", "in//"])
def test_a_bucket_policy_denies_objects_under_every_key(key: str, tmp_path: Path) -> None:
    denies = bucket(Effect="Deny", Principal="*", Resource="arn:aws:s3:::bbb/*")
    allowed = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
    puts = {"PolicyName": "P", "PolicyDocument": {"Statement": [allowed]}}
    resources = {**denies, "Role": role(RoleName="r", Policies=[puts])}
    snapshot = snapshot_of_template(tmp_path, {"Resources": resources})
    request = Request(ROLE, "s3:PutObject", f"arn:aws:s3:::bbb/{key}")
    assert decide(request, snapshot).verdict is Verdict.EXPLICIT_DENY


def test_a_question_mark_is_shown_as_a_letter(tmp_path: Path) -> None:
    grants = bucket(Effect="Allow", Principal={"AWS": ROLE}, Resource="arn:aws:s3:::bbb/salary?")
    stated = Stated(
        StatementKind.MUST_NOT_ALLOW, "app.py:1", "S", "S/Role", ("s3:*",), ("arn:aws:s3:::bbb/*",)
    )
    resources = {**grants, "Role": role(RoleName="r")}
    snapshot = snapshot_of_template(tmp_path, {"Resources": resources})
    [result] = check_statements(snapshot, [stated]).results
    assert result.finding.witness is not None
    assert result.finding.witness.resource == "arn:aws:s3:::bbb/salaryx"
