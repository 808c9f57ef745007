"""The resources of all templates in one list, found by type, by ARN and by name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from whomay.engine.templates.intrinsic_functions import NoValue, as_text
from whomay.engine.templates.resolver import Resolver
from whomay.engine.templates.template import Template
from whomay.iam.content import content_of
from whomay.iam.parse import read_policy
from whomay.iam.policy import Policy


@dataclass(frozen=True, slots=True)
class Item:
    """One resource of one template, with what it says evaluated on demand."""

    resolver: Resolver
    template: Template
    logical_id: str
    kind: str
    properties: Mapping[str, Any]
    _evaluated: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    _attributes: dict[str, str] = field(default_factory=dict, init=False, compare=False, repr=False)
    _policies: dict[tuple[int, str], tuple[Any, Policy]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def raw(self) -> Mapping[str, Any]:
        """Return all that the template says of it, not evaluated."""
        found: Mapping[str, Any] = self.template.section("Resources")[self.logical_id]
        return found

    @property
    def path(self) -> str:
        """Return its construct path."""
        return self.template.path_of(self.logical_id)

    @property
    def account(self) -> str:
        """Return the account that it will be made in."""
        return self.resolver.environment(self.template)["Account"]

    @property
    def region(self) -> str:
        """Return the region that it will be made in."""
        return self.resolver.environment(self.template)["Region"]

    def get(self, name: str) -> str:
        """Return what `Ref` or Fn::GetAtt of an attribute gives."""
        found = self._attributes.get(name)
        if found is None:
            reference = {"Fn::GetAtt": [self.logical_id, name]}
            found = self._attributes[name] = self.resolver.text(self.template, reference)
        return found

    def text(self, key: str, default: str = "") -> str:
        """Return a property as text."""
        value = self.plain(key)
        return default if value is None else as_text(value)

    def plain(self, key: str) -> Any:
        """Return a property as plain JSON, None when it is not set."""
        if key not in self.properties:
            return None
        if key not in self._evaluated:  # many rules look at the same policies
            value = self.resolver.plain(self.template, self.properties[key])
            self._evaluated[key] = None if value is NoValue else value
        return self._evaluated[key]

    def texts(self, key: str) -> list[str]:
        """Return a property that is a list of texts; a single text counts as a list of one."""
        value = self.plain(key)
        values = value if isinstance(value, list) else [] if value is None else [value]
        return [as_text(each) for each in values]

    def policy(self, document: Any, name: str = "") -> Policy:
        """Read a policy document of this resource.

        Should it depend on a condition whether the resource is made, the policy is Unknown. A document
        that was read is not read again: it is known by its identity, and kept so that no other gets that.
        """
        known = self._policies.get((id(document), name))
        if known is None:
            known = self._policies[id(document), name] = (document, self._read(document, name))
        return known[1]

    def _read(self, document: Any, name: str) -> Policy:
        if self.resolver.exists(self.template, self.logical_id) is None:
            condition = self.template.section("Resources")[self.logical_id]["Condition"]
            why = f"{self.path} is made only under condition {condition}"
            return Policy((), unknown=why, content=content_of(document))
        return read_policy(document, self.path, name)


class Items:
    """All resources that the templates of an assembly make, whatever their type."""

    def __init__(self, templates: Sequence[Template]) -> None:
        self.resolver = Resolver(templates)
        self.templates = templates
        self._by_kind: dict[str, list[Item]] = defaultdict(list)
        for template in templates:
            for logical_id, kind, properties in template.resources():
                if self.resolver.exists(template, logical_id) is not False:
                    item = Item(self.resolver, template, logical_id, kind, properties)
                    self._by_kind[kind].append(item)

    def __iter__(self) -> Iterator[Item]:
        """Return all resources, type by type."""
        return (item for items in self._by_kind.values() for item in items)

    def partition(self, account: str) -> str:
        """Return the partition of the stacks of an account."""
        environments = (self.resolver.environment(template) for template in self.templates)
        return next(p["Partition"] for p in environments if p["Account"] == account)

    def of(self, *kinds: str) -> Iterator[Item]:
        """Return the resources of these types, in the order of templates."""
        for kind in kinds:
            yield from self._by_kind.get(kind, ())
