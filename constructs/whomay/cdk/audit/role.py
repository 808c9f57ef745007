"""The role of who compares an account with what was reviewed: it reads policies, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.contract import AccessContract
from whomay.cdk.jsii.interfaces import ManagedPolicy
from whomay.cdk.principals.roles import AssumableRole
from whomay.cdk.principals.trust import AnyPrincipal
from whomay.iam.facts.audit_actions import AUDIT_ACTIONS

# What lies in buckets, tables, queues and secrets, and what makes of the role another one.
_NEVER: Final = (
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "iam:PassRole",
    "kms:Decrypt",
    "lambda:GetFunction",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "sts:AssumeRole",
)


@dataclass(frozen=True)
class AuditAccess:
    """Read who may do what in an account: what `whomay snapshot`, `drift` and `verify` call.

    No data of objects, no value of a secret and no code is among it. A list of resources has no
    resource in IAM, so the statement names all.
    """

    wildcard_reason: ClassVar[str] = "a snapshot reads the policies of all resources of the account"

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement: every call that reads a policy, and no other."""
        return [iam.PolicyStatement(actions=[*AUDIT_ACTIONS], resources=["*"])]


class AuditRole(AssumableRole):
    """A role for `whomay snapshot`, `whomay drift` and `whomay verify`: the least that they need.

    It states its own contract: it may do what these call, and reads no object, no item, no message
    and no secret. A key's policy must let the account's IAM decide, as CDK's keys do, or the policy
    of that key is Unknown in the snapshot. Sessions last an hour by default.

    Raises ValueError as `AssumableRole` does.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        trusted: Sequence[AnyPrincipal],
        max_session: Duration | None = None,
        role_name: str | None = None,
        path: str | None = None,
        permissions_boundary: ManagedPolicy | None = None,
    ) -> None:
        access = AuditAccess()
        super().__init__(
            scope,
            id,
            trusted=trusted,
            access=[access],
            max_session=max_session,
            role_name=role_name,
            path=path,
            permissions_boundary=permissions_boundary,
            description="Reads policies for whomay snapshot, drift and verify",
        )
        contract = AccessContract.of(self)
        contract.may_only(self, access.statements())
        contract.must_not_allow(self, [*_NEVER], "*")
