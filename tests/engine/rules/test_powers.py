"""Rules about what principals can make of their permissions, alone and through one another."""

from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import found_in, ids, role_allowed, role_trusting

ADMINISTRATOR = {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"


def allow(action: Any, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def user(*statements: dict[str, Any], **properties: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    policies = [{"PolicyName": "Inline", "PolicyDocument": document}] if statements else []
    return {"Type": "AWS::IAM::User", "Properties": {"Policies": policies, **properties}}


def trusting(principal: Any, **properties: Any) -> dict[str, Any]:
    role = role_trusting({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    role["Properties"].update(properties)
    return role


def arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def of(rule: str, folder: Path, **resources: dict[str, Any]) -> list[str]:
    """Return what one rule says, with the construct path before it and no name of a path."""
    found = [each for each in found_in(folder, {"Resources": resources}) if each.rule.id == rule]
    return [f"{each.path}: {each.message.partition(' (pathfinding')[0]}" for each in found]


def test_a_role_of_the_app_may_be_passed_without_a_condition(tmp_path: Path) -> None:
    task = trusting({"Service": "lambda.amazonaws.com"})
    passer = role_allowed(allow(["iam:PassRole", "lambda:CreateFunction"], arn("Task")))
    assert of("pass-role", tmp_path, Task=task, Passer=passer) == []
    assert of("pass-role-run", tmp_path, Task=task, Passer=passer) == []


@pytest.mark.parametrize(
    "statement",
    [
        allow("iam:PassRole", "*"),
        allow("iam:Pass*", "arn:aws:iam::111122223333:role/*"),
        allow("iam:*", "arn:aws:iam::111122223333:role/Task"),
        allow("iam:PassRole", "*", StringLike={"iam:PassedToService": "*"}),
        allow("iam:PassRole", "*", StringEqualsIfExists={"iam:PassedToService": "x"}),
    ],
)
def test_a_role_that_may_be_passed_to_every_service_is_found(
    statement: dict[str, Any], tmp_path: Path
) -> None:
    found = ids(found_in(tmp_path, {"Resources": {"Role": role_allowed(statement)}}))
    assert f"pass-role[{statement['Resource']}]" in found


def test_a_bucket_is_no_role(tmp_path: Path) -> None:
    template = {"Resources": {"Role": role_allowed(allow("*", QUEUE))}}
    assert ids(found_in(tmp_path, template)) == []


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("ec2.amazonaws.com", "ec2:RunInstances"),
        ("lambda.amazonaws.com", "lambda:CreateFunction"),
        ("ecs-tasks.amazonaws.com", "ecs:RunTask"),
        ("cloudformation.amazonaws.com", "cloudformation:CreateStack"),
        ("glue.amazonaws.com", "glue:CreateJob"),
    ],
)
def test_passing_a_role_and_running_it_is_acting_as_it(
    service: str, action: str, tmp_path: Path
) -> None:
    passing = allow(
        "iam:PassRole",
        "arn:aws:iam::111122223333:role/admin",
        StringEquals={"iam:PassedToService": service},
    )
    assert of("pass-role-run", tmp_path, Role=role_allowed([passing, allow(action)])) == [
        f"S/Role: by iam:PassRole and {action} it can act as arn:aws:iam::111122223333:role/admin"
    ]


def test_passing_without_running_or_for_another_service_is_not(tmp_path: Path) -> None:
    passing = allow(
        "iam:PassRole",
        "arn:aws:iam::111122223333:role/admin",
        StringEquals={"iam:PassedToService": "ec2.amazonaws.com"},
    )
    other = role_allowed([passing, allow("lambda:CreateFunction")])
    alone = role_allowed(passing)
    denied = role_allowed([passing, allow("ec2:RunInstances"), allow("ec2:*") | {"Effect": "Deny"}])
    assert of("pass-role-run", tmp_path, Other=other, Alone=alone, Denied=denied) == []


@pytest.mark.parametrize(
    ("action", "written"),
    [
        ("iam:PutRolePolicy", "iam:PutRolePolicy"),
        ("iam:AttachRolePolicy", "iam:AttachRolePolicy"),
        ("iam:CreatePolicyVersion", "iam:CreatePolicyVersion"),
        ("iam:Put*", "iam:PutRolePolicy"),
    ],
)
def test_a_role_that_may_write_its_own_policy_is_found(
    action: str, written: str, tmp_path: Path
) -> None:
    role = role_allowed(allow(action))
    assert of("writes-own-policy", tmp_path, Role=role) == [
        f"S/Role: by {written} it can give itself any permission"
    ]


def test_a_user_that_may_write_its_own_policies_is_found(tmp_path: Path) -> None:
    actions = ["iam:CreatePolicyVersion", "iam:AttachUserPolicy", "iam:PutUserPolicy"]
    assert of("writes-own-policy", tmp_path, Ada=user(allow(actions))) == [
        (
            "S/Ada: by iam:AttachUserPolicy, iam:CreatePolicyVersion, iam:PutUserPolicy it can give "
            "itself any permission"
        )
    ]


def test_a_user_that_may_write_the_policy_of_its_group_is_found(tmp_path: Path) -> None:
    group = {"Type": "AWS::IAM::Group"}
    ada = user(allow("iam:PutGroupPolicy", arn("Group")), Groups=[{"Ref": "Group"}])
    bob = user(allow("iam:PutGroupPolicy", arn("Group")))
    assert of("writes-own-policy", tmp_path, Group=group, Ada=ada, Bob=bob) == [
        "S/Ada: by iam:PutGroupPolicy it can give itself any permission"
    ]


@pytest.mark.parametrize(
    "statements",
    [
        [allow("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/apps/*")],
        [allow("iam:PutRolePolicy"), allow("iam:Put*") | {"Effect": "Deny"}],
        [
            allow(
                "iam:AttachRolePolicy",
                "*",
                ArnEquals={"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
            )
        ],
        [
            allow(
                "iam:PutRolePolicy",
                "*",
                StringEquals={"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/Cap"},
            )
        ],
    ],
)
def test_a_role_that_may_not_write_its_own_policy_is_not_found(
    statements: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert of("writes-own-policy", tmp_path, Role=role_allowed(statements)) == []


def test_a_boundary_keeps_a_role_from_writing_its_own_policy(tmp_path: Path) -> None:
    cap = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "PolicyDocument": {"Version": "2012-10-17", "Statement": allow("sqs:*", QUEUE)}
        },
    }
    role = role_allowed(allow("iam:*"), PermissionsBoundary={"Ref": "Cap"})
    assert of("writes-own-policy", tmp_path, Cap=cap, Role=role) == []


def test_a_way_over_two_roles_is_told_step_by_step(tmp_path: Path) -> None:
    found = of(
        "escalation",
        tmp_path,
        Alice=user(allow("sts:AssumeRole", arn("Build"))),
        Build=trusting(
            {"AWS": arn("Alice")},
            Policies=[
                {
                    "PolicyName": "Deploy",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            allow("iam:PassRole", arn("Admin")),
                            allow("lambda:CreateFunction"),
                        ],
                    },
                }
            ],
        ),
        Admin=trusting({"Service": "lambda.amazonaws.com"}, **ADMINISTRATOR),
    )
    assert sorted(found) == [
        (
            "S/Alice: S/Alice becomes S/Build by sts:AssumeRole, becomes S/Admin by iam:PassRole and "
            "lambda:CreateFunction, which is an administrator"
        ),
        (
            "S/Build: S/Build becomes S/Admin by iam:PassRole and lambda:CreateFunction, which is an "
            "administrator"
        ),
    ]


@pytest.mark.parametrize(
    ("statement", "by"),
    [
        (allow("sts:AssumeRole", arn("Admin")), "sts:AssumeRole"),
        (allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/*"), "sts:AssumeRole"),
        (allow("iam:UpdateAssumeRolePolicy", arn("Admin")), "iam:UpdateAssumeRolePolicy"),
        (allow("lambda:UpdateFunctionCode", arn("Function")), "lambda:UpdateFunctionCode"),
        (allow("ssm:StartSession", "*"), "ssm:StartSession"),
    ],
)
def test_one_step_to_an_administrator_is_found(
    statement: dict[str, Any], by: str, tmp_path: Path
) -> None:
    admin = trusting(
        {"AWS": "arn:aws:iam::111122223333:root", "Service": "lambda.amazonaws.com"},
        **ADMINISTRATOR,
    )
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Role": arn("Admin")}}
    profile = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Admin"}]}}
    instance = {
        "Type": "AWS::EC2::Instance",
        "Properties": {"IamInstanceProfile": {"Ref": "Profile"}},
    }
    assert of(
        "escalation",
        tmp_path,
        Admin=admin,
        Function=function,
        Profile=profile,
        Instance=instance,
        Ada=user(statement),
    ) == [f"S/Ada: S/Ada becomes S/Admin by {by}, which is an administrator"]


@pytest.mark.parametrize("action", ["iam:CreateAccessKey", "iam:CreateLoginProfile"])
def test_credentials_of_an_administrator_make_one(action: str, tmp_path: Path) -> None:
    root = user(**ADMINISTRATOR)
    ada = user(allow(action, arn("Root")))
    assert of("escalation", tmp_path, Root=root, Ada=ada) == [
        f"S/Ada: S/Ada becomes S/Root by {action}, which is an administrator"
    ]


def test_a_role_whose_policy_the_way_itself_may_write_is_found(tmp_path: Path) -> None:
    ada = user(allow("sts:AssumeRole", arn("Plain")), allow("iam:PutRolePolicy", arn("Plain")))
    plain = trusting({"AWS": arn("Ada")})
    assert of("escalation", tmp_path, Ada=ada, Plain=plain) == [
        (
            "S/Ada: S/Ada becomes S/Plain by sts:AssumeRole, which S/Ada can give any permission by "
            "iam:PutRolePolicy"
        )
    ]


def test_a_step_that_some_policy_denies_is_no_way(tmp_path: Path) -> None:
    admin = trusting({"AWS": "arn:aws:iam::111122223333:role/Other"}, **ADMINISTRATOR)
    ada = user(allow("sts:AssumeRole", arn("Admin")))
    task = trusting({"Service": "ecs-tasks.amazonaws.com"}, **ADMINISTRATOR)
    bob = user(allow("iam:PassRole", arn("Task")), allow("lambda:CreateFunction"))
    assert of("escalation", tmp_path, Admin=admin, Ada=ada, Task=task, Bob=bob) == []


CAP = "arn:aws:iam::111122223333:policy/Cap"
APPS = "arn:aws:iam::111122223333:role/apps/*"
UNDER_A_BOUNDARY = allow(
    ["iam:CreateRole", "iam:PutRolePolicy"], APPS, StringEquals={"iam:PermissionsBoundary": CAP}
)


@pytest.mark.parametrize(
    ("more", "way"),
    [
        (allow("iam:DeleteRolePermissionsBoundary", APPS), "iam:DeleteRolePermissionsBoundary"),
        (allow("iam:PutRolePermissionsBoundary", APPS), "iam:PutRolePermissionsBoundary"),
        (allow("iam:CreatePolicyVersion", CAP), "iam:CreatePolicyVersion"),
    ],
)
def test_a_boundary_that_its_delegate_can_lift_is_found(
    more: dict[str, Any], way: str, tmp_path: Path
) -> None:
    delegate = role_allowed([UNDER_A_BOUNDARY, more])
    assert of("boundary-escalation", tmp_path, Role=delegate) == [
        f"S/Role: by {way} it can lift the boundary {CAP}"
    ]


def test_a_boundary_that_is_denied_to_be_lifted_stays(tmp_path: Path) -> None:
    lift = "iam:DeleteRolePermissionsBoundary"
    delegate = role_allowed([UNDER_A_BOUNDARY, allow(lift, APPS), allow(lift) | {"Effect": "Deny"}])
    assert of("boundary-escalation", tmp_path, Role=delegate) == []


def test_people_may_make_keys_of_their_own(tmp_path: Path) -> None:
    own = "arn:aws:iam::111122223333:user/${aws:username}"
    assert of("escalation-outside", tmp_path, Ada=user(allow("iam:CreateAccessKey", own))) == []
    assert len(of("escalation-outside", tmp_path, Ada=user(allow("iam:CreateAccessKey")))) == 1
