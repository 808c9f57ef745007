"""The access to one secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from aws_cdk import aws_iam as iam

from whomay.cdk.access.customer_key import key_statement
from whomay.cdk.arguments import checks
from whomay.cdk.jsii.interfaces import Secret


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
