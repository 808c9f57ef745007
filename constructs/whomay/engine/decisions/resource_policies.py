"""Which resource policies a principal can meet: so that a question costs what it touches."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.many_accounts import ManyAccounts, OfAccount, by_service
from whomay.engine.decisions.naming import Naming
from whomay.engine.decisions.reached import ReachedArns
from whomay.engine.decisions.telling_apart import Telling
from whomay.iam.arn import (
    last_word_in,
    service_in,
    session_in,
)
from whomay.iam.callers import Caller
from whomay.iam.facts.actions import services_acted_on
from whomay.iam.patterns.code_points import UNKNOWN
from whomay.iam.patterns.matching import glob, may_lie_in
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.policy import Source, Statement
from whomay.iam.policy_variables import widen

_SERVICE_OF_TRUST: Final = "sts"
_FEW: Final = 50  # resources, to look at each of them


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """A resource's own policy: a bucket's, a key's, or a role's trust policy.

    `layer` is empty for a resource that only needs to be told apart from others. `key` is the ARN
    of the customer key behind a bucket.
    """

    arn: str
    layer: Layer
    account: str
    trust: bool = False
    key: str | None = None

    def matters_to(self, who: Caller) -> bool:
        """Tell whether it can decide otherwise than no policy at all would."""
        return self.account != who.account or not self.is_plain

    @property
    def is_plain(self) -> bool:
        """Whether it answers callers of its own account as a resource without any policy does."""
        says_nothing = not (self.layer.statements or self.layer.unknown)
        return says_nothing and self.key is None and not (self.trust or self.service == "kms")

    def is_apart(self, who: Caller) -> bool:
        """Tell whether it decides otherwise than one outside, even where no statement speaks.

        It allows another account nothing, and it may have a customer key. A role or a key lets in
        nobody whom it does not name, which is not known of one outside.
        """
        if self.account != who.account or self.key is not None:
            return True
        return self.trust or self.service == "kms"

    @property
    def service(self) -> str:
        """The service whose actions the policy is about."""
        if self.trust:
            return _SERVICE_OF_TRUST
        return service_in(self.arn) or last_word_in(self.arn)

    @property
    def shape(self) -> tuple[str | None, ...]:
        """What two resources have in common that differ in nothing but their ARN."""
        policies = (_written(s.statement) for s in self.layer.statements)
        own = repr(self.arn)[1:-1]
        return (self.account, self.key, self.service, *(p.replace(own, "") for p in policies))


def _written(statement: Statement) -> str:
    return repr(replace(statement, source=_NOWHERE))


_NOWHERE: Final = Source("")


class Neighbourhood:
    """Resource policies, found by the principals they name and by the resources they are on."""

    def __init__(self, resource_policies: Iterable[ResourcePolicy]) -> None:
        """Index once; asking then costs only what a principal can meet."""
        self.resource_policies = {
            resource_policy.arn: resource_policy for resource_policy in resource_policies
        }
        self._naming: Naming[ResourcePolicy] = Naming()
        self._shapes: dict[str, tuple[str | None, ...]] = {}
        self._last: tuple[AskedAbout, frozenset[str] | None] | None = None
        self._symbolic = [arn for arn in self.resource_policies if is_symbolic(arn)]
        self.sessions: set[str] = set()  # that some policy names, to let in or to keep out
        arns: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
        for resource_policy in self.resource_policies.values():
            account = resource_policy.account if resource_policy.is_plain else None
            arns[resource_policy.service, account].append(resource_policy.arn)
            for statement in resource_policy.layer.statements:
                self.sessions.update(_sessions(statement.statement))
                if not statement.deny:
                    self._naming.file(resource_policy, statement.statement)
        # By service, and by the account whose own callers can leave them out: the plain ones.
        self._by_service: dict[str, dict[str | None, ReachedArns]] = {}
        for (service, account), listed in arns.items():
            self._by_service.setdefault(service, {})[account] = ReachedArns(listed)
        self._many = self._of_many_accounts()

    def _of_many_accounts(self) -> dict[str, ManyAccounts]:
        found: defaultdict[str, list[OfAccount]] = defaultdict(list)
        for resource_policy in self.resource_policies.values():
            found[resource_policy.service].append(resource_policy)
        return by_service(found)

    def near(
        self,
        who: Caller,
        identity: Layer,
        patterns: Iterable[str] | None = None,
        asked: AskedAbout | None = None,
    ) -> list[ResourcePolicy]:
        """Return the policies that name the caller itself, and those its policies reach.

        `patterns` are all resource patterns that a question looks at. Of resources that differ in
        nothing but their ARN, and that no pattern tells apart, only one is then returned. Those that
        `asked` cannot be about are left out.
        """
        about = self._about(asked)
        found = self.naming(who)
        if about is not None:
            found = {arn: each for arn, each in found.items() if arn in about}
        elif len(found) == len(self.resource_policies):
            return list(found.values())
        services = asked.services() if asked else None
        listed = None if patterns is None else [*patterns]
        reached = self._reached(who, identity, about, services, listed)
        if listed is None:
            return list(
                {
                    **found,
                    **{resource_policy.arn: resource_policy for resource_policy in reached},
                }.values()
            )
        alike: defaultdict[tuple[str | None, ...], dict[str, ResourcePolicy]] = defaultdict(dict)
        for resource_policy in reached:
            alike[self._alike(resource_policy, who)][resource_policy.arn] = resource_policy
        told_apart = Telling(listed or ())
        for resource_policies in alike.values():
            found.update(
                (resource_policy.arn, resource_policy)
                for resource_policy in told_apart.one_of_each(resource_policies)
            )
        return list(found.values())

    def names(self, who: Caller, asked: AskedAbout) -> bool:
        """Tell whether a policy that a question can be about names a caller, or may do so."""
        about, services = self._about(asked), asked.services()
        return any(
            (about is None or arn in about)
            and (services is None or each.service in services or not each.service.isalnum())
            for arn, each in self.naming(who).items()
        )

    def naming(self, who: Caller) -> dict[str, ResourcePolicy]:
        """Return the policies that name a caller, or that may do so, by the ARN that each is on."""
        if UNKNOWN in who.name:
            return dict(self.resource_policies)
        return {each.arn: each for each in self._naming.of(who)}

    def among(self, arns: Collection[str]) -> "Neighbourhood":
        """Return one of some resources alone; what is no resource with a policy is left out."""
        return Neighbourhood(
            self.resource_policies[arn] for arn in arns if arn in self.resource_policies
        )

    def _alike(self, resource_policy: ResourcePolicy, who: Caller) -> tuple[str | None, ...]:
        """Return what it has in common with those that answer a caller alike, whatever their ARN."""
        service = resource_policy.service
        many = self._many.get(service)
        if many and who.account and many.is_elsewhere(resource_policy.arn, who.account):
            return (None, service)
        return self._shape(resource_policy)

    def _shape(self, resource_policy: ResourcePolicy) -> tuple[str | None, ...]:
        found = self._shapes.get(resource_policy.arn)
        if found is None:
            found = self._shapes[resource_policy.arn] = resource_policy.shape
        return found

    def _about(self, asked: AskedAbout | None) -> frozenset[str] | None:
        """Return the ARNs that a question can be about; None for any. The last one is remembered."""
        if asked is None:
            return None
        if self._last is None or self._last[0] != asked:
            self._last = asked, asked.arns(self._by_service, self._symbolic)
        return self._last[1]

    def _reached(
        self,
        who: Caller,
        identity: Layer,
        about: frozenset[str] | None,
        services: frozenset[str] | None,
        patterns: Collection[str] | None,
    ) -> Iterator[ResourcePolicy]:
        """Yield those that the caller's policies reach, and that can decide otherwise than none."""
        those = self.resource_policies if about is None else about
        if identity.unknown:
            policies = map(self.resource_policies.__getitem__, those)
            yield from (each for each in policies if each.matters_to(who))
        for statement in identity.statements:
            if statement.deny:
                continue
            for service in self._services(statement):
                if services is not None and service.isalnum() and service not in services:
                    continue
                own = [*_patterns(statement)]
                many = self._many.get(service)
                if many is None or patterns is None or who.account is None:
                    by_account = self._by_service[service].items()
                    near = [
                        a for account, a in by_account if account is None or account != who.account
                    ]
                else:
                    near = [*many.concerning(who.account)]
                    elsewhere = (
                        many.elsewhere(who.account, own, patterns)
                        if about is None
                        else many.elsewhere_among(who.account, own, about)
                    )
                    yield from (self.resource_policies[arn] for arn in elsewhere)
                for arns in near:
                    found = self._lying(arns, own, about)
                    yield from (self.resource_policies[arn] for arn in found)

    def _lying(
        self, arns: ReachedArns, patterns: Iterable[str], about: frozenset[str] | None
    ) -> Iterator[str]:
        """Yield the ARNs that patterns reach, by the shorter way: few that are asked about, or all."""
        if about is None or len(about) > _FEW:
            found = arns.by(patterns)
            yield from found if about is None else (arn for arn in found if arn in about)
            return
        listed = list(patterns)
        for arn in about:
            if arn in arns and any(may_lie_in(arn, pattern) for pattern in listed):
                yield arn

    def _services(self, statement: CompiledStatement) -> list[str]:
        actions = statement.statement.actions
        if actions is None:
            return list(self._by_service)
        prefixes = {action.lower().partition(":")[0] for action in actions}
        asked = {service for prefix in prefixes for service in services_acted_on(prefix)}
        tests = [glob(service) for service in asked if not service.isalnum()]
        return [s for s in self._by_service if s in asked or any(t(s) is not False for t in tests)]


def _patterns(statement: CompiledStatement) -> Iterable[str]:
    """Return what the statement may speak of; everything where it says only what it does not."""
    listed = statement.statement.resources
    if listed is None:
        return ("*",)
    return map(widen, listed) if statement.variables else listed


def _sessions(statement: Statement) -> Iterator[str]:
    """Yield the sessions of roles that a statement names as principals, or leaves out."""
    for _, values in (*(statement.principals or ()), *(statement.not_principals or ())):
        yield from (value for value in values if session_in(value))
