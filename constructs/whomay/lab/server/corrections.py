"""All that this package changes in MiniStack, in the order in which it is put in place.

Import it once MiniStack's settings are made: see `environment`.
"""

from whomay.lab.server import (
    access_keys,
    analyzers,
    authorization_details,
    cloudformation,
    custom_resources,
    denials,
    encoded_messages,
    evaluation,
    function_policies,
    iam_resources,
    instance_offerings,
    instances,
    internals,
    limited_sessions,
    mfa,
    not_principal,
    object_answers,
    object_permissions,
    organization,
    pass_role,
    registry_policy,
    resource_policies,
    service_quotas,
    session_manager,
    simulator,
    stacks,
    sts,
    trusted_access,
    variables,
)
from whomay.lab.server.iam import (
    boundaries,
    deletions,
    documents,
    managed_policies,
    names,
    principals,
    quotas,
    sizes,
    user_credentials,
)

PARTS = (
    variables,
    not_principal,
    evaluation,
    iam_resources,
    denials,
    authorization_details,
    encoded_messages,
    mfa,
    access_keys,
    managed_policies,
    boundaries,
    user_credentials,
    *(principals, sizes, quotas, documents, names, deletions),  # the last is asked first
    simulator,
    sts,
    limited_sessions,
    instances,
    instance_offerings,
    service_quotas,
    analyzers,
    trusted_access,
    pass_role,
    registry_policy,
    session_manager,
    object_permissions,
    stacks,
    object_answers,
    organization,
    resource_policies,
    function_policies,
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
