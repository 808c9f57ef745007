"""What the rules look at: the templates of an app, and the snapshot that they make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from whomay.engine.assembly import Assembly
from whomay.engine.collect import Item, Items
from whomay.engine.identities import GROUP, ROLE, USER, principals
from whomay.engine.policy import Policy, Statement
from whomay.engine.resource_policies import resources
from whomay.engine.snapshot import Snapshot

_INLINE: Final = (ROLE, USER, GROUP)
_ALONE: Final = (
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::GroupPolicy",
)


class Place(StrEnum):
    """What kind of policy a statement stands in."""

    IDENTITY = "identity policy"
    BOUNDARY = "permissions boundary"
    TRUST = "trust policy"
    RESOURCE = "resource policy"


@dataclass(frozen=True, slots=True)
class Placed:
    """One statement, the policy that it stands in, and the resource that holds the policy."""

    statement: Statement
    policy: Policy
    place: Place
    item: Item

    @property
    def allows(self) -> bool:
        """Tell whether it is an Allow."""
        return self.statement.effect == "Allow"


class App:
    """The templates of one assembly, read once for all rules."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.items = Items(assembly)
        self.snapshot = Snapshot(
            principals(self.items), resources(self.items), unread=assembly.unread
        )

    @cached_property
    def statements(self) -> tuple[Placed, ...]:
        """All statements of all policies, those that are attached to nobody included."""
        found: list[Placed] = []
        for place, policy, item in (*self._identities(), *self._trusts(), *self._guards()):
            found += (Placed(each, policy, place, item) for each in policy.statements)
        return tuple(found)

    def allowing(self, *places: Place) -> Iterator[Placed]:
        """Return the statements with Allow in these kinds of policies."""
        return (each for each in self.statements if each.allows and each.place in places)

    @cached_property
    def by_path(self) -> Mapping[str, Item]:
        """Resources by construct path."""
        return {item.path: item for item in self.items}

    def attached_arns(self) -> Iterator[tuple[Item, str]]:
        """Return who has which managed policy that is not in the app, by its ARN."""
        for item in self.items.of(*_INLINE):
            for arn in item.texts("ManagedPolicyArns"):
                if arn not in self._own_policies:
                    yield item, arn

    @cached_property
    def _own_policies(self) -> frozenset[str]:
        return frozenset(each.get("Ref") for each in self.items.of("AWS::IAM::ManagedPolicy"))

    def _identities(self) -> Iterator[tuple[Place, Policy, Item]]:
        for item in self.items.of(*_INLINE):
            for inline in item.plain("Policies") or ():
                known: dict[str, Any] = inline if isinstance(inline, dict) else {}
                name = str(known.get("PolicyName", ""))
                yield Place.IDENTITY, item.policy(known.get("PolicyDocument"), name), item
        for item in self.items.of(*_ALONE):
            place = Place.BOUNDARY if self._only_bounds(item) else Place.IDENTITY
            yield place, item.policy(item.plain("PolicyDocument"), item.text("PolicyName")), item

    def _only_bounds(self, item: Item) -> bool:
        """Tell whether a managed policy is a boundary and nobody's permission."""
        attached = any(item.texts(name) for name in ("Roles", "Users", "Groups"))
        return not attached and item.get("Ref") in self._boundaries - self._permissions

    @cached_property
    def _boundaries(self) -> frozenset[str]:
        return frozenset(each.text("PermissionsBoundary") for each in self.items.of(ROLE, USER))

    @cached_property
    def _permissions(self) -> frozenset[str]:
        return frozenset(
            arn for each in self.items.of(*_INLINE) for arn in each.texts("ManagedPolicyArns")
        )

    def _trusts(self) -> Iterator[tuple[Place, Policy, Item]]:
        for principal in self.snapshot.principals:
            if principal.trust is not None:
                yield Place.TRUST, principal.trust, self.by_path[principal.path]

    def _guards(self) -> Iterator[tuple[Place, Policy, Item]]:
        for resource in self.snapshot.resources:
            if resource.policy is None:
                continue
            for statement in resource.policy.statements:
                item = self.by_path[statement.source.path]
                yield Place.RESOURCE, Policy((statement,), resource.policy.version), item
