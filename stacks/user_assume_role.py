"""Project 2: a user who may do nothing but assume the role that puts files into a bucket."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.contracts import user_assume_role as contract
from whomay.cdk import BucketAccess, PrivateBucket, Trust, UserAssumeRoleProject

EXTERNAL_ID = "course-2026"


class UserAssumeRoleStack(Stack):
    """The bucket, the role, the user that may assume it, and an instance with the CLI configured."""

    def __init__(self, scope: Construct, id: str, *, mfa: bool = False, **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)

        self.shared = shared = PrivateBucket(self, "Shared")
        project = UserAssumeRoleProject(
            self,
            "Project",
            trusted=[Trust.service("lambda.amazonaws.com"), Trust.service("ssm.amazonaws.com")],
            access=[BucketAccess.write(shared, prefix="incoming/")],
            external_id=EXTERNAL_ID,
            mfa=mfa,
            access_key_serial=1,
        )
        contract.state(self, project, shared, external_id=EXTERNAL_ID, mfa=mfa)

        CfnOutput(self, "BucketName", value=shared.bucket_name)
        CfnOutput(self, "RoleArn", value=project.role.role_arn)
        CfnOutput(self, "UserName", value=project.user.user_name)
        CfnOutput(self, "InstanceId", value=project.instance.instance.instance_id)
        CfnOutput(self, "StartSession", value=project.instance.start_session_command)
