"""The contract as a validation plugin: what a synth says, and what it lets pass."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    Acknowledgment,
    App,
    CfnResource,
    Environment,
    NestedStack,
    Stack,
    Stage,
    Validations,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from whomay.cdk.contract import AccessContract
from whomay.cdk.gate.contract_checks import AccessContractChecks
from whomay.engine.contract import StatementKind

HERE = "tests/cdk/gate/test_contract_checks.py"
ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@pytest.fixture
def app(app: App) -> App:
    Validations.of(app).add_plugins(AccessContractChecks())
    return app


def report(app: App) -> dict[str, Any]:
    """Synthesize and return what the report says of the contract; empty when it says nothing."""
    try:
        app.synth()
        failed = False
    except RuntimeError as error:
        failed = "ValidationFailed" in str(error)
    written = json.loads((Path(app.outdir) / "validation-report.json").read_text())
    found = [
        each
        for each in written["pluginReports"]
        if each["pluginName"] == AccessContractChecks.NAMESPACE
    ]
    assert failed is any(each["conclusion"] == "failure" for each in found)
    return found[0] if found else {}


def findings(app: App) -> list[tuple[str, str, str]]:
    """Return rule, construct path and severity of each violation."""
    return [
        (each["ruleName"], construct["constructPath"], each["severity"])
        for each in report(app).get("violations", [])
        for construct in each["violatingConstructs"]
    ]


def add_role(scope: Any, id: str = "Role") -> iam.Role:
    return iam.Role(scope, id, assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))


def test_a_contract_that_is_kept_is_silent(app: App, stack: Stack) -> None:
    role, bucket = add_role(stack), s3.Bucket(stack, "Bucket")
    statement = iam.PolicyStatement(
        actions=["s3:GetObject"], resources=[bucket.arn_for_objects("*")]
    )
    role.add_to_policy(statement)
    contract = AccessContract.of(stack)
    contract.must_allow(role, "s3:GetObject", bucket.arn_for_objects("a.csv"))
    contract.must_not_allow(role, "s3:PutObject", "*")
    contract.may_only(role, [statement])
    contract.assumable_only_by(role, iam.ServicePrincipal("ec2.amazonaws.com"))
    contract.cannot_reach(role, "iam:*")

    assert report(app) == {}


def test_an_app_without_contract_passes(app: App, stack: Stack) -> None:
    add_role(stack)

    assert report(app) == {}


def test_a_broken_statement_shows_line_construct_witness_and_fix(app: App, stack: Stack) -> None:
    role, bucket = add_role(stack), s3.Bucket(stack, "Bucket")
    role.add_to_policy(iam.PolicyStatement(actions=["s3:DeleteObject"], resources=["*"]))
    AccessContract.of(stack).must_not_allow(role, "s3:Delete*", bucket.arn_for_objects("*"))
    policy = Stack.of(role).resolve(
        role.node.find_child("DefaultPolicy").node.default_child.logical_id  # type: ignore[union-attr]
    )

    [violation] = report(app)["violations"]
    description = violation["description"]
    assert description.startswith(f"{HERE}:")
    assert description.split(": ", 1)[1] == (
        "must_not_allow is broken; Stack/Role may s3:DeleteObject on arn:aws:s3:::<Stack.Bucket>/x; "
        f"because: allowed by identity: statement 0 of Stack/Role/DefaultPolicy {policy}"
    )
    assert violation["suggestedFix"] == (
        f"narrow statement 0 of Stack/Role/DefaultPolicy {policy}, or deny it"
    )
    assert [each["constructPath"] for each in violation["violatingConstructs"]] == [
        "Stack/Role/DefaultPolicy"
    ]


def test_every_violation_names_a_construct_and_so_is_printed(app: App, stack: Stack) -> None:
    role = add_role(stack)
    contract = AccessContract.of(stack)
    contract.must_allow(role, "s3:GetObject", "*")
    contract.must_not_allow("Stack/Nobody", "s3:GetObject", "*")
    contract.assumable_only_by(role, iam.ServicePrincipal("lambda.amazonaws.com"))

    assert findings(app) == [
        ("wrong[must_not_allow]", "Stack", "error"),
        ("must_allow[s3:GetObject]", "Stack/Role", "error"),
        ("assumable_only_by[ec2.amazonaws.com]", "Stack/Role", "error"),
    ]
    with pytest.raises(RuntimeError) as error:
        app.synth()
    for text in ("must_allow is broken", "no role or user is called 'Stack/Nobody'"):
        assert text in str(error.value)


def test_a_forbidden_resource_that_nobody_has_is_told_and_passes(app: App, stack: Stack) -> None:
    role = add_role(stack)
    s3.Bucket(stack, "Bucket", bucket_name="reports-2026")
    s3.Bucket(stack, "Generated")
    AccessContract.of(stack).must_not_allow(role, "s3:GetObject", "arn:aws:s3:::reprots-2026/*")

    found = report(app)
    [violation] = found["violations"]
    assert found["conclusion"] == "success"
    assert violation["description"] == (
        "the contract says: arn:aws:s3:::reprots-2026/* is elsewhere: "
        "the assembly is not known to have it"
    )


def test_an_acknowledged_finding_passes_and_stays_in_the_report(app: App, stack: Stack) -> None:
    role = add_role(stack)
    role.add_to_policy(iam.PolicyStatement(actions=["s3:*", "ec2:*"], resources=["*"]))
    contract = AccessContract.of(stack)
    contract.must_not_allow(role, "s3:*", "*")
    one = Acknowledgment(id="AccessContract::must_not_allow[s3:*]", reason="for the trial")
    Validations.of(role).acknowledge(one)

    found = report(app)
    assert found["conclusion"] == "success"
    assert found["violations"] == []
    [suppressed] = found["suppressedViolations"]
    assert (suppressed["ruleName"], suppressed["reason"]) == (
        "must_not_allow[s3:*]",
        "for the trial",
    )


def test_another_finding_is_not_acknowledged_with_it(app: App, stack: Stack) -> None:
    role = add_role(stack)
    role.add_to_policy(iam.PolicyStatement(actions=["s3:*", "ec2:*"], resources=["*"]))
    contract = AccessContract.of(stack)
    contract.must_not_allow(role, "s3:*", "*")
    contract.must_not_allow(role, "ec2:*", "*")
    one = Acknowledgment(id="AccessContract::must_not_allow[s3:*]", reason="for the trial")
    Validations.of(role).acknowledge(one)

    assert findings(app) == [("must_not_allow[ec2:*]", "Stack/Role/DefaultPolicy", "error")]


def test_what_is_not_known_fails_the_synth(app: App, stack: Stack) -> None:
    role = add_role(stack)
    role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("FreshAccess"))
    AccessContract.of(stack).must_not_allow(role, "s3:*", "*")

    assert findings(app) == [("must_not_allow[s3:*]", "Stack/Role", "error")]


def test_growth_that_a_boundary_caps_is_a_warning(app: App, stack: Stack) -> None:
    role = add_role(stack)
    role.add_to_policy(iam.PolicyStatement(actions=["s3:*"], resources=["*"]))
    listed = iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"])
    iam.PermissionsBoundary.of(role).apply(
        iam.ManagedPolicy(stack, "Boundary", statements=[listed])
    )
    AccessContract.of(stack).may_only(role, [listed])

    found = report(app)
    assert found["conclusion"] == "success"
    [violation] = found["violations"]
    assert violation["severity"] == "warning"
    assert "may_only is kept, but capped; Stack/Role would be allowed" in violation["description"]


def test_raw_resources_and_overrides_are_seen(app: App, stack: Stack) -> None:
    """Six packs of cdk-nag, CloudFormation Validate and cfn-lint find nothing in this stack."""
    CfnResource(
        stack,
        "Raw",
        type="AWS::IAM::Role",
        properties={
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}],
            },
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
            "Policies": [{"PolicyName": "All", "PolicyDocument": ALL}],
        },
    )
    role = add_role(stack)
    resource = role.node.default_child
    assert isinstance(resource, iam.CfnRole)
    resource.add_property_override("Policies", [{"PolicyName": "All", "PolicyDocument": ALL}])
    contract = AccessContract.of(stack)
    for path in ("Stack/Raw", "Stack/Role"):
        contract.may_only(path, [])
        contract.assumable_only_by(path, iam.ServicePrincipal("ec2.amazonaws.com"))

    assert [(rule.partition("[")[0], path) for rule, path, _ in findings(app)] == [
        ("may_only", "Stack/Raw"),
        ("assumable_only_by", "Stack/Raw"),
        ("may_only", "Stack/Role"),
    ]


def test_stages_nested_stacks_and_other_accounts_are_covered(app: App) -> None:
    stage = Stage(app, "Prod", env=Environment(account="111122223333", region="eu-west-1"))
    stack = Stack(stage, "App")
    role = add_role(NestedStack(stack, "Inner"))
    role.add_to_policy(iam.PolicyStatement(actions=["iam:*"], resources=["*"]))
    AccessContract.of(app).must_not_allow(role, "iam:*", "*")

    assert findings(app) == [
        ("must_not_allow[iam:*]", "Prod/App/Inner/Role/DefaultPolicy", "error")
    ]


def test_names_of_a_template_cannot_write_to_the_terminal(app: App, stack: Stack) -> None:
    CfnResource(
        stack,
        "Raw",
        type="AWS::IAM::Role",
        properties={
            "AssumeRolePolicyDocument": ALL,
            "Policies": [{"PolicyName": "P\x1b[2J", "PolicyDocument": ALL}],
        },
    )
    AccessContract.of(stack).must_not_allow("Stack/Raw", "s3:*", "*")

    [violation] = [
        each for each in report(app)["violations"] if each["ruleName"] == "must_not_allow[s3:*]"
    ]
    assert "\x1b" not in violation["description"]
    assert "P\\x1b[2J" in violation["description"]


def test_the_rules_are_the_statements() -> None:
    assert AccessContractChecks().rule_ids == [*StatementKind, "wrong", "elsewhere"]
