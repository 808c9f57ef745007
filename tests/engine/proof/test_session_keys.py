"""What the maker of a role's session may choose, and what no session carries."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role, snapshot_of_template

from whomay.engine import Request, Snapshot, Verdict, decide, who_may
from whomay.iam.policy import Policy

ROLE = "arn:aws:iam::111122223333:role/r"
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/t"
TAGGING = ["sts:AssumeRole", "sts:TagSession"]


def trusting(*actions: str, **condition: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:user/u"},
        "Action": list(actions),
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def snapshot(folder: Path, condition: dict[str, Any], trust: dict[str, Any]) -> Snapshot:
    """A role with the tag team=blue that may do all under a condition."""
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    made = role(
        RoleName="r",
        AssumeRolePolicyDocument=trust,
        Policies=[{"PolicyName": "P", "PolicyDocument": {"Statement": [allow]}}],
        Tags=[{"Key": "team", "Value": "blue"}],
    )
    return snapshot_of_template(folder, {"Resources": {"R": made}})


def tag(key: str, value: str) -> dict[str, Any]:
    return {"StringEquals": {f"aws:PrincipalTag/{key}": value}}


SESSIONS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the role's own tag": (tag("team", "blue"), trusting("sts:AssumeRole"), True),
    "a tag that nobody may set": (tag("team", "red"), trusting("sts:AssumeRole"), False),
    "a session tag": (tag("admin", "yes"), trusting(*TAGGING), True),
    "a session tag in place of the role's": (tag("team", "red"), trusting(*TAGGING), True),
    "a session tag that the trust fixes": (
        tag("admin", "yes"),
        trusting(*TAGGING, StringEquals={"aws:RequestTag/admin": "no"}),
        False,
    ),
    "a session tag among the keys of the trust": (
        tag("admin", "yes"),
        trusting(*TAGGING, **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}),
        False,
    ),
    "a session's name": ({"StringLike": {"aws:userid": "*:admin"}}, trusting("sts:*"), True),
    "another role's id": ({"StringLike": {"aws:userid": "AROAX:*"}}, trusting("sts:*"), False),
    "a source identity that may be set": (
        {"StringEquals": {"aws:SourceIdentity": "alice"}},
        trusting("sts:AssumeRole", "sts:SetSourceIdentity"),
        True,
    ),
    "a source identity that may not be set": (
        {"StringEquals": {"aws:SourceIdentity": "alice"}},
        trusting("sts:AssumeRole"),
        False,
    ),
    "a source identity that the trust fixes": (
        {"StringEquals": {"aws:SourceIdentity": "alice"}},
        trusting("sts:*", StringEquals={"sts:SourceIdentity": "bob"}),
        False,
    ),
    "MFA": ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, trusting("sts:*"), False),
    "no MFA": ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, trusting("sts:*"), True),
    "the age of MFA": (
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
        trusting("sts:*"),
        False,
    ),
}


@pytest.mark.parametrize("case", SESSIONS)
def test_a_session_has_the_keys_that_its_maker_may_choose(tmp_path: Path, case: str) -> None:
    condition, trust, may = SESSIONS[case]
    found = who_may("s3:GetObject", "arn:aws:s3:::b/k", snapshot(tmp_path, condition, trust))
    assert [holder.name for holder in found] == (["S/R"] if may else [])


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("role/r", Verdict.UNKNOWN),
        ("assumed-role/r/admin", Verdict.ALLOWED),
        ("assumed-role/r/reader", Verdict.IMPLICIT_DENY),
    ],
)
def test_the_name_of_a_session_ends_its_user_id(
    tmp_path: Path, name: str, verdict: Verdict
) -> None:
    known = snapshot(tmp_path, {"StringLike": {"aws:userid": "*:admin"}}, trusting("sts:*"))
    service = "iam" if name.startswith("role") else "sts"
    who = f"arn:aws:{service}::111122223333:{name}"
    assert decide(Request(who, "s3:GetObject", "arn:aws:s3:::b/k"), known).verdict is verdict


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:RequestedRegion", "eu-west-1"),
        ("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z"),
        ("StringLike", "aws:UserAgent", "console*"),
        ("NumericLessThan", "aws:EpochTime", "1893456000"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringEquals", "aws:ResourceOrgID", "o-a1b2c3d4e5"),
        ("StringEquals", "aws:SourceVpce", "vpce-1"),  # it may come through an endpoint, or not
        ("StringNotEquals", "aws:SourceVpce", "vpce-1"),
        ("Null", "aws:SourceVpc", "true"),
        ("Null", "aws:SourceIp", "false"),
        ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        ("Null", "s3:ExistingObjectTag/team", "true"),
        ("StringLike", "aws:Ec2InstanceSourceVpc", "*"),
    ],
)
def test_a_key_that_aws_sends_and_nobody_gave_is_named(
    tmp_path: Path, operator: str, key: str, value: str
) -> None:
    known = snapshot(tmp_path, {operator: {key: value}}, trusting("sts:AssumeRole"))
    found = decide(Request("S/R", "s3:GetObject", "arn:aws:s3:::b/k"), known)
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason.endswith(f"it depends on {key}, which nobody gave: say --given {key}=VALUE")


@pytest.mark.parametrize(
    ("key", "action", "resource", "verdict"),
    [
        ("iam:PassedToService", "iam:PassRole", ROLE, Verdict.UNKNOWN),
        ("dynamodb:LeadingKeys", "dynamodb:GetItem", TABLE, Verdict.UNKNOWN),
        ("sts:RoleSessionName", "s3:GetObject", "arn:aws:s3:::b/k", Verdict.IMPLICIT_DENY),
    ],
)
def test_a_key_without_which_no_request_for_the_action_is_sent_is_not_absent(
    tmp_path: Path, key: str, action: str, resource: str, verdict: Verdict
) -> None:
    known = snapshot(tmp_path, {"StringEquals": {key: "x"}}, trusting("sts:*"))
    assert decide(Request(ROLE, action, resource), known).verdict is verdict


def test_a_session_has_the_time_at_which_it_began(tmp_path: Path) -> None:
    begun = {"Null": {"aws:TokenIssueTime": "false"}}
    known = snapshot(tmp_path, begun, trusting("sts:*"))
    found = decide(Request("S/R", "s3:GetObject", "arn:aws:s3:::b/k"), known)
    assert found.verdict is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("action", "pattern", "verdict"),
    [
        ("s3:GetObject", "*", Verdict.ALLOWED),
        ("s3:GetObject", "arn:aws:s3:::b/*", Verdict.UNKNOWN),
        ("s3:GetObject", "arn:aws:s3:::b", Verdict.IMPLICIT_DENY),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", Verdict.ALLOWED),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::b", Verdict.IMPLICIT_DENY),
        ("logs:DescribeLogGroups", "arn:aws:logs:*:111122223333:*", Verdict.ALLOWED),
        ("ec2:DescribeInstances", "*", Verdict.ALLOWED),
        ("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*", Verdict.IMPLICIT_DENY),
    ],
)
def test_a_star_asks_for_all_that_the_action_acts_on(
    tmp_path: Path, action: str, pattern: str, verdict: Verdict
) -> None:
    allow = {"Effect": "Allow", "Action": action, "Resource": pattern}
    policies = [{"PolicyName": "P", "PolicyDocument": {"Statement": [allow]}}]
    known = snapshot_of_template(tmp_path, {"Resources": {"R": role(Policies=policies)}})
    assert decide(Request("S/R", action, "*"), known).verdict is verdict


TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:SourceArn", TOPIC),
        ("aws:SourceAccount", "111122223333"),
        ("aws:SourceOrgID", "o-a1b2c3d4e5"),
    ],
)
def test_a_service_says_for_whom_it_calls(tmp_path: Path, key: str, value: str) -> None:
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": {"StringEquals": {key: value}},
    }
    resources = {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
        "Policy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {"Statement": [allow]}},
        },
    }
    known = snapshot_of_template(tmp_path, {"Resources": resources})

    def verdict(**given: str) -> Verdict:
        return decide(Request("sns.amazonaws.com", "sqs:SendMessage", QUEUE, given), known).verdict

    assert verdict() is Verdict.UNKNOWN
    assert verdict(**{key: value}) is Verdict.ALLOWED
    assert verdict(**{key: "another"}) is Verdict.IMPLICIT_DENY


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("DateGreaterThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z"),
        ("ArnLike", "ec2:SourceInstanceARN", "arn:aws:ec2:*:*:instance/*"),
        ("StringEquals", "aws:Ec2InstanceSourceVpc", "vpc-1a2b3c4d"),
        ("StringEquals", "s3:ExistingObjectTag/team", "blue"),
    ],
)
def test_how_a_session_was_made_and_the_tags_of_a_resource_are_not_absent(
    tmp_path: Path, operator: str, key: str, value: str
) -> None:
    known = snapshot(tmp_path, {operator: {key: value}}, trusting("sts:AssumeRole"))
    assert decide(Request("S/R", "s3:GetObject", "arn:aws:s3:::b/k"), known).verdict is (
        Verdict.UNKNOWN
    )


def test_nobody_is_in_an_organization_without_credentials(tmp_path: Path) -> None:
    allow = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    }
    resources = {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": "b", "PolicyDocument": {"Statement": [allow]}},
        },
    }
    known = snapshot_of_template(tmp_path, {"Resources": resources})
    found = decide(Request("anonymous", "s3:GetObject", "arn:aws:s3:::b/k"), known)
    assert found.verdict is Verdict.IMPLICIT_DENY


def test_who_may_signs_a_request_as_nobody_thought_of(tmp_path: Path) -> None:
    """A link that was signed beforehand is no request of the CLI, and a request all the same."""
    signed = {"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}
    known = snapshot(tmp_path, signed, trusting("sts:AssumeRole"))
    assert [one.name for one in who_may("s3:GetObject", "arn:aws:s3:::b/k", known)] == ["S/R"]


def test_a_trust_that_is_not_known_may_let_anything_be_chosen(tmp_path: Path) -> None:
    known = snapshot(tmp_path, tag("team", "red"), trusting("sts:AssumeRole"))
    [who] = known.principals
    vague = replace(who, trust=Policy((), unknown="an imported policy"))
    assert who_may("dynamodb:GetItem", TABLE, known) == []
    [holder] = who_may("dynamodb:GetItem", TABLE, replace(known, principals=(vague,)))
    assert holder.name == who.path
