"""Constructs for AWS IAM, and the gate that proves at every synth what they allow."""

from importlib.util import find_spec as _find_spec

if _missing := [name for name in ("aws_cdk", "cdk_nag") if _find_spec(name) is None]:
    raise ModuleNotFoundError(
        f"whomay.cdk needs {' and '.join(_missing)}: pip install 'whomay[cdk]'", name=_missing[0]
    )

from whomay.cdk.access.assume_role import AssumeRoleAccess
from whomay.cdk.access.bucket import BucketAccess
from whomay.cdk.access.granted import Access
from whomay.cdk.access.s3_full import S3FullAccess
from whomay.cdk.access.secret import SecretAccess
from whomay.cdk.access.session_manager import SessionManagerAccess
from whomay.cdk.accounts.context import Account, Accounts, Repository
from whomay.cdk.accounts.github import (
    BootstrapRolesAccess,
    GithubDeployRole,
    GithubDiffRole,
    GithubProvider,
    StackTemplateAccess,
)
from whomay.cdk.accounts.hub import Hub
from whomay.cdk.accounts.rollout import OrganizationRollout
from whomay.cdk.accounts.rollout_template import RolloutTemplate
from whomay.cdk.accounts.spoke import SpokeRole
from whomay.cdk.accounts.spoke_roles import SpokeRoles
from whomay.cdk.acknowledge import acknowledge
from whomay.cdk.arguments.context_section import context_flag
from whomay.cdk.audit.alerts import SIGN_IN_REGIONS, AlertForwarder, SecurityAlerts
from whomay.cdk.audit.context import Audit
from whomay.cdk.audit.queries import TrailQueries, TrailQueryAccess
from whomay.cdk.audit.role import AuditAccess, AuditRole
from whomay.cdk.audit.trail import AuditTrail
from whomay.cdk.contract import AccessContract
from whomay.cdk.gate.contract_checks import AccessContractChecks
from whomay.cdk.gate.synth import GateError, one_message, synth
from whomay.cdk.parts.buckets import LogBucket, PrivateBucket
from whomay.cdk.parts.instance import PrivateInstance
from whomay.cdk.principals.boundary import demand_boundary
from whomay.cdk.principals.people import PeopleGroup, Person, SelfServiceAccess
from whomay.cdk.principals.programmatic_user import ProgrammaticUser
from whomay.cdk.principals.roles import AssumableRole, InstanceRole
from whomay.cdk.principals.trust import Trust
from whomay.cdk.projects.ec2_role import Ec2RoleProject
from whomay.cdk.projects.user_assume_role import UserAssumeRoleProject

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
    "AuditAccess",
    "AuditRole",
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
    "TrailQueries",
    "TrailQueryAccess",
    "Trust",
    "UserAssumeRoleProject",
    "acknowledge",
    "context_flag",
    "demand_boundary",
    "one_message",
    "synth",
]
