"""Project 1: an instance that copies files to one bucket, without any access keys."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.contracts import ec2_role as contract
from whomay.cdk import BucketAccess, Ec2RoleProject, PrivateBucket


class Ec2RoleStack(Stack):
    """The bucket, the role that may use it, and the instance that acts as the role."""

    def __init__(self, scope: Construct, id: str, **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)

        self.shared = shared = PrivateBucket(self, "Shared")
        project = Ec2RoleProject(self, "Project", access=[BucketAccess.read_write(shared)])
        contract.state(self, project, shared)

        CfnOutput(self, "BucketName", value=shared.bucket_name)
        CfnOutput(self, "RoleArn", value=project.role.role_arn)
        CfnOutput(self, "InstanceId", value=project.instance.instance.instance_id)
        CfnOutput(self, "StartSession", value=project.instance.start_session_command)
