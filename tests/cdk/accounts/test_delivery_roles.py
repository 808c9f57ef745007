"""The roles of the pipeline: what each may do, and which jobs become them."""

from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk.assertions import Template
from support.github_hub import HOST, HUB, PRODUCTION, SPOKE
from support.reading import only

from whomay.cdk import (
    BootstrapRolesAccess,
    GateError,
    GithubDeployRole,
    GithubDiffRole,
    StackTemplateAccess,
    Trust,
    synth,
)
from whomay.cdk.jsii.rendered import rendered


def test_the_deploy_role_may_assume_the_bootstraps_roles_and_nothing_else(app: App) -> None:
    stack = Stack(app, "Delivery", env=HUB)
    GithubDeployRole(stack, "Deploy", environments=[HUB, SPOKE], trusted=[PRODUCTION])
    synth(app)
    [policy] = rendered(stack, only(Template.from_stack(stack), "AWS::IAM::Role"))["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"iam:ResourceTag/aws-cdk:bootstrap-role": kind}},
            "Effect": "Allow",
            "Resource": [
                (
                    "arn:<AWS::Partition>:iam::022222222222:role/"
                    f"cdk-hnb659fds-{kind}-role-022222222222-eu-west-1"
                ),
                (
                    "arn:<AWS::Partition>:iam::111111111111:role/"
                    f"cdk-hnb659fds-{kind}-role-111111111111-us-east-1"
                ),
            ],
        }
        for kind in ("deploy", "file-publishing", "lookup")
    ]


def test_images_add_the_role_that_pushes_them(stack: Stack) -> None:
    statements = BootstrapRolesAccess(HUB, images=True, qualifier="mine").statements()
    assert [rendered(stack, one.to_statement_json())["Resource"] for one in statements] == [
        f"arn:<AWS::Partition>:iam::111111111111:role/cdk-mine-{kind}-role-111111111111-us-east-1"
        for kind in ("deploy", "file-publishing", "lookup", "image-publishing")
    ]


def test_the_diff_role_reads_templates_and_nothing_else(app: App) -> None:
    stack = Stack(app, "Delivery", env=HUB)
    GithubDiffRole(stack, "Diff", stacks=["Hub", "Ec2Role"], trusted=[PRODUCTION])
    synth(app)
    [policy] = rendered(stack, only(Template.from_stack(stack), "AWS::IAM::Role"))["Policies"]
    stacks = "arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack"
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Action": ["cloudformation:DescribeStacks", "cloudformation:GetTemplate"],
            "Effect": "Allow",
            "Resource": [f"{stacks}/Ec2Role/*", f"{stacks}/Hub/*"],
        }
    ]


def test_both_roles_share_the_one_identity_provider_of_the_account(stack: Stack) -> None:
    GithubDeployRole(stack, "Deploy", environments=[HUB], trusted=[PRODUCTION])
    GithubDiffRole(stack, "Diff", stacks=["Hub"], trusted=[PRODUCTION])
    template = Template.from_stack(stack)
    assert only(template, "AWS::IAM::OIDCProvider") == {
        "ClientIdList": ["sts.amazonaws.com"],
        "Url": f"https://{HOST}",
    }
    roles = template.find_resources("AWS::IAM::Role").values()
    assert [one["DependsOn"] for one in roles] == [["GithubProvider1CDE27EB"]] * 2


def test_an_identity_provider_that_exists_is_not_made_again(stack: Stack) -> None:
    GithubDeployRole(
        stack, "Deploy", environments=[HUB], provider_exists=True, trusted=[PRODUCTION]
    )
    Template.from_stack(stack).resource_count_is("AWS::IAM::OIDCProvider", 0)


def test_deploying_from_a_branch_is_warned_of_and_stops_the_gate(app: App) -> None:
    stack = Stack(app, "Delivery", env=HUB)
    main = Trust.github("acme", "app", branch="main")
    GithubDeployRole(stack, "Deploy", environments=[HUB], trusted=[main])
    with pytest.raises(GateError, match="deploys without the approval that an environment asks"):
        synth(app)


@pytest.mark.parametrize("migrating", [True, False])
def test_a_repository_by_its_name_alone_stops_the_gate(app: App, *, migrating: bool) -> None:
    owner, repository = (1, 2) if migrating else (None, None)
    job = Trust.github(
        "acme",
        "app",
        environment="production",
        owner_id=owner,
        repository_id=repository,
        migrating=migrating,
    )
    GithubDiffRole(Stack(app, "Delivery", env=HUB), "Diff", stacks=["Hub"], trusted=[job])
    with pytest.raises(GateError, match=r"oidc-name\[sub=repo:acme/app:environment:production\]"):
        synth(app)


@pytest.mark.parametrize(
    ("environments", "message"),
    [
        ([], r"environments: got \[\]; allowed is at least one of an Environment"),
        ([Environment(account="111111111111")], "environments: got 'no region'; allowed is"),
        ([Environment(region="us-east-1")], "environments: got 'no account'; allowed is"),
        (
            [Environment(account="1", region="us-east-1")],
            "environments: got '1'; allowed is twelve",
        ),
        (["111111111111"], "environments: got str '111111111111'; allowed is Environment"),
    ],
)
def test_an_environment_to_deploy_to_is_one_account_and_region(
    environments: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        BootstrapRolesAccess(*environments)


@pytest.mark.parametrize("name", ["*", "Hub/*", "", "Hub*"])
def test_a_stack_to_read_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=r"^stacks: got "):
        StackTemplateAccess(name)
