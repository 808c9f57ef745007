"""Of two systems of generated names alike, one is changed in one place: its own answers change."""

import copy
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import snapshot_of_template

from whomay.engine.contract.check import check
from whomay.engine.contract.finding import Outcome
from whomay.engine.contract.statement import Stated
from whomay.engine.snapshot import Snapshot
from whomay.iam.parse import parse_policy
from whomay.metadata.records import StatementKind

READ = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": {"Fn::Sub": "${XBucket.Arn}/*"},
        }
    ],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "ec2.amazonaws.com"},
        }
    ],
}


def system(name: str) -> dict[str, Any]:
    """Return a role that reads a bucket with a customer key, all of generated names."""
    system = {
        "XRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": copy.deepcopy(TRUST),
                "Policies": [{"PolicyName": "Read", "PolicyDocument": copy.deepcopy(READ)}],
                "PermissionsBoundary": {"Ref": "XBoundary"},
                "Tags": [{"Key": "team", "Value": "blue"}],
            },
        },
        "XBoundary": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": _allow("*")},
        },
        "XKey": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": _allow("kms:*", "*")}},
        "XUse": {
            "Type": "AWS::IAM::RolePolicy",
            "Properties": {
                "RoleName": {"Ref": "XRole"},
                "PolicyName": "Use",
                "PolicyDocument": _allow("kms:Decrypt", resource={"Fn::GetAtt": ["XKey", "Arn"]}),
            },
        },
        "XBucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {
                            "ServerSideEncryptionByDefault": {
                                "SSEAlgorithm": "aws:kms",
                                "KMSMasterKeyID": {"Ref": "XKey"},
                            }
                        }
                    ]
                }
            },
        },
        "XPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "XBucket"},
                "PolicyDocument": _allow("s3:ListBucket", "*"),
            },
        },
    }
    renamed: dict[str, Any] = _renamed(system, name)
    return renamed


def _allow(action: str, principal: Any = None, resource: Any = "*") -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action, "Resource": resource}
    if principal:
        statement["Principal"] = {"AWS": "111122223333"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _renamed(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {_renamed(key, name): _renamed(item, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, name) for item in value]
    return value.replace("X", name, 1) if isinstance(value, str) and "X" in value else value


def statements(name: str) -> list[Stated]:
    objects = (f"arn:aws:s3:::\ue000S.{name}Bucket\ue002/*",)
    listed = [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects[0]},
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"},
    ]
    trusted = [
        {"Effect": "Allow", "Action": "sts:*", "Principal": {"Service": "ec2.amazonaws.com"}}
    ]
    subject = ("app.py:1", "S", f"S/{name}Role")
    return [
        Stated(StatementKind.MUST_ALLOW, *subject, ("s3:GetObject",), objects),
        Stated(StatementKind.MUST_NOT_ALLOW, *subject, ("s3:PutObject",), ("*",)),
        Stated(StatementKind.MAY_ONLY, *subject, policy=parse_policy({"Statement": listed})),
        Stated(
            StatementKind.ASSUMABLE_ONLY_BY, *subject, policy=parse_policy({"Statement": trusted})
        ),
    ]


def both(folder: Path, **changes: Any) -> Snapshot:
    """Return two systems A and B; `changes` replaces resources of B."""
    resources = {**system("A"), **system("B"), **changes}
    return snapshot_of_template(folder, {"Resources": resources})


def broken(snapshot: Snapshot) -> list[StatementKind]:
    """Return which statements break for B, after all are kept for A."""
    results = check([*statements("A"), *statements("B")], snapshot).results
    assert [each.finding.outcome for each in results[:4]] == [Outcome.KEPT] * 4
    return [each.stated.kind for each in results[4:] if each.finding.outcome is not Outcome.KEPT]


def changed(resource: str, *path: Any, value: Any) -> dict[str, Any]:
    found = system("B")[resource]
    at = found["Properties"]
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return {resource: found}


def test_systems_that_differ_in_generated_names_alone_keep_the_same_statements(
    tmp_path: Path,
) -> None:
    assert broken(both(tmp_path)) == []


ALL = _allow("s3:*")
LAMBDA = {"Service": "lambda.amazonaws.com"}
CHANGES: dict[str, tuple[dict[str, Any], list[StatementKind]]] = {
    "its policy": (
        changed("BRole", "Policies", 0, "PolicyDocument", value=ALL),
        [StatementKind.MUST_NOT_ALLOW, StatementKind.MAY_ONLY],
    ),
    "a policy attached from elsewhere": (
        changed("BUse", "PolicyDocument", value=ALL),
        [StatementKind.MUST_ALLOW, StatementKind.MUST_NOT_ALLOW, StatementKind.MAY_ONLY],
    ),
    "its boundary": (
        changed("BBoundary", "PolicyDocument", value=_allow("sqs:*")),
        [StatementKind.MUST_ALLOW],
    ),
    "its trust policy": (
        changed("BRole", "AssumeRolePolicyDocument", "Statement", 0, "Principal", value=LAMBDA),
        [StatementKind.ASSUMABLE_ONLY_BY],
    ),
    "the policy of the key": (
        changed("BKey", "KeyPolicy", "Statement", 0, "Effect", value="Deny"),
        [StatementKind.MUST_ALLOW],
    ),
    "the policy of its bucket": (
        changed(
            "BPolicy",
            "PolicyDocument",
            "Statement",
            0,
            value={"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Principal": "*"},
        ),
        [StatementKind.MUST_ALLOW],
    ),
    "which bucket it reads": (
        changed(
            "BRole",
            "Policies",
            0,
            "PolicyDocument",
            "Statement",
            0,
            "Resource",
            value={"Fn::Sub": "${ABucket.Arn}/*"},
        ),
        [StatementKind.MUST_ALLOW, StatementKind.MAY_ONLY],
    ),
    "which key the bucket has": (
        changed(
            "BUse",
            "PolicyDocument",
            "Statement",
            0,
            "Resource",
            value={"Fn::GetAtt": ["AKey", "Arn"]},
        ),
        [StatementKind.MUST_ALLOW],
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_difference_breaks_the_statements_that_it_touches(tmp_path: Path, case: str) -> None:
    changes, kinds = CHANGES[case]

    assert broken(both(tmp_path, **changes)) == kinds


def test_a_tag_that_a_condition_reads_breaks_what_must_be_allowed(tmp_path: Path) -> None:
    resources = {**system("A"), **changed("BRole", "Tags", 0, "Value", value="red")}
    resources = {**system("B"), **resources}
    for name in ("A", "B"):
        document = resources[f"{name}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
        document["Statement"][0]["Condition"] = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}

    assert broken(snapshot_of_template(tmp_path, {"Resources": resources})) == [
        StatementKind.MUST_ALLOW
    ]


def test_a_tag_of_a_trusted_role_breaks_whom_alone_may_assume(tmp_path: Path) -> None:
    resources = {**system("A"), **system("B")}
    for name, team in (("A", "blue"), ("B", "red")):
        resources[f"{name}Caller"] = {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": TRUST,
                "Tags": [{"Key": "team", "Value": team}],
            },
        }
        by = {"AWS": {"Fn::GetAtt": [f"{name}Caller", "Arn"]}}
        trusting = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": by}
        properties = resources[f"{name}Role"]["Properties"]
        properties["AssumeRolePolicyDocument"] = {"Statement": [trusting]}
    snapshot = snapshot_of_template(tmp_path, {"Resources": resources})
    stated = []
    for name in ("A", "B"):
        [caller] = [each.arn for each in snapshot.principals if each.path == f"S/{name}Caller"]
        blue = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
        trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": caller}}
        listed = parse_policy({"Statement": [{**trusted, "Condition": blue}]})
        subject = ("app.py:1", "S", f"S/{name}Role")
        stated.append(Stated(StatementKind.ASSUMABLE_ONLY_BY, *subject, policy=listed))

    outcomes = [each.finding.outcome for each in check(stated, snapshot).results]

    assert outcomes == [Outcome.KEPT, Outcome.BROKEN]
