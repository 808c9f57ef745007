"""A proof asks requests that lie beside those which the policies write out."""

from typing import Any

from support.one_user import A, document

from whomay.engine import Snapshot, check
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.snapshot import Principal, PrincipalKind, Resource

B = "444455556666"
HUB = f"arn:aws:iam::{B}:role/Hub"
ALLOW = {"Effect": "Allow", "Action": "*"}


def hub(statement: dict[str, Any], trust: list[dict[str, Any]]) -> Principal:
    return Principal(
        HUB, PrincipalKind.ROLE, B, "S/Hub", (document([statement]),), trust=document(trust)
    )


def outcome(who: Principal, kind: StatementKind, listed: list[dict[str, Any]]) -> str:
    bucket = Resource("arn:aws:s3:::data", "AWS::S3::Bucket", A, "eu-west-1", "S/Data")
    asked = Stated(kind, "app.py:1", "S", "S/Hub", policy=document(listed))
    [result] = check([asked], Snapshot((who,), (bucket,))).results
    return result.finding.outcome.value


S3_ONLY = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]


def test_an_action_of_any_service_is_asked_beside_the_bucket_that_refuses_it() -> None:
    who = hub({**ALLOW, "Resource": "arn:aws:s3:::data*/in/*"}, [])
    assert outcome(who, StatementKind.MAY_ONLY, S3_ONLY) == "broken"


def test_no_bucket_has_a_colon_in_its_name() -> None:
    policy = document(
        [
            {**ALLOW, "Principal": "*", "Resource": "arn:aws:s3:::*/in/*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::data/*"},
        ]
    )
    who = hub({"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::data*"}, [])
    bucket = Resource("arn:aws:s3:::data", "AWS::S3::Bucket", B, "eu-west-1", "S/Data", policy)
    asked = Stated(StatementKind.MAY_ONLY, "app.py:1", "S", "S/Hub", policy=document([]))
    [result] = check([asked], Snapshot((who,), (bucket,))).results
    assert result.finding.outcome.value == "kept"


def test_an_action_that_aws_may_add_carries_the_keys_that_known_ones_lack() -> None:
    queue = f"arn:aws:sqs:eu-west-1:{B}:j?bs"
    who = hub({**ALLOW, "Resource": queue, "Condition": {"Null": {"aws:TagKeys": "false"}}}, [])
    listed = [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]
    assert outcome(who, StatementKind.MAY_ONLY, listed) == "broken"


def test_a_user_has_an_id_though_the_conditions_speak_of_sessions_alone() -> None:
    user = {"AWS": f"arn:aws:iam::{A}:root"}
    trust = [
        {"Effect": "Allow", "Principal": user, "Action": "sts:AssumeRole"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sts:AssumeRole",
            "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
        },
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:userid": "*:one"}},
        },
    ]
    assert outcome(hub(S3_ONLY[0], trust), StatementKind.ASSUMABLE_ONLY_BY, []) == "broken"


def test_nobody_has_a_name_with_a_star() -> None:
    trust = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    star = [{**trust, "Condition": {"StringEquals": {"aws:username": "al*"}}}]
    alice = [{**trust, "Condition": {"StringLike": {"aws:username": "al*"}}}]
    kind = StatementKind.ASSUMABLE_ONLY_BY
    assert outcome(hub(S3_ONLY[0], star), kind, []) == "kept"
    assert outcome(hub(S3_ONLY[0], alice), kind, []) == "broken"


def test_no_region_has_a_star() -> None:
    statement = {**ALLOW, "Action": "s3:*", "Resource": "*"}
    literal = {"StringEquals": {"aws:RequestedRegion": "eu-*"}}
    pattern = {"StringLike": {"aws:RequestedRegion": "eu-*"}}
    kind = StatementKind.MAY_ONLY
    assert outcome(hub({**statement, "Condition": literal}, []), kind, []) == "kept"
    assert outcome(hub({**statement, "Condition": pattern}, []), kind, []) == "broken"


def test_a_bucket_that_lets_in_all_but_one_is_asked_about() -> None:
    spared = {"NotPrincipal": {"AWS": f"arn:aws:iam::{B}:user/eve"}}
    policy = document([{**ALLOW, "Resource": "arn:aws:s3:::data/*", **spared}])
    who = hub({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}, [])
    bucket = Resource("arn:aws:s3:::data", "AWS::S3::Bucket", B, "eu-west-1", "S/Data", policy)
    asked = Stated(StatementKind.MAY_ONLY, "app.py:1", "S", "S/Hub", policy=document([]))
    [result] = check([asked], Snapshot((who,), (bucket,))).results
    assert result.finding.outcome.value == "broken"
