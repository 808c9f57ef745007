"""The access to assume roles."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam

from whomay.cdk.arguments import arns, checks
from whomay.cdk.jsii.construct_facts import cached_attribute
from whomay.cdk.jsii.interfaces import Role
from whomay.cdk.jsii.rendered import in_one_text
from whomay.metadata.refusals import sequence


@dataclass(frozen=True)
class AssumeRoleAccess:
    """Assume one or more roles. Each role must trust the principal as well."""

    roles: tuple[Role, ...]

    def __init__(self, *roles: Role) -> None:
        """Take at least one role. Raises ValueError without any, and for an ARN that is no role's."""
        for role in sequence("roles", roles, "a role"):
            fix = "for a role that exists: iam.Role.from_role_arn(scope, id, arn)"
            checks.having("roles", role, "role_arn", "roles", fix)
            arn = in_one_text(role, cached_attribute(role, "role_arn"))
            if not arns.opaque(arn):
                arns.check_role("roles", arn, "the ARN of one role")
        object.__setattr__(self, "roles", tuple(roles))

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement on the roles' ARNs."""
        return [
            iam.PolicyStatement(
                actions=["sts:AssumeRole"], resources=[role.role_arn for role in self.roles]
            )
        ]
