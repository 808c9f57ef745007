"""The side of an account where people of the hub work."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.access.granted import Access
from whomay.cdk.accounts.spoke_roles import SpokeRoles, check_roles
from whomay.cdk.arguments import checks
from whomay.cdk.principals.roles import AssumableRole
from whomay.metadata.refusals import refuse


class SpokeRole(AssumableRole):
    """One of the roles that people of the hub may assume here, with exactly the given access.

    Name, path and trust are those of `roles`, so the hub's permission names this very role.

    Raises ValueError for a name that `roles` does not have, and for a stack in the hub account. The
    stack must have an account, except for a `RolloutTemplate`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        roles: SpokeRoles,
        role_name: str,
        access: Sequence[Access],
        max_session: Duration | None = None,
        permissions_boundary: iam.IManagedPolicy | None = None,
        description: str | None = None,
    ) -> None:
        check_roles(roles)
        if role_name not in roles.names:
            near = checks.nearest(role_name, roles.names) or "give SpokeRoles its name too"
            refuse("role_name", role_name, f"one of {', '.join(roles.names)}", near)
        roles.check_stack(scope, hub=False)
        super().__init__(
            scope,
            id,
            access=access,
            description=description,
            max_session=max_session,
            path=roles.path,
            permissions_boundary=permissions_boundary,
            role_name=role_name,
            trusted=[roles.trust()],
        )
