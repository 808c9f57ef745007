"""IAM's simulator answers as AWS's does, with AWS's limits."""

from typing import Any

import pytest
from support.aws import make_role, make_user, policy, refusal, root, statement, trust

from whomay.lab.state import Lab

ACCOUNT = "111111111111"
BUCKET = "arn:aws:s3:::simulated"


def arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def simulated(lab: Lab, who: str, *actions: str, **more: Any) -> list[dict[str, Any]]:
    iam = root(lab).client("iam")
    asked = {"PolicySourceArn": who, "ActionNames": [*actions], **more}
    pages = iam.get_paginator("simulate_principal_policy").paginate(**asked)
    return [each for page in pages for each in page["EvaluationResults"]]


def key(name: str, *values: str, kind: str = "string") -> dict[str, Any]:
    return {"ContextKeyName": name, "ContextKeyValues": [*values], "ContextKeyType": kind}


def test_policies_of_a_user_and_its_groups_decide_and_are_named(lab: Lab) -> None:
    make_user(lab, "simulated-user", statement("s3:GetObject", f"{BUCKET}/*"))
    iam = root(lab).client("iam")
    iam.create_group(GroupName="simulated-group")
    iam.add_user_to_group(GroupName="simulated-group", UserName="simulated-user")
    denied = {**statement("s3:PutObject", "*"), "Effect": "Deny"}
    iam.put_group_policy(
        GroupName="simulated-group", PolicyName="no", PolicyDocument=policy(denied)
    )
    actions = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
    found = simulated(lab, arn("user", "simulated-user"), *actions, ResourceArns=[f"{BUCKET}/a"])
    told = [
        (each["EvalActionName"], each["EvalDecision"], each["MatchedStatements"]) for each in found
    ]
    assert told == [
        (
            "s3:GetObject",
            "allowed",
            [{"SourcePolicyId": "user_simulated-user_own", "SourcePolicyType": "user"}],
        ),
        (
            "s3:PutObject",
            "explicitDeny",
            [{"SourcePolicyId": "group_simulated-group_no", "SourcePolicyType": "group"}],
        ),
        ("s3:DeleteObject", "implicitDeny", []),
    ]
    assert found[0]["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}


def test_a_boundary_that_does_not_allow_is_told(lab: Lab) -> None:
    iam = root(lab).client("iam")
    limit = iam.create_policy(
        PolicyName="simulated-limit", PolicyDocument=policy(statement("s3:GetObject", "*"))
    )["Policy"]["Arn"]
    who = make_role(
        lab,
        "simulated-bounded",
        trust({"AWS": ACCOUNT}),
        statement("s3:*", "*"),
        PermissionsBoundary=limit,
    )
    found = simulated(lab, who, "s3:GetObject", "s3:PutObject")
    assert [
        (
            each["EvalDecision"],
            each["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"],
        )
        for each in found
    ] == [("allowed", True), ("implicitDeny", False)]


def test_a_condition_key_is_absent_unless_it_is_given_and_then_is_told_as_missing(lab: Lab) -> None:
    within = {"StringEquals": {"aws:PrincipalArn": arn("user", "simulated-keys")}}
    make_user(lab, "simulated-keys", statement("s3:GetObject", "*", Condition=within))
    who, on = arn("user", "simulated-keys"), {"ResourceArns": [f"{BUCKET}/a"]}
    [without] = simulated(lab, who, "s3:GetObject", **on)
    [specific] = without["ResourceSpecificResults"]
    assert (without["EvalDecision"], without["MissingContextValues"]) == ("implicitDeny", [])
    assert specific["MissingContextValues"] == ["aws:PrincipalArn"]
    given = [key("aws:principalarn", who)]
    [told] = simulated(lab, who, "s3:GetObject", **on, ContextEntries=given)
    assert told["EvalDecision"] == "allowed"
    assert told["ResourceSpecificResults"][0]["MissingContextValues"] == []


def test_the_trust_of_a_role_is_ignored(lab: Lab) -> None:
    role = make_role(lab, "simulated-closed", trust({"Service": "ec2.amazonaws.com"}))
    make_user(lab, "simulated-caller", statement("sts:AssumeRole", role))
    asked = arn("user", "simulated-caller")
    [found] = simulated(lab, asked, "sts:AssumeRole", ResourceArns=[role])
    assert found["EvalDecision"] == "allowed"


def test_the_policy_of_a_resource_is_taken_for_a_user_alone(lab: Lab) -> None:
    make_user(lab, "simulated-guest")
    user, role = arn("user", "simulated-guest"), make_role(lab, "simulated-role", trust("*"))
    letting = {**statement("s3:GetObject", f"{BUCKET}/*"), "Principal": {"AWS": user}}
    given = {"ResourceArns": [f"{BUCKET}/a"], "ResourcePolicy": policy(letting)}
    [found] = simulated(lab, user, "s3:GetObject", **given)
    assert found["EvalDecision"] == "allowed"
    assert found["MatchedStatements"] == [
        {"SourcePolicyId": "ResourcePolicy", "SourcePolicyType": "resource"}
    ]
    iam = root(lab).client("iam")
    code, _ = refusal(
        iam.simulate_principal_policy, PolicySourceArn=role, ActionNames=["s3:GetObject"], **given
    )
    assert code == "InvalidInput"


def test_answers_come_in_pages(lab: Lab) -> None:
    make_user(lab, "simulated-pages", statement("s3:*", "*"))
    who, actions = arn("user", "simulated-pages"), ("s3:GetObject", "s3:PutObject", "s3:ListBucket")
    iam = root(lab).client("iam")
    first = iam.simulate_principal_policy(PolicySourceArn=who, ActionNames=[*actions], MaxItems=2)
    assert (len(first["EvaluationResults"]), first["IsTruncated"]) == (2, True)
    found = simulated(lab, who, *actions, PaginationConfig={"PageSize": 1})
    assert [each["EvalActionName"] for each in found] == [*actions]


@pytest.mark.parametrize(
    ("who", "action", "code"),
    [
        (arn("user", "nobody"), "s3:GetObject", "NoSuchEntity"),
        ("arn:aws:iam::222222222222:role/x", "s3:GetObject", "NoSuchEntity"),
        (arn("user", "nobody"), "no action", "InvalidInput"),
    ],
)
def test_a_question_about_nobody_or_nothing_is_refused(
    lab: Lab, who: str, action: str, code: str
) -> None:
    call = root(lab).client("iam").simulate_principal_policy
    assert refusal(call, PolicySourceArn=who, ActionNames=[action])[0] == code
