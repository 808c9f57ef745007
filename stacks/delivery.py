"""What a pipeline needs in the hub: GitHub's identity, a role to deploy with, and one to compare."""

from typing import Any

from aws_cdk import CfnOutput, Environment, Stack
from constructs import Construct

from stacks.contracts import delivery as contract
from whomay.cdk import Accounts, Audit, GithubDeployRole, GithubDiffRole, Repository, Trust


class DeliveryStack(Stack):
    """The roles of one repository's workflow."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        accounts: Accounts,
        github: Repository,
        audit: Audit | None = None,
        **kwargs: Any,
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
        environments = _environments(accounts, audit)
        exists = github.provider_exists
        deploy = GithubDeployRole(
            self, "Deploy", environments=environments, trusted=[job], provider_exists=exists
        )
        stacks = ["Hub", "Ec2Role", "UserAssumeRole"]
        diff = GithubDiffRole(self, "Diff", stacks=stacks, trusted=[job], provider_exists=exists)

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


def _environments(accounts: Accounts, audit: Audit | None) -> list[Environment]:
    """Return where `cdk deploy --all` goes to, the Regions of an audit included."""
    hub = accounts.hub
    regions = dict.fromkeys([hub.region, *(audit.all_regions if audit else ())])
    spokes = () if accounts.rolls_out else accounts.spokes.values()
    return [
        *(Environment(account=hub.id, region=region) for region in regions),
        *(spoke.environment for spoke in spokes),
    ]


def _subjects(github: Repository) -> list[str]:
    """Write out the subjects of the environment's jobs, apart from the construct that trusts them."""
    plain = f"repo:{github.owner}/{github.repository}:environment:{github.environment}"
    if github.owner_id is None:
        return [plain]
    owner = f"{github.owner}@{github.owner_id}"
    repository = f"{github.repository}@{github.repository_id}"
    numbered = f"repo:{owner}/{repository}:environment:{github.environment}"
    return [numbered, plain] if github.migrating else [numbered]
