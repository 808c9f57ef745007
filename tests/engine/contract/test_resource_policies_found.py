"""The policy of a resource is found for all that lies in it, and for every pattern that reaches it."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role, snapshot_of_template

from whomay.engine import Request, Verdict, check, decide, diff
from whomay.engine.contract import Stated, StatementKind
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
    return [one.finding.outcome.value for one in check(stated, snapshot).results]


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
    [result] = check([stated], snapshot).results
    assert result.finding.witness is not None
    assert result.finding.witness.resource == "arn:aws:s3:::bbb/salaryx"


def user(action: str, resource: str) -> dict[str, Any]:
    """Return a user u that may do one action on some resources."""
    allowed = {"Effect": "Allow", "Action": action, "Resource": resource}
    policy = {"PolicyName": "P", "PolicyDocument": {"Statement": [allowed]}}
    return {"Type": "AWS::IAM::User", "Properties": {"UserName": "u", "Policies": [policy]}}


def allowing(principal: Any, action: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}


@pytest.mark.parametrize("resource", ["key/*", "*", "k?y/*", "*/*"])
def test_a_pattern_reaches_every_key_of_the_app_with_its_policy(
    resource: str, tmp_path: Path
) -> None:
    root, admin = ({"AWS": f"arn:aws:iam::111122223333:{who}"} for who in ("root", "user/admin"))
    document = {"Statement": [allowing(admin, "kms:*"), allowing(root, "kms:Sign")]}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": document}}
    may_all = user("kms:*", f"arn:aws:kms:eu-west-1:111122223333:{resource}")
    made = "arn:aws:kms:eu-west-1:111122223333:key/\ue000S.X\ue002"
    about = ("app.py:1", "S", "S/U", ("kms:*",), (made,))
    assert outcomes(
        tmp_path, {"X": key, "U": may_all}, Stated(StatementKind.MUST_NOT_ALLOW, *about)
    ) == ["broken"]


def test_a_pattern_reaches_a_secret_whose_policy_denies_all_but_one_action(tmp_path: Path) -> None:
    denied = {"Effect": "Deny", "Principal": "*", "NotAction": "secretsmanager:TagResource"}
    document = {"Statement": [{**denied, "Resource": "*"}]}
    resources = {
        "X": {"Type": "AWS::SecretsManager::Secret"},
        "P": {
            "Type": "AWS::SecretsManager::ResourcePolicy",
            "Properties": {"SecretId": {"Ref": "X"}, "ResourcePolicy": document},
        },
        "U": user("secretsmanager:*", "arn:aws:secretsmanager:*:111122223333:secret:*"),
    }
    made = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:\ue000S.X.SecretId\ue002"
    at = ("app.py:1", "S", "S/U")
    assert outcomes(
        tmp_path,
        resources,
        Stated(StatementKind.MUST_NOT_ALLOW, *at, ("secretsmanager:*",), (made,)),
        Stated(StatementKind.MUST_NOT_ALLOW, *at, ("secretsmanager:Get*",), (made,)),
    ) == ["broken", "kept"]


REPOSITORIES = "arn:aws:ecr:eu-west-1:111122223333:repository/*"


def repository(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "x", **properties}}


DENIED_TO_ALL = {"Effect": "Deny", "Principal": "*", "Action": "ecr:BatchGetImage"}


def test_what_one_of_many_resources_denies_is_not_allowed_on_all(tmp_path: Path) -> None:
    resources = {
        "X": repository(RepositoryPolicyText={"Statement": [DENIED_TO_ALL]}),
        "U": user("ecr:BatchGetImage", REPOSITORIES),
    }
    about = ("app.py:1", "S", "S/U", ("ecr:BatchGetImage",), (REPOSITORIES,))
    stated = Stated(StatementKind.MUST_ALLOW, *about)
    assert outcomes(tmp_path, resources, stated) == ["broken"]


def test_a_deny_that_leaves_a_resource_under_a_wildcard_is_wider(tmp_path: Path) -> None:
    denying = repository(RepositoryPolicyText={"Statement": [DENIED_TO_ALL]})
    who = user("ecr:BatchGetImage", REPOSITORIES)
    old = snapshot_of_template(tmp_path / "old", {"Resources": {"X": denying, "U": who}})
    new = snapshot_of_template(tmp_path / "new", {"Resources": {"X": repository(), "U": who}})
    assert next((one.principal, one.change.value) for one in diff(old, new)) == ("S/U", "wider")
