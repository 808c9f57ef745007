"""The snapshot that the resources of an assembly make: each reader adds its part."""

from collections.abc import Mapping
from dataclasses import replace

from whomay.engine.organization.organization import Organization
from whomay.engine.snapshot import Shown, Snapshot
from whomay.engine.templates.endpoints import endpoints
from whomay.engine.templates.foreign_access_points import foreign_access_points
from whomay.engine.templates.latent import latent
from whomay.engine.templates.logical_ids import logical_ids
from whomay.engine.templates.machines import machines
from whomay.engine.templates.organization_policies import levels
from whomay.engine.templates.policy_carriers import resources
from whomay.engine.templates.resource_attributes import own_attribute
from whomay.engine.templates.resources import Items
from whomay.engine.templates.roles_and_users import attached_elsewhere, principals
from whomay.engine.templates.shown_secrets import shown_secrets
from whomay.engine.templates.tagged import tagged
from whomay.engine.templates.unseen import unseen


def snapshot_of(items: Items, organization: Organization | None) -> Snapshot:
    """Return who may do what by these resources, below what an organization attaches above accounts."""
    people = principals(items)
    found, of_unknown = resources(items)
    accounts = {who.account for who in people} | {resource.account for resource in found}
    snapshot = Snapshot(
        people,
        found,
        organization=organization.id if organization else None,
        levels=levels(items, accounts, organization),
        endpoints=endpoints(items),
        unseen=(*unseen(items, people), *of_unknown, *foreign_access_points(found)),
        attached=attached_elsewhere(items),
        machines=machines(items, people),
        latent=latent(items),
        shown=tuple(
            Shown(one.path, one.place, one.what)
            for t in items.templates
            for one in shown_secrets(t)
        ),
        arns=_own_arns(items),
    )
    held = {one.path for one in (*people, *snapshot.attached)} | {one.path for one in found}
    overridden = tuple(sorted(logical_ids(items, held), key=lambda each: each.path))
    snapshot = replace(snapshot, tagged=tagged(items, snapshot), logical_ids=overridden)
    return replace(snapshot, defaults=tuple(sorted(items.resolver.defaults)))


def _own_arns(items: Items) -> Mapping[str, str]:
    """Return the ARNs of all resources of the templates by construct path.

    That of a log group has no star behind it; requests that need one get it:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """
    found: dict[str, str] = {}
    for item in items:
        if attribute := own_attribute(item.kind):
            found.setdefault(item.path, item.get(attribute).removesuffix(":*"))
    return found
