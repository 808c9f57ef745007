"""A template without an account: CloudFormation StackSets deploy it to many."""

from aws_cdk import BootstraplessSynthesizer, Stack
from constructs import Construct


class RolloutTemplate(Stack):
    """The stack that an `OrganizationRollout` deploys. Put constructs into it as into any stack.

    Its template asks for no CDK bootstrap in the accounts that it goes to, so it takes no assets.
    It is part of the assembly, so all checks see it, and not one of the app's own deployments.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(
            scope, id, analytics_reporting=False, synthesizer=BootstraplessSynthesizer()
        )
        # construct paths would be a third of the template, whose size is limited
        self.node.set_context("aws:cdk:enable-path-metadata", False)
