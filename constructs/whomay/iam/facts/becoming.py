"""The actions by which somebody gets credentials of somebody else.

https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Becomes(StrEnum):
    """Whose credentials an action gives."""

    ROLE = "a role"
    ITSELF = "the same user"  # with a code of MFA; so the keys of MFA are open to a user's requests
    FEDERATED_USER = "a federated user"  # of the user's own policies, and of those that name it
    ROOT_USER = "the root user of a member account"  # for the tasks of one of AWS's policies
    DELEGATOR = "a principal that has delegated access"


@dataclass(frozen=True, slots=True)
class WayToBecome:
    """One such action, and a pattern of the resources on which it is asked.

    `signed` tells whether it takes credentials of AWS; the others take a token of a provider.
    """

    action: str
    becomes: Becomes
    resource: str
    signed: bool = True


_ROLES: Final = "arn:*:iam::*:role/*"
WAYS: Final = (
    WayToBecome("sts:AssumeRole", Becomes.ROLE, _ROLES),
    WayToBecome("sts:AssumeRoleWithSAML", Becomes.ROLE, _ROLES, signed=False),
    WayToBecome("sts:AssumeRoleWithWebIdentity", Becomes.ROLE, _ROLES, signed=False),
    WayToBecome("sts:GetSessionToken", Becomes.ITSELF, "*"),
    WayToBecome("sts:GetFederationToken", Becomes.FEDERATED_USER, "arn:*:sts::*:federated-user/*"),
    WayToBecome("sts:AssumeRoot", Becomes.ROOT_USER, "arn:*:iam::*:root"),
    WayToBecome("sts:GetDelegatedAccessToken", Becomes.DELEGATOR, "*"),
)

AS_ROOT: Final = "sts:assumeroot"
ASSUMING: Final = tuple(way.action for way in WAYS if way.becomes is Becomes.ROLE)

# What a role's trust policy is asked about: who assumes the role, and what the session then holds.
TRUST_ACTIONS: Final = frozenset(
    action.lower()
    for action in (*ASSUMING, "sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession")
)

# What a session of a member's root user may be made for: AWS's policies for it.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
ROOT_TASKS: Final = tuple(
    f"arn:aws:iam::aws:policy/root-task/{name}"
    for name in (
        "IAMAuditRootUserCredentials",
        "IAMCreateRootUserPassword",
        "IAMDeleteRootUserCredentials",
        "S3UnlockBucketPolicy",
        "SQSUnlockQueuePolicy",
    )
)
