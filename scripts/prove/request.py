"""A request of which action and resource may be any: the variables, and what real requests keep to."""

from functools import cached_property
from typing import Protocol

from scripts.prove.catalogue import OTHER_SERVICE, Kind, carries, kinds_of
from scripts.prove.globs import fits, glob
from scripts.prove.logic import FALSE, TRUE, Formula, all_of, any_of, both, either, no
from scripts.prove.systems import Data
from scripts.prove.texts import Text, Variables, constant, guarded
from scripts.prove.variables import arn_parts, filled
from scripts.prove.vocabulary import PARTITION, Vocabulary

_NONE = "*"  # in place of a service: the request names no resource
_TRUST = ("assumerole", "assumerolewithsaml", "assumerolewithwebidentity", "tagsession")
TRUST_ACTIONS = frozenset(f"sts:{name}" for name in (*_TRUST, "setsourceidentity"))


class Asked(Protocol):
    """What policies look at in a request, beside its keys."""

    action: Text
    owner: Text

    def resource(self, pattern: str, values: object) -> Formula:
        """Return when a pattern matches the resource; its variables have these values."""

    def region(self) -> tuple[Formula, Text]:
        """Return when the resource's ARN has a Region, and which."""


class Request:
    """Any request for anything that AWS has."""

    def __init__(self, variables: Variables, words: Vocabulary) -> None:
        """Make the variables, and say which requests exist."""
        self.action = variables.text("action", words.actions)
        services = [*sorted(set(words.tails) - {OTHER_SERVICE}), OTHER_SERVICE, _NONE]
        self._service = variables.text("service", services)
        self._region = variables.text("region", words.regions)
        self.account = variables.text("account", ["", *sorted(words.accounts)])
        self._tails = {s: variables.text(f"tail {s}", t) for s, t in words.tails.items()}
        self._patterns: dict[str, Formula] = {}
        variables.keep(self._exists())

    def _exists(self) -> Formula:
        """Return that the action acts on the resource."""
        by_kinds: dict[tuple[Kind, ...] | None, list[Formula]] = {}
        for action, guard in self.action.alternatives:
            by_kinds.setdefault(kinds_of(action), []).append(guard)
        none = self._service.is_(_NONE)
        found = []
        for kinds, guards in by_kinds.items():
            if kinds is None:
                continue  # of a service that AWS may add nothing is known
            able = any_of(map(self._is_of, kinds)) if kinds else none
            if kinds and any(action.endswith(":unlistedaction") for action in self._of(kinds)):
                able = any_of(map(self._is_of, kinds))
            found.append(either(no(any_of(guards)), able))
        return all_of(found)

    def _of(self, kinds: tuple[Kind, ...]) -> list[str]:
        return [a for a, _ in self.action.alternatives if kinds_of(a) == kinds]

    def _is_of(self, kind: Kind) -> Formula:
        return all_of(
            (
                self._service.is_(kind.service),
                self._region.matches(kind.region),
                self.account.matches(kind.account),
                self._tails[kind.service].matches(kind.tail),
            )
        )

    def resource(self, pattern: str, values: object = None) -> Formula:
        """Return when a pattern matches the resource; its variables have these values."""
        if pattern == "*":
            return TRUE
        if values is None and pattern in self._patterns:
            return self._patterns[pattern]
        found = self._resource(pattern, values)
        if values is None:
            self._patterns[pattern] = found
        return found

    def _resource(self, pattern: str, values: object) -> Formula:
        parts = arn_parts(pattern)
        if parts is None:
            return FALSE
        _, partition, service, region, account, tail = parts
        last = filled(tail, values if callable(values) else None, wild=True)
        if last is None or not fits(glob(partition), PARTITION):
            return FALSE
        return all_of(
            (
                any_of(
                    both(self._service.is_(each), text.matches(last))
                    for each, text in self._tails.items()
                    if fits(glob(service), each)
                ),
                self._region.matches(glob(region)),
                self.account.matches(glob(account)),
            )
        )

    def region(self) -> tuple[Formula, Text]:
        """Return when the resource's ARN has a Region, and which."""
        return both(no(self._service.is_(_NONE)), no(self._region.is_(""))), self._region

    @cached_property
    def is_trust(self) -> Formula:
        """Whether a role's trust policy is the resource's side."""
        return both(
            self.action.where(lambda a: a in TRUST_ACTIONS), self.resource("arn:*:iam::*:role/*")
        )

    @cached_property
    def needs_resource_side(self) -> Formula:
        """Whether the resource's own policy must take part.

        https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
        """
        of_kms = self.action.where(lambda a: a.startswith("kms:"))
        return either(self.is_trust, both(of_kms, self.resource("arn:*:kms:*:*:key/*")))

    def carries(self, key: str) -> Formula:
        """Return when the action may come with a condition key."""
        return self.action.where(lambda action: carries(action, key))


