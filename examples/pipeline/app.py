"""A pipeline inside AWS: it deploys project 1 once the access has been compared with the lock."""

import json
from pathlib import Path
from typing import Final

from aws_cdk import App, Environment, Stack, Stage, pipelines
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from whomay.cdk import BucketAccess, Ec2RoleProject, PrivateBucket, acknowledge, one_message, synth

HUB: Final = Environment(account="111111111111", region="us-east-1")
# A connection is made in the console, where GitHub asks its owner; this is the ARN it then has.
CONNECTION: Final = (
    "arn:aws:codeconnections:us-east-1:111111111111:connection/00000000-0000-4000-8000-000000000000"
)
# What the packs say of CDK Pipelines: by the path of the construct, each id by itself.
FINDINGS: Final = json.loads((Path(__file__).parent / "findings.json").read_text())


class Production(Stage):
    """What the pipeline deploys, into its own account and Region."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        stack = Stack(self, "Ec2Role")
        shared = PrivateBucket(stack, "Shared")
        Ec2RoleProject(stack, "Project", access=[BucketAccess.read_write(shared)])


def _let_source_use_connection(stack: Stack) -> None:
    """Allow the source action to use the connection, by the prefix that the connection's ARN has.

    CDK allows `codestar-connections:UseConnection` alone. An action of the old prefix is not matched
    by an ARN of the new one, so the source would fail at its first run.
    https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
    """
    construct: IConstruct = stack
    for name in ("Pipeline", "Pipeline", "Source", "acme_app", "CodePipelineActionRole"):
        construct = construct.node.find_child(name)
    if not isinstance(construct, iam.Role):
        raise TypeError(f"{construct.node.path} is not a role: CDK Pipelines has changed")
    construct.add_to_policy(
        iam.PolicyStatement(actions=["codeconnections:UseConnection"], resources=[CONNECTION])
    )


class PipelineStack(Stack):
    """The pipeline: it compares, changes itself, then deploys."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, env=HUB)
        source = pipelines.CodePipelineSource.connection(
            "acme/app", "main", connection_arn=CONNECTION
        )
        pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            artifact_bucket=PrivateBucket(self, "Artifacts"),
            synth=pipelines.ShellStep(
                "Synth",
                input=source,
                commands=[
                    "make .venv/.ready",
                    "cd examples/pipeline",
                    "../../.venv/bin/cdk synth --quiet",
                    # The last word before anything changes, the pipeline included.
                    "../../.venv/bin/whomay diff access.lock cdk.out",
                ],
                primary_output_directory="examples/pipeline/cdk.out",
            ),
        )
        pipeline.add_stage(Production(self, "Production"))
        pipeline.build_pipeline()
        _let_source_use_connection(self)
        for path, ids in FINDINGS["findings"].items():
            construct = self.node.find_child(path.split("/")[0])
            for name in path.split("/")[1:]:
                construct = construct.node.find_child(name)
            for finding in ids:
                acknowledge(construct, finding, reason=FINDINGS["reason"])


with one_message():
    app = App()
    PipelineStack(app, "Pipeline")
    synth(app)
