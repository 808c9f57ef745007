"""A permissions boundary that a scope demands: whom it reaches, and who is outside."""

from pathlib import Path

import pytest
from aws_cdk import App, CfnResource, Stack
from aws_cdk import aws_iam as iam
from support.rule_examples import role_trusting

from whomay.cdk import demand_boundary
from whomay.engine import findings, read


@pytest.fixture
def cap(stack: Stack) -> iam.ManagedPolicy:
    statement = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=["arn:aws:sqs:::x"])
    return iam.ManagedPolicy(stack, "Cap", statements=[statement])


def outside(app: App) -> list[str]:
    app.synth()
    found = findings(read(Path(app.outdir)))
    return [one.path for one in found if one.rule.id == "outside-boundary"]


def test_a_demanded_boundary_reaches_raw_resources_as_well(
    app: App, stack: Stack, cap: iam.ManagedPolicy
) -> None:
    demand_boundary(app, cap)
    iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    raw = role_trusting({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"})
    CfnResource(stack, "Raw", type="AWS::IAM::Role", properties=raw["Properties"])
    assert outside(app) == []


def test_a_role_that_is_taken_out_of_the_boundary_is_outside(
    app: App, stack: Stack, cap: iam.ManagedPolicy
) -> None:
    demand_boundary(stack, cap)
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    iam.PermissionsBoundary.of(role).clear()
    user = iam.User(stack, "User")
    other = "arn:aws:iam::111122223333:policy/Other"
    wider = iam.ManagedPolicy.from_managed_policy_arn(stack, "Other", other)
    iam.PermissionsBoundary.of(user).apply(wider)
    assert outside(app) == ["Stack/Role", "Stack/User"]


def test_a_role_beyond_the_scope_needs_no_boundary(
    app: App, stack: Stack, cap: iam.ManagedPolicy
) -> None:
    demand_boundary(stack, cap)
    other = Stack(app, "Stack2")
    iam.Role(other, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    assert outside(app) == []