class Surroundings:
    """The system around a request: what it is about, and whose that is."""

    def __init__(
        self, request: Request, words: Vocabulary, variables: Variables, system: Data
    ) -> None:
        """Take any request, and the system."""
        self.request, self._system = request, system
        self._outside_owner = variables.text("owner outside", sorted(words.accounts))

    def is_in(self, thing: Data) -> Formula:
        """Return when the resource is one of the system, or an object in it."""
        own = self.request.resource(thing["arn"])
        if ":s3:::" in thing["arn"]:
            return either(own, self.request.resource(f"{thing['arn']}/*"))
        return own

    @cached_property
    def inside(self) -> list[tuple[Formula, Data]]:
        """The resources of the system, each with the condition that the request is about it."""
        return [(self.is_in(each), each) for each in self._system["resources"]]

    @cached_property
    def roles(self) -> list[tuple[Formula, Data]]:
        """The roles of the system, each with the condition that somebody becomes it."""
        return [
            (both(self.request.is_trust, self.request.resource(each["arn"])), each)
            for each in self._system["principals"]
            if each["trust"] is not None
        ]

    @cached_property
    def is_outside(self) -> Formula:
        """Whether the resource is none of the system."""
        known = any_of(where for where, _ in self.roles)
        of_things = any_of(where for where, _ in self.inside)
        return no(either(known, both(no(self.request.is_trust), of_things)))

    @cached_property
    def owner(self) -> Text:
        """The account of the resource."""
        return self.owner_where(self._outside_owner)

    def owner_where(self, unwritten: Text) -> Text:
        """Return the account of the resource; `unwritten` is that of one outside that does not say."""
        known = any_of(where for where, _ in self.inside)
        written = both(no(known), no(self.request.account.is_("")))
        return guarded(
            [
                *((where, constant(each["account"])) for where, each in self.inside),
                (written, self.request.account),
                (both(no(known), self.request.account.is_("")), unwritten),
            ]
        )


class OnKey:
    """The request that S3 makes to KMS: one action on one key."""

    def __init__(self, action: str, key: Data) -> None:
        """Take the action in lower case, and the key of the system."""
        self.key = key
        self.action = constant(action)
        self.owner = constant(key["account"])
        self._arn = key["arn"]

    def resource(self, pattern: str, values: object = None) -> Formula:
        """Return when a pattern matches the key."""
        if pattern == "*":
            return TRUE
        parts = arn_parts(pattern)
        if parts is None:
            return FALSE
        found = [filled(p, values if callable(values) else None, wild=True) for p in parts]
        own = self._arn.split(":", 5)
        every = all(p is not None and fits(p, o) for p, o in zip(found, own, strict=True))
        return TRUE if every else FALSE

    def region(self) -> tuple[Formula, Text]:
        """Return the key's Region."""
        return TRUE, constant(self._arn.split(":")[3])

    def carries(self, key: str) -> Formula:
        """Return whether the action may come with a condition key."""
        return self.action.where(lambda action: carries(action, key))
