"""A live account is read from the file of `whomay snapshot`, and what it refused is Unknown alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from whomay.engine import AssemblyError, Request, Snapshot, Verdict, decide, read

A = "111122223333"
R = f"arn:aws:iam::{A}:role/R"
BUCKET, CLOSED = "arn:aws:s3:::b", "arn:aws:s3:::c"


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": R}, "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def resource(kind: str, name: str, arn: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "arn": arn, "region": "eu-west-1", **more}


def regional(service: str, name: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{A}:{name}"


POLICIES = {  # an action, and the resource whose policy alone allows it
    "s3:GetObject": resource(
        "AWS::S3::Bucket", "b", BUCKET, policy=allow("s3:GetObject", f"{BUCKET}/*")
    ),
    "kms:Decrypt": resource(
        "AWS::KMS::Key", "1a-2b", regional("kms", "key/1a-2b"), policy=allow("kms:Decrypt")
    ),
    "secretsmanager:GetSecretValue": resource(
        "AWS::SecretsManager::Secret",
        "db/main",
        regional("secretsmanager", "secret:db/main-AbCdEf"),
        policy=allow("secretsmanager:GetSecretValue"),
    ),
    "sqs:SendMessage": resource(
        "AWS::SQS::Queue", "q", regional("sqs", "q"), policy=allow("sqs:SendMessage")
    ),
    "sns:Publish": resource(
        "AWS::SNS::Topic", "t", regional("sns", "t"), policy=allow("sns:Publish")
    ),
    "lambda:InvokeFunction": resource(
        "AWS::Lambda::Function",
        "f",
        regional("lambda", "function:f"),
        policy=allow("lambda:InvokeFunction", regional("lambda", "function:f")),
    ),
    "ecr:BatchGetImage": resource(
        "AWS::ECR::Repository",
        "team/app",
        regional("ecr", "repository/team/app"),
        policy=allow("ecr:BatchGetImage"),
    ),
    "dynamodb:GetItem": resource(
        "AWS::DynamoDB::Table",
        "T",
        regional("dynamodb", "table/T"),
        policy=allow("dynamodb:GetItem"),
    ),
    "events:PutEvents": resource(
        "AWS::Events::EventBus",
        "bus",
        regional("events", "event-bus/bus"),
        policy=allow("events:PutEvents"),
    ),
}


def written(**more: Any) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [trust | {"Action": "sts:AssumeRole"}]}
    head = {"version": 1, "account": A, "caller": R, "taken": "", "regions": ["eu-west-1"]}
    return {
        "snapshot": head,
        "details": [{"RoleDetailList": [{"Arn": R, "AssumeRolePolicyDocument": document}]}],
        "sessions": {R: 7200},
        "resources": [*POLICIES.values()],
        **{name: [] for name in ("providers", "stacks", "refused")},
        **more,
    }


def snapshot(folder: Path, **more: Any) -> Snapshot:
    file = folder / "account.json"
    file.write_text(json.dumps(written(**more)))
    return read(file).snapshot


@pytest.mark.parametrize("action", POLICIES)
def test_the_policy_of_a_resource_alone_allows_what_it_says(action: str, tmp_path: Path) -> None:
    found = snapshot(tmp_path)
    arn = POLICIES[action]["arn"]
    asked = f"{arn}/x" if arn == BUCKET else arn
    assert decide(Request(R, action, asked), found).verdict is Verdict.ALLOWED
    other = f"{arn}-other/x" if arn == BUCKET else f"{arn}-other"
    assert decide(Request(R, action, other), found).verdict is not Verdict.ALLOWED


def test_a_role_has_the_session_length_that_the_account_tells(tmp_path: Path) -> None:
    [role] = snapshot(tmp_path).principals
    assert (role.path, role.max_session) == (f"{A}/role/R", 7200)


def test_a_refused_policy_leaves_its_own_resource_unknown_and_no_other(tmp_path: Path) -> None:
    refused = {"policy": "GetBucketPolicy, refused as AccessDenied,"}
    closed = resource("AWS::S3::Bucket", "c", CLOSED, refused=refused)
    found = snapshot(tmp_path, resources=[POLICIES["s3:GetObject"], closed])
    decision = decide(Request(R, "s3:GetObject", f"{CLOSED}/x"), found)
    assert decision.verdict is Verdict.UNKNOWN
    assert "what GetBucketPolicy, refused as AccessDenied, would have told" in decision.reason
    assert decide(Request(R, "s3:GetObject", f"{BUCKET}/x"), found).verdict is Verdict.ALLOWED
    assert decide(Request(R, "s3:GetObject", "arn:aws:s3:::d/x"), found).verdict is (
        Verdict.IMPLICIT_DENY
    )


@pytest.mark.parametrize(
    "more",
    [
        {"properties": {"AccessControl": "Custom"}},
        {"refused": {"AccessControl": "GetBucketAcl, refused as AccessDenied,"}},
    ],
    ids=["of another form", "refused"],
)
def test_an_acl_that_is_not_known_leaves_a_bucket_with_a_policy_unknown(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    found = snapshot(tmp_path, resources=[POLICIES["s3:GetObject"] | more])
    for action in ("s3:GetObject", "s3:PutObject"):
        decision = decide(Request(R, action, f"{BUCKET}/x"), found)
        assert decision.verdict is Verdict.UNKNOWN, action


def test_a_refused_list_leaves_its_service_unknown_and_no_other(tmp_path: Path) -> None:
    refused = [{"call": "sns:ListTopics", "region": "eu-west-1", "why": "AccessDenied"}]
    found = snapshot(tmp_path, refused=refused)
    topic, queue = regional("sns", "t"), regional("sqs", "q")
    assert decide(Request(R, "sns:Publish", topic), found).verdict is Verdict.UNKNOWN
    assert decide(Request(R, "sqs:SendMessage", queue), found).verdict is Verdict.ALLOWED
    [unseen] = found.unseen
    assert unseen.told == (
        f"not seen: {A}/eu-west-1: what sns:ListTopics tells, which was refused: AccessDenied"
    )


def test_a_refused_list_may_take_away_as_well(tmp_path: Path) -> None:
    document = allow("sns:Publish")
    del document["Statement"][0]["Principal"]
    own = {"PolicyName": "p", "PolicyDocument": document}
    page = written()["details"][0]
    page["RoleDetailList"][0]["RolePolicyList"] = [own]
    refused = [{"call": "sns:ListTopics", "region": "eu-west-1", "why": "AccessDenied"}]
    found = snapshot(tmp_path, details=[page], resources=[], refused=refused)
    request = Request(R, "sns:Publish", regional("sns", "t"))
    assert decide(request, found).verdict is Verdict.UNKNOWN
    assert decide(request, snapshot(tmp_path, details=[page], resources=[])).verdict is (
        Verdict.ALLOWED
    )


def test_a_grant_of_a_key_leaves_what_it_names_unknown(tmp_path: Path) -> None:
    grant = {"GrantId": "g1", "GranteePrincipal": R, "Operations": ["Encrypt"]}
    key = POLICIES["kms:Decrypt"] | {"grants": [grant]}
    found = snapshot(tmp_path, resources=[key])
    arn = key["arn"]
    assert decide(Request(R, "kms:Encrypt", arn), found).verdict is Verdict.UNKNOWN
    assert decide(Request(R, "kms:Decrypt", arn), found).verdict is Verdict.ALLOWED
    assert decide(Request(R, "kms:Sign", arn), found).verdict is Verdict.IMPLICIT_DENY


def test_grants_that_were_refused_name_the_call_and_what_settles_it(tmp_path: Path) -> None:
    refused = {"grants": "ListGrants, refused as AccessDenied,"}
    key = POLICIES["kms:Decrypt"] | {"refused": refused}
    found = decide(Request(R, "kms:Sign", key["arn"]), snapshot(tmp_path, resources=[key]))
    assert found.verdict is Verdict.UNKNOWN
    assert (
        "its grants: kms:ListGrants, refused as AccessDenied: allow kms:ListGrants on this key to "
        "who takes the snapshot, and take it again"
    ) in found.reason


def test_the_id_of_somebody_deleted_says_what_to_do(tmp_path: Path) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "AIDAQ4FDBXXXXEXAMPLE"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::reports/*",
    }
    bucket = {
        "type": "AWS::S3::Bucket",
        "name": "reports",
        "arn": "arn:aws:s3:::reports",
        "region": "eu-west-1",
        "policy": {"Version": "2012-10-17", "Statement": [statement]},
    }
    request = Request(R, "s3:GetObject", "arn:aws:s3:::reports/x")
    found = decide(request, snapshot(tmp_path, resources=[bucket]))
    assert found.verdict is Verdict.UNKNOWN
    assert (
        "a unique id does not tell the number of its account: remove it if whomay drift calls it an "
        "orphan, which a deleted user or role leaves; else name the ARN"
    ) in found.reason


@pytest.mark.parametrize(
    "grant",
    [
        {"GranteePrincipal": "rds.eu-west-1.amazonaws.com"},
        {"GranteePrincipal": ""},
        {},
    ],
    ids=["a service, behind which may be anybody", "empty", "not told"],
)
def test_a_grant_to_somebody_who_is_not_told_may_be_to_anybody(
    tmp_path: Path, grant: dict[str, str]
) -> None:
    grants = [{"GrantId": "g1", "Operations": ["Encrypt"], **grant}]
    found = snapshot(tmp_path, resources=[POLICIES["kms:Decrypt"] | {"grants": grants}])
    arn = POLICIES["kms:Decrypt"]["arn"]
    assert decide(Request(R, "kms:Encrypt", arn), found).verdict is Verdict.UNKNOWN
    assert decide(Request(R, "kms:Sign", arn), found).verdict is Verdict.IMPLICIT_DENY


def test_who_may_retire_a_grant_is_unknown(tmp_path: Path) -> None:
    whom = f"arn:aws:iam::{A}:role/Other"
    grant = {"GrantId": "g1", "GranteePrincipal": whom, "Operations": ["Encrypt"]}
    key = POLICIES["kms:Decrypt"] | {"grants": [grant | {"RetiringPrincipal": R}]}
    found = snapshot(tmp_path, resources=[key])
    arn = key["arn"]
    assert decide(Request(R, "kms:RetireGrant", arn), found).verdict is Verdict.UNKNOWN
    assert decide(Request(R, "kms:Encrypt", arn), found).verdict is Verdict.IMPLICIT_DENY


def test_several_pages_are_one_account(tmp_path: Path) -> None:
    page = written()["details"][0]
    alice = {"UserDetailList": [{"Arn": f"arn:aws:iam::{A}:user/alice"}]}
    found = snapshot(tmp_path, details=[alice, page])
    assert [one.path for one in found.principals] == [f"{A}/role/R", f"{A}/user/alice"]


def test_another_version_is_refused_in_one_line(tmp_path: Path) -> None:
    head = written()["snapshot"] | {"version": 2}
    with pytest.raises(AssemblyError, match="is a snapshot of version 2: allowed is 1; take it"):
        snapshot(tmp_path, snapshot=head)


def test_an_entry_that_is_no_arn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssemblyError, match="'q' is not an ARN"):
        snapshot(tmp_path, resources=[resource("AWS::SQS::Queue", "q", "q")])


@pytest.mark.parametrize("name", ["details", "providers", "resources", "stacks", "refused"])
def test_a_part_that_is_missing_is_refused_and_not_taken_for_empty(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / "account.json"
    body = written()
    del body[name]
    file.write_text(json.dumps(body))
    with pytest.raises(AssemblyError, match=f"{name} is missing: the file was edited or cut"):
        read(file)
    with pytest.raises(AssemblyError, match=f"{name} is not a list: the file was edited or cut"):
        snapshot(tmp_path, **{name: None})


def test_what_is_there_twice_is_refused_unless_it_is_the_same(tmp_path: Path) -> None:
    queue = POLICIES["sqs:SendMessage"]
    with pytest.raises(AssemblyError, match="sqs:eu-west-1:111122223333:q is there twice"):
        snapshot(tmp_path, resources=[queue, {**queue, "policy": None}])
    [page] = written()["details"]
    assert snapshot(tmp_path, details=[page, page]) == snapshot(tmp_path)
    closed = {"RoleDetailList": [page["RoleDetailList"][0] | {"AssumeRolePolicyDocument": {}}]}
    with pytest.raises(AssemblyError, match="role/R is there twice, and not alike"):
        snapshot(tmp_path, details=[page, closed])


def test_a_type_that_is_not_read_is_refused_and_its_policy_not_left_out(tmp_path: Path) -> None:
    domain = resource("AWS::OpenSearchService::Domain", "d", regional("es", "domain/d"))
    with pytest.raises(AssemblyError, match="has the type 'AWS::OpenSearchService::Domain'; allow"):
        snapshot(tmp_path, resources=[domain | {"policy": allow("es:*")}])
