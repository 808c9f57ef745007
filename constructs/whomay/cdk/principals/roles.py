"""Roles: one that instances act as, and one that others assume."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.access.granted import Access, Granted, document_of, granted
from whomay.cdk.access.likely_mistakes import warn_of_access
from whomay.cdk.acknowledge import acknowledge_wildcards
from whomay.cdk.arguments import checks
from whomay.cdk.arguments.unchecked import record_unchecked
from whomay.cdk.jsii.interfaces import ManagedPolicy
from whomay.cdk.principals import trusted as trusted_principals
from whomay.cdk.principals.programmatic_user import ProgrammaticUser
from whomay.cdk.principals.trust import AnyPrincipal, Trust
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse_type, sequence


class InstanceRole(iam.Role):
    """A role for EC2 instances, with exactly the given access in one inline policy.

    EC2 alone is trusted. Raises ValueError for an empty access, a name or path that IAM refuses.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        access: Sequence[Access],
        role_name: str | None = None,
        path: str | None = None,
        permissions_boundary: ManagedPolicy | None = None,
        description: str | None = None,
    ) -> None:
        found = granted(access)
        _check(role_name, path, description, permissions_boundary)
        super().__init__(
            scope,
            id,
            assumed_by=Trust.service("ec2.amazonaws.com"),
            description=description,
            inline_policies={"Access": document_of(found)},
            path=path,
            permissions_boundary=permissions_boundary,
            role_name=role_name,
        )
        _finish(self, found, role_name=role_name, path=path, description=description)


class AssumableRole(iam.Role):
    """A role that the `trusted` principals may assume, with exactly the given access.

    Each trusted principal keeps its own conditions. A session lasts up to `max_session`, one hour by
    default and twelve at most. A session that another role's session began always ends after an hour.
    A permissions boundary may be given here, or set by CDK's `PermissionsBoundary.of`.

    Raises ValueError for an empty list, and for a principal that opens the role to more than it
    names. Such are `*`, a whole account that is not narrowed, and an MFA condition shared with a
    service.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        trusted: Sequence[AnyPrincipal],
        access: Sequence[Access],
        max_session: Duration | None = None,
        role_name: str | None = None,
        path: str | None = None,
        permissions_boundary: ManagedPolicy | None = None,
        description: str | None = None,
    ) -> None:
        principals = sequence("trusted", trusted, "a principal such as Trust.user(user)")
        found = granted(access)
        checks.duration("max_session", max_session, limits.MAX_SESSION_SECONDS)
        _check(role_name, path, description, permissions_boundary)
        statements = trusted_principals.check(scope, principals)
        super().__init__(
            scope,
            id,
            assumed_by=iam.CompositePrincipal(*principals),
            description=description,
            inline_policies={"Access": document_of(found)},
            max_session_duration=max_session,
            path=path,
            permissions_boundary=permissions_boundary,
            role_name=role_name,
        )
        trusted_principals.warn(self, statements)
        _finish(self, found, role_name=role_name, path=path, description=description)

    def grant_assume_role(self, identity: Any) -> iam.Grant:
        """Let a user or role of the app assume this role: both halves, permission and trust.

        A `ProgrammaticUser` gets the permission on its group. The trust has no condition; to ask
        for MFA or an external id, pass `Trust.user(…)` in `trusted` instead.

        Raises TypeError where one half cannot be written: an imported role or user, a user without
        a group, a group, a service or an account.
        """
        grantee = identity.grant_principal if hasattr(identity, "grant_principal") else identity
        if not isinstance(grantee, ProgrammaticUser | iam.Role):
            fix = "add it to trusted=, and give its owner AssumeRoleAccess(role)"
            refuse_type("identity", identity, "a ProgrammaticUser or a role of this app", fix)
        arn = grantee.user_arn if isinstance(grantee, ProgrammaticUser) else grantee.role_arn
        grant = iam.Grant.add_to_principal(
            grantee=grantee, actions=["sts:AssumeRole"], resource_arns=[self.role_arn]
        )
        grant.assert_success()
        if self.assume_role_policy:
            self.assume_role_policy.add_statements(
                iam.PolicyStatement(actions=["sts:AssumeRole"], principals=[iam.ArnPrincipal(arn)])
            )
        return grant


def _check(
    role_name: str | None,
    path: str | None,
    description: str | None,
    boundary: iam.IManagedPolicy | None,
) -> None:
    if boundary is not None:
        checks.boundary("permissions_boundary", boundary)
    checks.name("role_name", role_name, limits.ROLE_NAME_LENGTH)
    checks.path(path)
    checks.description(description)


def _finish(role: iam.Role, found: Sequence[Granted], **arguments: str | None) -> None:
    acknowledge_wildcards(role, found)
    warn_of_access(role, found)
    record_unchecked(role, **arguments)
