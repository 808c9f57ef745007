"""Constructs for AWS IAM, and the gate that proves at every synth what they allow."""

from whomay.cdk.access import (
    Access,
    AssumeRoleAccess,
    S3FullAccess,
    SecretAccess,
    SessionManagerAccess,
)
from whomay.cdk.accounts import Account, Accounts, Repository
from whomay.cdk.acknowledge import acknowledge
from whomay.cdk.alerts import SIGN_IN_REGIONS, AlertForwarder, SecurityAlerts
from whomay.cdk.audit import Audit
from whomay.cdk.boundary import demand_boundary
from whomay.cdk.bucket_access import BucketAccess
from whomay.cdk.contract import AccessContract
from whomay.cdk.ec2_role import Ec2RoleProject
from whomay.cdk.gate import GateError, one_message, synth
from whomay.cdk.github import (
    BootstrapRolesAccess,
    GithubDeployRole,
    GithubDiffRole,
    GithubProvider,
    StackTemplateAccess,
)
from whomay.cdk.hub import Hub
from whomay.cdk.instance import PrivateInstance
from whomay.cdk.people import PeopleGroup, Person, SelfServiceAccess
from whomay.cdk.plugin import AccessContractChecks
from whomay.cdk.principals import AssumableRole, InstanceRole
from whomay.cdk.programmatic_user import ProgrammaticUser
from whomay.cdk.rollout import OrganizationRollout
from whomay.cdk.rollout_template import RolloutTemplate
from whomay.cdk.section import context_flag
from whomay.cdk.spoke import SpokeRole
from whomay.cdk.spoke_roles import SpokeRoles
from whomay.cdk.storage import LogBucket, PrivateBucket
from whomay.cdk.trail import AuditTrail
from whomay.cdk.trust import Trust
from whomay.cdk.user_assume_role import UserAssumeRoleProject

__all__ = [
    "SIGN_IN_REGIONS",
    "Access",
    "AccessContract",
    "AccessContractChecks",
    "Account",
    "Accounts",
    "AlertForwarder",
    "AssumableRole",
    "AssumeRoleAccess",
    "Audit",
    "AuditTrail",
    "BootstrapRolesAccess",
    "BucketAccess",
    "Ec2RoleProject",
    "GateError",
    "GithubDeployRole",
    "GithubDiffRole",
    "GithubProvider",
    "Hub",
    "InstanceRole",
    "LogBucket",
    "OrganizationRollout",
    "PeopleGroup",
    "Person",
    "PrivateBucket",
    "PrivateInstance",
    "ProgrammaticUser",
    "Repository",
    "RolloutTemplate",
    "S3FullAccess",
    "SecretAccess",
    "SecurityAlerts",
    "SelfServiceAccess",
    "SessionManagerAccess",
    "SpokeRole",
    "SpokeRoles",
    "StackTemplateAccess",
    "Trust",
    "UserAssumeRoleProject",
    "acknowledge",
    "context_flag",
    "demand_boundary",
    "one_message",
    "synth",
]
