"""All that this package changes in MiniStack, in the order in which it is put in place.

Import it once MiniStack's settings are made: see `environment`.
"""

from whomay.lab.server import (
    access_keys,
    cloudformation,
    custom_resources,
    denials,
    evaluation,
    iam_resources,
    instances,
    internals,
    mfa,
    not_principal,
    object_permissions,
    pass_role,
    registry_policy,
    session_manager,
    stacks,
    sts,
    trusted,
    user_credentials,
    variables,
)

PARTS = (
    variables,
    not_principal,
    evaluation,
    iam_resources,
    denials,
    mfa,
    access_keys,
    user_credentials,
    sts,
    instances,
    pass_role,
    registry_policy,
    session_manager,
    object_permissions,
    trusted,
    stacks,
    cloudformation,
)


def install(custom_resource_seconds: float) -> None:
    """Put every correction in place.

    Raises:
        internals.WrongMiniStackError: MiniStack lacks a name that one of them touches.

    """
    internals.check_names()
    for part in PARTS:
        part.install()
    custom_resources.install(custom_resource_seconds)
