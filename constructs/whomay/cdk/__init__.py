"""Constructs for AWS IAM, and the gate that proves at every synth what they allow."""

from whomay.cdk.access import (
    Access,
    AssumeRoleAccess,
    S3FullAccess,
    SecretAccess,
    SessionManagerAccess,
)
from whomay.cdk.acknowledge import acknowledge
from whomay.cdk.bucket_access import BucketAccess
from whomay.cdk.contract import AccessContract
from whomay.cdk.ec2_role import Ec2RoleProject
from whomay.cdk.gate import GateError, one_message, synth
from whomay.cdk.instance import PrivateInstance
from whomay.cdk.principals import AssumableRole, InstanceRole
from whomay.cdk.programmatic_user import ProgrammaticUser
from whomay.cdk.storage import LogBucket, PrivateBucket
from whomay.cdk.trust import Trust
from whomay.cdk.user_assume_role import UserAssumeRoleProject

__all__ = [
    "Access",
    "AccessContract",
    "AssumableRole",
    "AssumeRoleAccess",
    "BucketAccess",
    "Ec2RoleProject",
    "GateError",
    "InstanceRole",
    "LogBucket",
    "PrivateBucket",
    "PrivateInstance",
    "ProgrammaticUser",
    "S3FullAccess",
    "SecretAccess",
    "SessionManagerAccess",
    "Trust",
    "UserAssumeRoleProject",
    "acknowledge",
    "one_message",
    "synth",
]
