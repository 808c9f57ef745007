"""The accounts of an app, as the section `accounts` of cdk.json's context describes them.

The section is the only place that knows which accounts there are: stacks, roles, profiles and the
rights of the pipeline follow from it. `docs/guides/many-accounts.md` shows a whole one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from aws_cdk import Environment
from aws_cdk.region_info import RegionInfo
from constructs import IConstruct

from whomay.cdk.arguments import checks
from whomay.cdk.arguments.context_section import Section, context_value, parsed
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse, refuse_type


@cache
def _partition(region: str) -> str:
    return str(RegionInfo.get(region).partition)


@dataclass(frozen=True)
class Account:
    """One account, the Region to deploy to, and tags for all that is deployed there."""

    id: str
    region: str
    tags: Mapping[str, str]

    @property
    def environment(self) -> Environment:
        """The `env=` of a stack in this account."""
        return Environment(account=self.id, region=self.region)

    @property
    def partition(self) -> str:
        """The partition of the Region, such as aws or aws-cn."""
        return _partition(self.region)

    @classmethod
    def read(cls, section: Section) -> Self:
        """Take the three keys from the section."""
        account, region = section.take("id"), section.take("region")
        checks.account_id(section.at("id"), account)
        checks.region(section.at("region"), region)
        tags = section.mapping("tags")
        if len(tags) > limits.TAGS:
            fix = "AWS takes no more on a resource"
            refuse(section.at("tags"), f"{len(tags)} tags", f"up to {limits.TAGS}", fix)
        for key, value in tags.items():
            checks.tag(section.at(f"tags.{key}"), key, value)
            if [each.lower() for each in tags].count(key.lower()) > 1:
                allowed = "keys that differ in more than their case, as IAM takes them"
                refuse(section.at("tags"), key, allowed)
        return cls(account, region, tags)


@dataclass(frozen=True)
class HubUser:
    """A user of the hub: the roles to assume in every spoke, and whether there is a password."""

    roles: tuple[str, ...]
    console_login: bool

    @classmethod
    def read(cls, section: Section) -> Self:
        """Take the two keys from the section."""
        return cls(section.strings("roles"), section.boolean("console_login"))


@dataclass(frozen=True)
class ThirdParty:
    """An account of somebody else, and the external id that its owner was given."""

    id: str
    external_id: str

    @classmethod
    def read(cls, section: Section) -> Self:
        """Take the two keys from the section."""
        checks.account_id(section.at("id"), section.take("id"))
        checks.external_id(section.take("external_id"))
        return cls(section.take("id"), section.take("external_id"))


@dataclass(frozen=True)
class Organization:
    """The organization of all accounts, and the units that the spokes' template is rolled out to."""

    id: str
    units: tuple[str, ...]
    delegated_administrator: bool

    @classmethod
    def read(cls, section: Section) -> Self:
        """Take the three keys from the section."""
        checks.organization_id(section.take("id"))
        units = section.strings("organizational_units")
        for unit in units:
            checks.organizational_unit(section.at("organizational_units"), unit)
        return cls(section.take("id"), units, section.boolean("delegated_administrator"))


@dataclass(frozen=True)
class Repository:
    """The GitHub repository that deploys, and the environment of it whose jobs may."""

    owner: str
    repository: str
    environment: str
    owner_id: str | None
    repository_id: str | None
    migrating: bool
    provider_exists: bool

    @classmethod
    def read(cls, section: Section) -> Self:
        """Take the seven keys from the section; `Trust.github` checks the rest of what they hold."""
        for key in ("owner_id", "repository_id"):
            number = section.take(key, None)
            if number is not None and not isinstance(number, str):
                allowed = "the number that GitHub gave, as a string"
                fix = "write it in quotes, as all ids of this section"
                refuse_type(section.at(key), number, allowed, fix)
        return cls(
            section.take("owner"),
            section.take("repository"),
            section.take("environment"),
            section.take("owner_id", None),
            section.take("repository_id", None),
            section.boolean("migrating"),
            section.boolean("provider_exists"),
        )


@dataclass(frozen=True)
class Accounts:
    """The hub, where people are, and the spokes, where they work. Make it with `Accounts.of(app)`."""

    hub: Account
    people: Mapping[str, HubUser]
    spokes: Mapping[str, Account]
    third_parties: Mapping[str, ThirdParty]
    organization: Organization | None
    github: Repository | None

    @property
    def rolls_out(self) -> bool:
        """Whether the spokes' template goes to organizational units, not to one account after another."""
        return bool(self.organization and self.organization.units)

    @classmethod
    def of(cls, scope: IConstruct) -> Self | None:
        """Return the accounts that the context describes, or None where it has no such section.

        The section may be JSON text too, as `cdk -c accounts='{…}'` gives it.

        Raises ValueError, in one line, for a key that is unknown or missing, and for an id that is
        not a string of twelve digits. It refuses a Region that does not exist or is of another
        partition than the hub, and an account that is described twice.
        """
        value = context_value(scope, "accounts")
        return None if value is None else cls.read(value)

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the accounts that a value of the context describes; raises as `of` does."""
        with Section("accounts", parsed("accounts", value)) as section:
            with section.section("hub") as hub:
                people = hub.each("people", HubUser.read, limits.NAME)
                account = Account.read(hub)
            accounts = cls(
                hub=account,
                people=people,
                spokes=section.each("spokes", Account.read),
                third_parties=section.each("third_parties", ThirdParty.read),
                organization=section.optional("organization", Organization.read),
                github=section.optional("github", Repository.read),
            )
        accounts._check()
        return accounts

    def _check(self) -> None:
        if not self.spokes:
            allowed = "at least one account by its name, with id and region"
            refuse("accounts.spokes", dict(self.spokes), allowed)
        own = {self.hub.id: "accounts.hub"}
        for name, spoke in self.spokes.items():
            where = f"accounts.spokes.{name}"
            if spoke.id in own:
                fix = f"{own[spoke.id]} has it already"
                refuse(f"{where}.id", spoke.id, "each account once", fix)
            if spoke.partition != self.hub.partition:
                allowed = f"a Region of the hub's partition {self.hub.partition}"
                fix = "no role can be assumed from another partition"
                refuse(f"{where}.region", spoke.region, allowed, fix)
            own[spoke.id] = where
        self._check_third_parties(own)

    def _check_third_parties(self, own: Mapping[str, str]) -> None:
        others: dict[str, str] = {}
        plain: dict[str, str] = {}
        external_ids: dict[str, str] = {}
        for name, party in self.third_parties.items():
            where = f"accounts.third_parties.{name}"
            if party.id in own:
                fix = f"{own[party.id]} is this account: its own users send no external id"
                refuse(f"{where}.id", party.id, "an account of somebody else", fix)
            if party.id in others:
                fix = f"{others[party.id]} has it already"
                refuse(f"{where}.id", party.id, "each account once", fix)
            if party.external_id in external_ids:
                fix = f"{external_ids[party.external_id]} has it already: each could act for the other"
                refuse(f"{where}.external_id", party.external_id, "an id for each third party", fix)
            letters = name.lower().replace("-", "")
            if letters in plain:
                fix = f"{plain[letters]} would give the stack's output the same name"
                refuse(where, name, "names that differ in more than dashes", fix)
            others[party.id] = plain[letters] = external_ids[party.external_id] = where
