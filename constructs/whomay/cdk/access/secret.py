"""The access to one secret."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from aws_cdk import aws_iam as iam

from whomay.cdk.access.customer_key import key_statement
from whomay.cdk.arguments import arns, checks
from whomay.cdk.jsii.construct_facts import cached_attribute
from whomay.cdk.jsii.interfaces import Secret
from whomay.cdk.jsii.rendered import in_one_text
from whomay.metadata.refusals import refuse

# Secrets Manager API Reference, CreateSecret
_NAME: Final = re.compile(r"secret:(?:[\w/+=.@-]|<>)+", re.ASCII)


@dataclass(frozen=True)
class SecretAccess:
    """Read the value of one secret. Make it with `SecretAccess.read(secret)`."""

    secret: Secret

    def __post_init__(self) -> None:
        """Refuse a secret's name in place of the secret, and a pattern of secrets."""
        fix = "for one that exists: Secret.from_secret_complete_arn(scope, id, arn)"
        checks.having("secret", self.secret, "secret_arn", "a secret construct", fix)
        _check_arn(in_one_text(self.secret, cached_attribute(self.secret, "secret_arn")))

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


def _check_arn(arn: str) -> None:
    """Check a secret's ARN, in which what is known at deployment only is `<…>`."""
    allowed = "the ARN of one secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME"
    if arns.opaque(arn):
        return
    found = arns.parsed(arn)
    if found is None or found.service != "secretsmanager" or not _NAME.fullmatch(found.resource):
        fix = "name one secret in full, without wildcards and blanks"
        refuse("secret_arn", arn, allowed, fix)
    if set("*?") & set(f"{found.region}{found.account}"):
        refuse("secret_arn", arn, allowed, "name Region and account: a secret is in one")
