"""What a pipeline needs in the hub: GitHub's identity, a role to deploy with, and one to compare."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.contracts import delivery as contract
from whomay.cdk import Accounts, GithubDeployRole, GithubDiffRole, Repository, Trust


class DeliveryStack(Stack):
    """The roles of one repository's workflow."""

    def __init__(
        self, scope: Construct, id: str, *, accounts: Accounts, github: Repository, **kwargs: Any
    ) -> None:
        account = accounts.hub
        super().__init__(scope, id, env=account.environment, tags=account.tags, **kwargs)

        job = Trust.github(
            github.owner,
            github.repository,
            environment=github.environment,
            owner_id=github.owner_id,
            repository_id=github.repository_id,
            migrating=github.migrating,
        )
        environments = [account.environment]
        if not accounts.rolls_out:
            environments += [spoke.environment for spoke in accounts.spokes.values()]
        deploy = GithubDeployRole(self, "Deploy", environments=environments, trusted=[job])
        stacks = ["Hub", "Ec2Role", "UserAssumeRole"]
        diff = GithubDiffRole(self, "Diff", stacks=stacks, trusted=[job])

        contract.state(
            self,
            deploy,
            diff,
            accounts=accounts,
            environments=environments,
            subjects=_subjects(github),
        )

        CfnOutput(self, "DeployRoleArn", value=deploy.role_arn)
        CfnOutput(self, "DiffRoleArn", value=diff.role_arn)


def _subjects(github: Repository) -> list[str]:
    """Write out the subjects of the environment's jobs, apart from the construct that trusts them."""
    plain = f"repo:{github.owner}/{github.repository}:environment:{github.environment}"
    if github.owner_id is None:
        return [plain]
    owner = f"{github.owner}@{github.owner_id}"
    repository = f"{github.repository}@{github.repository_id}"
    numbered = f"repo:{owner}/{repository}:environment:{github.environment}"
    return [numbered, plain] if github.migrating else [numbered]
