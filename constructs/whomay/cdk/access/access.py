"""What a principal may do. An access is one intent, and turns into exact policy statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from whomay.cdk.arguments import policy_statements as statements
from whomay.cdk.arguments import refuse as checks

Role = iam.Role | iam.IRole
Secret = secretsmanager.Secret | secretsmanager.ISecret


class Access(Protocol):
    """One thing that a principal may do. Any object with `statements()` is one.

    Write a team's own as a frozen dataclass with plain actions and exact resources.
    """

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return the statements that allow it, and nothing more."""
        ...


@dataclass(frozen=True)
class Granted:
    """An access and its statements, also as JSON: each is asked for once."""

    access: Access
    statements: Sequence[iam.PolicyStatement]
    documents: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class AssumeRoleAccess:
    """Assume one or more roles. Each role must trust the principal as well."""

    roles: tuple[Role, ...]

    def __init__(self, *roles: Role) -> None:
        """Take at least one role; raises ValueError without any."""
        for role in checks.sequence("roles", roles, "a role"):
            fix = "for a role that exists: iam.Role.from_role_arn(scope, id, arn)"
            checks.having("roles", role, "role_arn", "roles", fix)
        object.__setattr__(self, "roles", tuple(roles))

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement on the roles' ARNs."""
        return [
            iam.PolicyStatement(
                actions=["sts:AssumeRole"], resources=[role.role_arn for role in self.roles]
            )
        ]


@dataclass(frozen=True)
class SessionManagerAccess:
    """Be reached by Session Manager: what the agent on an instance calls, and nothing else.

    The actions of the Systems Manager User Guide's page "Verify or add instance permissions for
    Session Manager". IAM knows no resource type for the message channels, so the resource is `*`.
    """

    wildcard_reason: ClassVar[str] = (
        "Session Manager's message channels have no resource type in IAM, so only * can be named"
    )

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement: the agent's heartbeat and its message channels."""
        return [
            iam.PolicyStatement(
                actions=[
                    "ssm:UpdateInstanceInformation",
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                ],
                resources=["*"],
            )
        ]


@dataclass(frozen=True)
class SecretAccess:
    """Read the value of one secret. Make it with `SecretAccess.read(secret)`."""

    secret: Secret

    def __post_init__(self) -> None:
        """Refuse a secret's name in place of the secret."""
        fix = "for one that exists: Secret.from_secret_complete_arn(scope, id, arn)"
        checks.having("secret", self.secret, "secret_arn", "a secret construct", fix)

    @classmethod
    def read(cls, secret: Secret) -> Self:
        """Read the secret's current value; with a customer key, decrypt it through Secrets Manager."""
        return cls(secret)

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement on the secret, and one on its customer key if it has one."""
        # Secrets Manager adds six characters to a name, and only the whole ARN is matched.
        arn = self.secret.secret_full_arn or f"{self.secret.secret_arn}-??????"
        read = iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[arn])
        key = self.secret.encryption_key
        return [
            read,
            *([key_statement(key.key_arn, "secretsmanager", ["kms:Decrypt"])] if key else []),
        ]


@dataclass(frozen=True)
class S3FullAccess:
    """Full access to S3, the course's first step. The reason is recorded with the role.

    Raises ValueError unless the reason is a sentence of ten words or more.
    """

    reason: str

    def __post_init__(self) -> None:
        """Refuse an empty reason."""
        checks.reason("reason", self.reason)

    @property
    def wildcard_reason(self) -> str:
        """The reason, recorded as the acknowledgement of both wildcards."""
        return self.reason

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return the one statement of AWS's managed policy AmazonS3FullAccess, for S3 alone."""
        return [iam.PolicyStatement(actions=["s3:*"], resources=["*"])]


def key_statement(key_arn: str, service: str, actions: Sequence[str]) -> iam.PolicyStatement:
    """Return the statement that lets one service use a customer key on the caller's behalf."""
    via = f"{service}.{Aws.REGION}.{Aws.URL_SUFFIX}"
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key_arn],
        conditions={"StringEquals": {"kms:ViaService": via}},
    )


def granted(access: Iterable[Access]) -> list[Granted]:
    """Return each access with its statements, after checking them.

    Raises ValueError for an empty list, an access without statements, an action that is a whole
    service (`s3:*`) or NotAction/NotResource without a `wildcard_reason`, a key action on every
    key, and a Sid that IAM would refuse.
    """
    given = checks.sequence("access", access, "an access")
    found = [_granted(one) for one in given]
    documents = [document for one in found for document in one.documents]
    if all(document["Effect"] == "Deny" for document in documents):
        checks.refuse(
            "access", "Deny alone", "an access that allows something", "add what it may do"
        )
    statements.check_sids(documents)
    return found


def document_of(found: Iterable[Granted]) -> iam.PolicyDocument:
    """Gather the statements of several accesses into one document."""
    return iam.PolicyDocument(statements=[each for one in found for each in one.statements])


def policy_document(access: Iterable[Access]) -> iam.PolicyDocument:
    """Return the document of several accesses, after checking them; raises as `granted` does."""
    return document_of(granted(access))


def _granted(access: Access) -> Granted:
    if isinstance(access, type) or not callable(getattr(access, "statements", None)):
        allowed = "objects with statements(), such as BucketAccess.read(bucket)"
        checks.refuse_type("access", access, allowed, "a class or an action is not an access yet")
    reason = getattr(access, "wildcard_reason", None)
    if reason is not None:
        checks.reason("wildcard_reason", reason)
    found = list(checks.sequence("statements", access.statements(), "a policy statement"))
    wide = reason is not None
    return Granted(access, found, [statements.checked_document(one, wide=wide) for one in found])
