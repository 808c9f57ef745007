"""What the rules look at: the templates of an app, and the snapshot that they make."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from whomay.engine.decisions.decide import Verdict, judge_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import Request
from whomay.engine.rules.reading.placed_statement import (
    PlacedStatement,
    PolicyType,
    allows_everything,
    concrete,
    names_action,
)
from whomay.engine.snapshot import Principal
from whomay.engine.templates.assembly import Assembly
from whomay.engine.templates.resources import Item
from whomay.engine.templates.roles_and_users import GROUP, ROLE, USER
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.policy import Policy, Statement
from whomay.metadata.records import StatementRecord

_INLINE: Final = (ROLE, USER, GROUP)
_ALONE: Final = (
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::GroupPolicy",
)


_WITH_MFA: Final = {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "10"}


class _Allowed(NamedTuple):
    """The Allows of a principal's own policies, and whether one of them allows everything."""

    who: Principal
    statements: tuple[Statement, ...]
    everything: bool


def _actions(statement: Statement) -> tuple[str, ...]:
    return statement.actions or ("*",)


class App:
    """The templates of one assembly, read once for all rules."""

    def __init__(self, assembly: Assembly, promised: Iterable[StatementRecord] = ()) -> None:
        """Take an assembly, and what its contract promises beside what the app states itself."""
        self.assembly = assembly
        self.promised = tuple(promised)
        self.items = assembly.items
        self.snapshot = assembly.snapshot
        self._can_do: dict[tuple[str, str], bool] = {}
        self._found: dict[int, _Allowed] = {}

    @cached_property
    def statements(self) -> tuple[PlacedStatement, ...]:
        """All statements of all policies, those that are attached to nobody included."""
        return tuple(
            PlacedStatement(each, policy, policy_type, item)
            for policy_type, policy, item in self.policies
            for each in policy.statements
        )

    @cached_property
    def policies(self) -> tuple[tuple[PolicyType, Policy, Item], ...]:
        """All policies, each with the resource that holds it.

        A resource policy comes as one policy a statement, since several resources may hold it.
        """
        return (*self._identities(), *self._trusts(), *self._resource_policies())

    def allowing(self, *policy_types: PolicyType) -> Iterator[PlacedStatement]:
        """Return the statements with Allow in these kinds of policies."""
        return (each for each in self._allows if each.policy_type in policy_types)

    @cached_property
    def _allows(self) -> tuple[PlacedStatement, ...]:
        return tuple(each for each in self.statements if each.allows)

    @cached_property
    def by_path(self) -> Mapping[str, Item]:
        """Resources by construct path."""
        return {item.path: item for item in self.items}

    @cached_property
    def index(self) -> Index:
        """The snapshot, ready to be asked."""
        return Index(self.snapshot)

    def may(
        self, who: Principal, action: str, resource: str, given: Mapping[str, str] | None = None
    ) -> bool:
        """Tell whether a request is surely allowed, by all layers.

        It carries what a current AWS CLI sends, and MFA. `given` has further condition keys.
        """
        if not self.may_name(who, action):
            return False
        context = {**ORDINARY_KEYS, **_WITH_MFA, **(given or {})}
        request = Request(who.arn, action, resource, context)
        return judge_in(self.index.complete(request), self.index)[0] is Verdict.ALLOWED

    def can_do(self, who: Principal, action: str) -> bool:
        """Tell whether the principal may do the action on some resource that its policies name."""
        if not self.may_name(who, action):
            return False
        key = who.arn, action
        if key not in self._can_do:
            patterns = self.named_resources(who, action)
            named = (concrete(each, action, who.account) for each in patterns)
            self._can_do[key] = any(self.may(who, action, each) for each in named)
        return self._can_do[key]

    def may_name(self, who: Principal, action: str) -> bool:
        """Tell whether an Allow of the principal's policies names the action: a quick first look."""
        return names_action(self._patterns[who.arn], action.lower())

    def named_resources(self, who: Principal, action: str) -> set[str]:
        """Return the resources that the principal's policies name beside the action."""
        return {
            resource
            for statement in self._allowed(who).statements
            if names_action(_actions(statement), action.lower())
            for resource in statement.resources or ("*",)
        }

    def is_administrator(self, who: Principal) -> bool:
        """Tell whether the principal may do everything, no boundary in the way."""
        return who.boundary is None and self._allowed(who).everything

    @cached_property
    def _patterns(self) -> Mapping[str, frozenset[str]]:
        return {
            who.arn: frozenset(
                action for each in self._allowed(who).statements for action in _actions(each)
            )
            for who in self.snapshot.principals
        }

    def _allowed(self, who: Principal) -> _Allowed:
        """Return what a principal's policies allow, gone through once; two may have one ARN."""
        found = self._found.get(id(who))
        if found is None or found.who is not who:
            every = (each for policy in who.identity for each in policy.statements)
            statements = tuple(each for each in every if each.effect == "Allow")
            everything = any(map(allows_everything, statements))
            found = self._found[id(who)] = _Allowed(who, statements, everything)
        return found

    @cached_property
    def own_policies(self) -> Mapping[str, str]:
        """The ARNs of the app's managed policies, by construct path."""
        return {item.path: item.get("Ref") for item in self.items.of("AWS::IAM::ManagedPolicy")}

    @cached_property
    def groups(self) -> Mapping[str, list[str]]:
        """The ARNs of groups, by the construct path of the users in them."""
        arns = {(item.account, item.get("Ref")): item.get("Arn") for item in self.items.of(GROUP)}
        users = {(item.account, item.get("Ref")): item.path for item in self.items.of(USER)}
        members = [
            (i.account, i.get("Ref"), name)
            for i in self.items.of(USER)
            for name in i.texts("Groups")
        ]
        for item in self.items.of("AWS::IAM::UserToGroupAddition"):
            members += (
                (item.account, user, item.text("GroupName")) for user in item.texts("Users")
            )
        found: dict[str, list[str]] = {}
        for account, user, group in members:
            if (account, user) in users and (account, group) in arns:
                found.setdefault(users[account, user], []).append(arns[account, group])
        return found

    def attached_arns(self) -> Iterator[tuple[Item, str]]:
        """Return who has which managed policy that is not in the app, by its ARN."""
        own = set(self.own_policies.values())
        for item in self.items.of(*_INLINE):
            for arn in item.texts("ManagedPolicyArns"):
                if arn not in own:
                    yield item, arn

    def named_policies(self) -> Iterator[tuple[Item, str]]:
        """Return who has, or is bounded by, which managed policy that is not in the app, by its ARN."""
        own = set(self.own_policies.values())
        yield from self.attached_arns()
        for item in self.items.of(ROLE, USER):
            if (arn := item.text("PermissionsBoundary")) and arn not in own:
                yield item, arn

    def _identities(self) -> Iterator[tuple[PolicyType, Policy, Item]]:
        for item in self.items.of(*_INLINE):
            inlines = item.plain("Policies")
            for inline in inlines if isinstance(inlines, list) else ():
                known: dict[str, Any] = inline if isinstance(inline, dict) else {}
                name = str(known.get("PolicyName", ""))
                yield PolicyType.IDENTITY, item.policy(known.get("PolicyDocument"), name), item
        for item in self.items.of(*_ALONE):
            policy_type = PolicyType.BOUNDARY if self._only_bounds(item) else PolicyType.IDENTITY
            yield (
                policy_type,
                item.policy(item.plain("PolicyDocument"), item.text("PolicyName")),
                item,
            )

    def _only_bounds(self, item: Item) -> bool:
        """Tell whether a managed policy is a boundary and nobody's permission."""
        attached = any(item.texts(name) for name in ("Roles", "Users", "Groups"))
        return not attached and item.get("Ref") in self._only_boundaries

    @cached_property
    def _only_boundaries(self) -> frozenset[str]:
        boundaries = {each.text("PermissionsBoundary") for each in self.items.of(ROLE, USER)}
        permissions = (each.texts("ManagedPolicyArns") for each in self.items.of(*_INLINE))
        return frozenset(boundaries.difference(*permissions))

    def _trusts(self) -> Iterator[tuple[PolicyType, Policy, Item]]:
        for principal in self.snapshot.principals:
            if principal.trust is not None:
                yield PolicyType.TRUST, principal.trust, self.by_path[principal.path]

    def _resource_policies(self) -> Iterator[tuple[PolicyType, Policy, Item]]:
        for resource in self.snapshot.resources:
            if resource.policy is None:
                continue
            if resource.policy.refused:
                yield PolicyType.RESOURCE, resource.policy, self.by_path[resource.path]
            for statement in resource.policy.statements:
                item = self.by_path.get(statement.source.path)
                if item is not None:  # what is behind an access point is nobody's text
                    yield PolicyType.RESOURCE, Policy((statement,), resource.policy.version), item
