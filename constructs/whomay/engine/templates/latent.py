"""Policies that give nobody anything yet: of groups without members, and attached to nobody."""

from collections.abc import Iterator

from whomay.engine.snapshot import Latent
from whomay.engine.templates.resources import Items
from whomay.engine.templates.roles_and_users import (
    GROUP,
    MANAGED_POLICY,
    ROLE,
    USER,
    document_of,
    members,
    policies_of_groups,
)


def latent(items: Items) -> tuple[Latent, ...]:
    """Return the groups of the templates that have no member, and the policies that nobody has."""
    return (*_groups(items), *_managed(items))


def _groups(items: Items) -> Iterator[Latent]:
    policies = policies_of_groups(items)
    inhabited = set(members(items))
    for item in items.of(GROUP):
        key = GROUP, item.account, item.get("Ref")
        if key not in inhabited:
            yield Latent(item.path, "group without members", tuple(policies[key]))


def _managed(items: Items) -> Iterator[Latent]:
    """Yield each managed policy that is attached to nobody, and is nobody's boundary."""
    held = {
        arn
        for item in items.of(ROLE, USER, GROUP)
        for arn in (*item.texts("ManagedPolicyArns"), item.text("PermissionsBoundary"))
    }
    for item in items.of(MANAGED_POLICY):
        attached = any(item.texts(whom) for whom in ("Roles", "Users", "Groups"))
        if not attached and item.get("Ref") not in held:
            yield Latent(item.path, "managed policy that nobody has", (document_of(item),))
