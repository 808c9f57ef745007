"""What an app's contract writes into its cloud assembly."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Aws, Environment, NestedStack, Stack, Stage
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from support.vacuous_statements import VACUOUS

from whomay.cdk.contract import AccessContract
from whomay.cdk.principals.trust import Trust
from whomay.metadata.records import StatementRecord

HERE = "tests/cdk/test_contract_statements.py"


def line() -> int:
    return sys._getframe(1).f_lineno  # noqa: SLF001 - the line of the call


def stated(app: App) -> list[tuple[str, dict[str, Any]]]:
    """Return construct path and data of all statements in the synthesized assembly."""
    app.synth()
    files = sorted(Path(app.outdir).rglob("*.metadata.json"))
    return [
        (path, entry["data"])
        for file in files
        for path, entries in json.loads(file.read_text()).items()
        for entry in entries
        if entry["type"] == StatementRecord.KEY
    ]


def add_role(scope: Any, **properties: Any) -> iam.Role:
    return iam.Role(
        scope, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"), **properties
    )


def logical_id(scope: Any, construct: Any) -> str:
    return str(Stack.of(scope).resolve(construct.node.default_child.logical_id))


def test_a_statement_says_where_it_stands_and_what_it_means(app: App, stack: Stack) -> None:
    role, bucket = add_role(stack), s3.Bucket(stack, "Bucket")
    at = f"{HERE}:{line() + 1}"
    AccessContract.of(stack).must_allow(
        role,
        ["s3:GetObject", "s3:PutObject"],
        bucket.arn_for_objects("in/*"),
        given={"aws:MultiFactorAuthPresent": True, "aws:SourceVpce": ["a", "b"], "a:b": None},
    )

    assert stated(app) == [
        (
            "/Stack",
            {
                "Version": 2,
                "Statement": "must_allow",
                "At": at,
                "Principal": {
                    "Text": [
                        {
                            "Stack": "Stack",
                            "Value": {"Fn::GetAtt": [logical_id(stack, role), "Arn"]},
                        }
                    ]
                },
                "Actions": ["s3:GetObject", "s3:PutObject"],
                "Resources": [
                    {
                        "Text": [
                            {
                                "Stack": "Stack",
                                "Value": {"Fn::GetAtt": [logical_id(stack, bucket), "Arn"]},
                            },
                            "/in/*",
                        ]
                    }
                ],
                "Given": {
                    "aws:MultiFactorAuthPresent": ["true"],
                    "aws:SourceVpce": ["a", "b"],
                    "a:b": [],
                },
            },
        )
    ]


def test_references_name_the_stack_that_they_refer_to(app: App) -> None:
    """Even where CDK refuses to resolve them: in another account, without a physical name."""
    stack = Stack(app, "Here")
    add_role(stack)
    nested = add_role(NestedStack(Stack(app, "There"), "Inner"))
    stage = Stage(app, "Prod", env=Environment(account="111122223333", region="eu-west-1"))
    staged = add_role(Stack(stage, "App"))
    contract = AccessContract.of(stack)
    for role in (nested, staged):
        contract.must_not_allow(role, "iam:*", "*")

    assert [data["Principal"]["Text"][0]["Stack"] for _, data in stated(app)] == [
        "There/Inner",
        "Prod/App",
    ]


def test_a_contract_of_the_app_is_kept_with_its_principal(app: App) -> None:
    stage = Stage(app, "Prod", env=Environment(account="111122223333", region="eu-west-1"))
    role = add_role(Stack(stage, "App"))
    AccessContract.of(app).cannot_reach(role, "iam:*")
    AccessContract.of(stage).must_not_allow(role, "iam:*", "*")

    assert [(path, data["Statement"]) for path, data in stated(app)] == [
        ("/Prod/App", "cannot_reach"),
        ("/Prod/App", "must_not_allow"),
    ]


def test_a_contract_of_the_app_needs_a_construct_as_principal(app: App) -> None:
    with pytest.raises(ValueError, match="a construct, where the contract is not that of a stack"):
        AccessContract.of(app).cannot_reach("Stack/Role", "iam:*")


def test_may_only_holds_whole_statements(app: App, stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    statement = iam.PolicyStatement(
        actions=["s3:GetObject"],
        resources=[bucket.arn_for_objects("*"), "arn:aws:s3:::x"],
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )
    AccessContract.of(stack).may_only("Stack/Role", [statement])
    AccessContract.of(stack).may_only("Stack/Role", [])

    bucket_arn = {"Stack": "Stack", "Value": {"Fn::GetAtt": [logical_id(stack, bucket), "Arn"]}}
    account = {"Stack": "Stack", "Value": {"Ref": "AWS::AccountId"}}
    assert [data["Statements"] for _, data in stated(app)] == [
        [
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": [{"Text": [bucket_arn, "/*"]}, "arn:aws:s3:::x"],
                "Condition": {"StringEquals": {"aws:SourceAccount": {"Text": [account]}}},
            }
        ],
        [],
    ]


def test_trusted_principals_keep_their_conditions(app: App, stack: Stack) -> None:
    role, user = add_role(stack), iam.User(stack, "User")
    AccessContract.of(stack).assumable_only_by(
        role,
        Trust.user(user, external_id="course-2026"),
        Trust.service("lambda.amazonaws.com"),
        iam.AnyPrincipal(),
        iam.StarPrincipal(),
    )

    user_arn = {"Stack": "Stack", "Value": {"Fn::GetAtt": [logical_id(stack, user), "Arn"]}}
    [(_, data)] = stated(app)
    assert data["Trusted"] == [
        {
            "Principal": {"AWS": [{"Text": [user_arn]}]},
            "Condition": {"StringEquals": {"sts:ExternalId": "course-2026"}},
        },
        {
            "Principal": {
                "Service": [{"Text": [{"Stack": "Stack", "Value": "lambda.amazonaws.com"}]}]
            },
            "Condition": {},
        },
        {"Principal": {"AWS": ["*"]}, "Condition": {}},
        {"Principal": "*", "Condition": {}},
    ]


def test_an_empty_contract_fails_the_synth_with_its_line(app: App, stack: Stack) -> None:
    at = f"{HERE}:{line() + 1}"
    AccessContract.of(stack)

    with pytest.raises(RuntimeError) as error:
        app.synth()
    assert f"{at}: the contract states nothing; add a statement or remove it" in str(error.value)


REFUSED: dict[str, tuple[Any, str]] = {
    "a bucket as principal": (
        lambda c, s: c.must_allow(s3.Bucket(s, "B"), "s3:GetObject", "*"),
        "principal: got Bucket .+; allowed is a role, a user, an ARN or a construct path",
    ),
    "an empty principal": (
        lambda c, _: c.must_allow(" ", "s3:GetObject", "*"),
        "principal: got ' '",
    ),
    "no action": (lambda c, _: c.must_allow("S/R", [], "*"), r"actions: got \[\]"),
    "an empty action": (lambda c, _: c.must_allow("S/R", [""], "*"), "actions: got ''"),
    "an action that is not text": (
        lambda c, _: c.must_not_allow("S/R", [None], "*"),
        "actions: got None; allowed is text",
    ),
    "resources that are no list": (
        lambda c, _: c.cannot_reach("S/R", "s3:*", 7),
        "resources: got int 7; allowed is a list of text",
    ),
    "one statement instead of a list": (
        lambda c, _: c.may_only("S/R", iam.PolicyStatement(actions=["s3:*"], resources=["*"])),
        "statements: got PolicyStatement .+; allowed is a list of iam.PolicyStatement",
    ),
    "statements of another type": (
        lambda c, _: c.may_only("S/R", ["s3:*"]),
        "statements: got str 's3:.'; allowed is a list of iam.PolicyStatement",
    ),
    "nobody trusted": (lambda c, _: c.assumable_only_by("S/R"), r"trusted: got \(\); allowed"),
    "a trusted text": (
        lambda c, _: c.assumable_only_by("S/R", "arn:aws:iam::111122223333:user/u"),
        "trusted: got str 'arn.+; allowed is principals, one after another; such as Trust.user",
    ),
    "a given value of another type": (
        lambda c, _: c.must_allow("S/R", "s3:*", "*", given={"aws:SourceVpc": 1.5}),
        "given: got {'aws:SourceVpc': 1.5}; allowed is text, bool, int",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_argument_is_refused_at_its_line(stack: Stack, case: str) -> None:
    state, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        state(AccessContract.of(stack), stack)


@pytest.mark.parametrize("case", VACUOUS)
def test_a_statement_that_says_nothing_is_refused_at_its_line(stack: Stack, case: str) -> None:
    vacuous = VACUOUS[case]
    state = getattr(AccessContract.of(stack), vacuous.method)
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        state(vacuous.principal, *vacuous.arguments, **vacuous.options)
    assert str(error.value) == vacuous.message
