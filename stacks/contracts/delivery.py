"""The pipeline: jobs of one environment deploy through the bootstrap's roles, and read templates."""

from collections.abc import Sequence

from aws_cdk import Environment, Stack
from aws_cdk import aws_iam as iam

from whomay.cdk import AccessContract, Accounts, GithubDeployRole, GithubDiffRole


def state(
    stack: Stack,
    deploy: GithubDeployRole,
    diff: GithubDiffRole,
    *,
    accounts: Accounts,
    environments: Sequence[Environment],
    subjects: Sequence[str],
) -> None:
    """State the contract of both roles; `subjects` are those of GitHub's tokens."""
    partition, hub = accounts.hub.partition, accounts.hub
    github = "token.actions.githubusercontent.com"
    job = iam.WebIdentityPrincipal(
        f"arn:{partition}:iam::{hub.id}:oidc-provider/{github}",
        {
            "StringEquals": {
                f"{github}:aud": "sts.amazonaws.com",
                f"{github}:sub": [*subjects],
            }
        },
    )
    contract = AccessContract.of(stack)
    contract.may_only(
        deploy,
        [
            iam.PolicyStatement(
                actions=["sts:AssumeRole"],
                conditions={"StringEquals": {"iam:ResourceTag/aws-cdk:bootstrap-role": kind}},
                resources=[
                    f"arn:{partition}:iam::{one.account}:role/"
                    f"cdk-hnb659fds-{kind}-role-{one.account}-{one.region}"
                    for one in environments
                ],
            )
            for kind in ("deploy", "file-publishing", "lookup")
        ],
    )
    stacks = f"arn:{partition}:cloudformation:{hub.region}:{hub.id}:stack"
    contract.may_only(
        diff,
        [
            iam.PolicyStatement(
                actions=["cloudformation:DescribeStacks", "cloudformation:GetTemplate"],
                resources=[f"{stacks}/{name}/*" for name in ("Hub", "Ec2Role", "UserAssumeRole")],
            )
        ],
    )
    for role in (deploy, diff):
        contract.assumable_only_by(role, job)
    contract.cannot_reach(diff, "sts:AssumeRole")
