"""In whose name CloudFormation acts, and what it is then refused."""

import json
from typing import Any

from support.aws import (
    Caller,
    Stack,
    make_role,
    make_user,
    policy,
    refusal,
    resource,
    root,
    statement,
    trust,
)

from whomay.lab.state import Lab

ACCOUNT = "111111111111"
SERVICE_TRUST = trust({"Service": "cloudformation.amazonaws.com"})


def start(caller: Caller, name: str, resources: dict[str, Any], **more: Any) -> Stack:
    """Have CloudFormation create a stack, and wait for its end."""
    one = Stack(caller, name)
    one.client.create_stack(
        StackName=name,
        TemplateBody=json.dumps({"Resources": resources}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        **more,
    )
    one.settle()
    return one


def status(one: Stack) -> str:
    found: str = one.client.describe_stacks(StackName=one.name)["Stacks"][0]["StackStatus"]
    return found


def test_a_stack_s_role_is_asked_for_what_its_resources_need(lab: Lab) -> None:
    queue = {"Queue": resource("SQS::Queue", QueueName="by-role")}
    weak = make_role(lab, "weak-service", SERVICE_TRUST, statement("sqs:DeleteQueue", "*"))
    strong = make_role(lab, "strong-service", SERVICE_TRUST, statement("sqs:*", "*"))
    caller = make_user(lab, "only-stacks", statement(["cloudformation:*", "iam:PassRole"], "*"))

    one = start(caller, "by-weak-role", queue, RoleARN=weak)

    assert status(one) == "ROLLBACK_COMPLETE"
    assert one.reasons() == [
        (
            f"User: arn:aws:sts::{ACCOUNT}:assumed-role/weak-service/AWSCloudFormation is not "
            f"authorized to perform: sqs:CreateQueue on resource: arn:aws:sqs:us-east-1:{ACCOUNT}:"
            "by-role because no identity-based policy allows the sqs:CreateQueue action "
            "(AccessDenied)"
        )
    ]
    two = start(caller, "by-strong-role", queue, RoleARN=strong)
    assert status(two) == "CREATE_COMPLETE"
    # The role stays with the stack, and a deletion that names none uses it.
    assert two.delete() == "DELETE_COMPLETE"


def test_a_stack_without_a_role_acts_as_who_started_it(lab: Lab) -> None:
    caller = make_user(lab, "stacks-alone", statement("cloudformation:*", "*"))
    one = start(caller, "by-caller", {"Queue": resource("SQS::Queue")})
    assert status(one) == "ROLLBACK_COMPLETE"
    [reason] = one.reasons()
    assert reason.startswith(f"User: arn:aws:iam::{ACCOUNT}:user/stacks-alone is not authorized")


def test_a_service_role_must_be_passed_and_trust_cloudformation(lab: Lab) -> None:
    other = make_role(lab, "not-for-stacks", trust({"Service": "lambda.amazonaws.com"}))
    mine = make_role(lab, "not-passed", SERVICE_TRUST)
    stacks = statement("cloudformation:*", "*")
    passing = make_user(lab, "passes-a-role", stacks, statement("iam:PassRole", other))
    body = json.dumps({"Resources": {"Queue": resource("SQS::Queue")}})
    create = passing.client("cloudformation").create_stack
    assert refusal(create, StackName="never", TemplateBody=body, RoleARN=other) == (
        "ValidationError",
        f"Role {other} is invalid or cannot be assumed",
    )
    code, message = refusal(create, StackName="never", TemplateBody=body, RoleARN=mine)
    assert (code, "iam:PassRole" in message) == ("AccessDenied", True)


def test_a_role_made_without_the_boundary_that_is_asked_for_is_refused(lab: Lab) -> None:
    iam = root(lab).client("iam")
    boundary = iam.create_policy(
        PolicyName="must-bound", PolicyDocument=policy(statement("s3:*", "*"))
    )["Policy"]["Arn"]
    bounded = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    role = make_role(
        lab,
        "bounding-service",
        SERVICE_TRUST,
        statement("iam:CreateRole", "*", Condition=bounded),
        statement("iam:DeleteRole", "*"),
    )
    document = json.loads(trust({"Service": "ec2.amazonaws.com"}))
    free = resource("IAM::Role", AssumeRolePolicyDocument=document)
    kept = resource("IAM::Role", AssumeRolePolicyDocument=document, PermissionsBoundary=boundary)
    refused = start(root(lab), "unbounded", {"Role": free}, RoleARN=role)
    assert status(refused) == "ROLLBACK_COMPLETE"
    [reason] = refused.reasons()
    assert "is not authorized to perform: iam:CreateRole" in reason
    made = start(root(lab), "bounded", {"Role": kept}, RoleARN=role)
    assert status(made) == "CREATE_COMPLETE"
    assert made.delete() == "DELETE_COMPLETE"
