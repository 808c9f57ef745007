"""A snapshot made quick to look up: who a caller is, what a resource lies in, which policies take part."""

from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.derived_keys import keys_of_caller, keys_of_resource
from whomay.engine.decisions.judge import Layers, LayersOfAll
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.layers_of_all import LayersAround
from whomay.engine.decisions.outside import Outside, policy_outside
from whomay.engine.decisions.perhaps import PerhapsNamed
from whomay.engine.decisions.request import RESOURCE_ACCOUNT, Request
from whomay.engine.decisions.resource_policies import Neighbourhood, ResourcePolicy
from whomay.engine.decisions.session_keys import SessionKeys
from whomay.engine.decisions.unseen import UnseenPolicies
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.arn import account_in, holds_others, name_in, parse_arn
from whomay.iam.callers import Caller, CallerKind, caller
from whomay.iam.facts.actions import LIST_OF_BUCKETS
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Policy
from whomay.iam.policy_variables import Value

_KIND: Final = {CallerKind.USER: PrincipalKind.USER, CallerKind.SESSION: PrincipalKind.ROLE}


class Index:
    """The principals and resources of a snapshot, found by ARN."""

    def __init__(
        self,
        snapshot: Snapshot,
        outside: Outside = Outside.UNKNOWN,
        made_by: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Index once; `outside` says what is assumed of resources that are not in the snapshot.

        `made_by` holds the ARN of the user of each federated user.
        """
        self.snapshot = snapshot
        self.outside = outside
        self._made_by = made_by
        self.principals = {p.arn: p for p in snapshot.principals}
        self._by_name = {(p.account, p.kind, name_in(p.arn)): p for p in snapshot.principals}
        self.resources = {r.arn: r for r in snapshot.resources}
        self.unseen = UnseenPolicies(snapshot.unseen)
        self.around = LayersAround(snapshot)
        self._all_is_seen = not self.unseen
        self._layers: dict[tuple[Hashable, ...], Layers] = {}
        self._keys: dict[tuple[Caller, str | None], Mapping[str, Value]] = {}
        self._own_layers: dict[Caller, Layers] = {}
        self._session_keys: dict[Caller, SessionKeys | None] = {}
        self._compiled: dict[Hashable, Layer] = {}
        self._lies_in: dict[str, Resource | None] = {}
        self.accounts = frozenset(p.account for p in snapshot.principals) | {
            r.account for r in snapshot.resources
        }

    def principal(self, who: Caller) -> Principal | None:
        """Return the snapshot's principal behind a caller; a session's is its role."""
        kind = _KIND.get(who.kind)
        if kind is None:  # a federated user's name is not that of a user
            return self.principals.get(who.name)
        arn = who.role or who.name
        return self.principals.get(arn) or self._by_name.get(
            (who.account or "", kind, name_in(arn))
        )

    def resource(self, arn: str) -> Resource | None:
        """Return the snapshot's resource that an ARN is, or lies in: an object's is its bucket."""
        if arn not in self._lies_in:
            self._lies_in[arn] = self._resource(arn)
        return self._lies_in[arn]

    def _resource(self, arn: str) -> Resource | None:
        found = self.resources.get(arn)
        if found is None and not holds_others(arn):
            return self.resources.get(arn.partition("/")[0])  # the registry of a repository
        while found is None:
            cut = max(arn.rfind("/"), arn.rfind(":"))
            if cut < 0 or parse_arn(arn) is None:
                return None
            arn = arn[:cut]
            found = self.resources.get(arn)
        return found

    def perhaps(self, request: Request) -> list[Request]:
        """Return the same request on each resource of the snapshot that it may turn out to be about.

        Their ARNs hold an account, a Region or a name that only the deployment knows.
        """
        roles = request.is_trust
        if request.resource in self.principals if roles else self.resource(request.resource):
            return []
        arns = self._perhaps[roles].by(request.resource)
        own = keys_of_resource(request.resource, request.resource_account)
        context = {k: v for k, v in request.context.items() if own.get(k) != v}
        return [
            self.complete(
                Request(request.principal, request.action, arn, context, account=request.account)
            )
            for arn in arns
        ]

    @cached_property
    def _perhaps(self) -> tuple[PerhapsNamed, PerhapsNamed]:
        return PerhapsNamed(self.resources), PerhapsNamed(self.principals)

    def layers(self, request: Request) -> Layers:
        """Return the policies that take part in the request."""
        principal = self.principal(request.caller)
        resource_policy, key = self._resource_side(request)
        resource_account = None if self._all_is_seen else request.resource_account
        who = request.principal if principal is None else principal.arn
        of_all = self.of_all(request) if self.around else ()
        cached = (who, key, request.account, resource_account, of_all)
        found = self._layers.get(cached)
        if found is None:
            found = self._compile(request, principal, resource_policy, of_all)
            self._layers[cached] = found
        return found

    def of_all(self, request: Request) -> LayersOfAll:
        """Return the layers that bind every caller: what is above the resource, and the endpoint."""
        return self.around.of(request, is_known=self.knows_owner(request))

    def knows_owner(self, request: Request) -> bool:
        """Tell whether it is known whose a resource is; who names none asks its own account."""
        no_resource = request.resource == "*" or request.action_key == LIST_OF_BUCKETS
        return no_resource or self.tells_owner(request.resource)

    def tells_owner(self, arn: str) -> bool:
        """Tell whether an ARN or the snapshot tells whose a resource is; a bucket's alone does not."""
        known = account_in(arn) is not None or arn in self.principals
        return known or self.resource(arn) is not None

    def trust(self, role: Principal) -> Layer:
        """Return who may assume a role: its trust policy, and what is not seen of it."""
        own = () if role.trust is None else (role.trust,)
        return self._layer((*own, *self.unseen.of_resource(role.account)))

    @cached_property
    def unseen_layer(self) -> Layer:
        """What is not seen and may take part in requests on resources, all of it."""
        return self._layer(self.unseen.policies)

    def own_layers(self, who: Caller) -> Layers:
        """Return the caller's own layers, without any resource's policy."""
        found = self._own_layers.get(who)
        if found is None:
            request = Request(who.name, "sts:GetCallerIdentity", "*")
            found = self._compile(request, self.principal(who), None, (), own=True)
            self._own_layers[who] = found
        return found

    def resource_policies_near(
        self, who: Caller, patterns: Iterable[str] | None = None, asked: AskedAbout | None = None
    ) -> list[ResourcePolicy]:
        """Return the resource policies that name the caller, or that its own policies reach.

        Of those that a question's `patterns` do not tell apart, only one is returned; of those that
        `asked` cannot be about, none.
        """
        return self.neighbourhood.near(who, self.own_layers(who).identity, patterns, asked)

    def named_sessions(self, role: Caller) -> list[Caller]:
        """Return the sessions of a role that some resource policy names."""
        principal = self.principal(role)
        return [] if principal is None else self._sessions.get(principal.arn, [])

    @cached_property
    def _sessions(self) -> dict[str, list[Caller]]:
        found: dict[str, list[Caller]] = {}
        for name in sorted(self.neighbourhood.sessions):
            role = self.principal(caller(name))
            if role is not None:  # a session's ARN leaves out the path of its role
                found.setdefault(role.arn, []).append(caller(name, role.arn))
        return found

    @cached_property
    def neighbourhood(self) -> Neighbourhood:
        """All resources and roles of the snapshot.

        One without a policy is among them: to another account it allows nothing, where a resource
        outside the assembly may.
        """
        trusts = (
            ResourcePolicy(p.arn, self._layer((p.trust,)), p.account, trust=True)
            for p in self.snapshot.principals
            if p.trust is not None
        )
        policies = (
            ResourcePolicy(
                r.arn,
                self._layer(() if r.policy is None else (r.policy,)),
                r.account,
                key=r.key,
            )
            for r in self.snapshot.resources
        )
        return Neighbourhood((*trusts, *policies))

    def _compile(
        self,
        request: Request,
        who: Principal | None,
        resource_policy: Policy | None,
        of_all: LayersOfAll,
        *,
        own: bool = False,
    ) -> Layers:
        identity: tuple[Policy, ...] = (
            Policy((), unknown=f"{display(request.principal)} is not in the assembly"),
        )
        boundary = None
        if who is not None:
            identity, boundary = who.identity, who.boundary
            identity += self.unseen.of_principal(who.arn, request.account)
        on_resource: tuple[Policy, ...] = () if resource_policy is None else (resource_policy,)
        on_resource += () if own else self.unseen.of_resource(request.resource_account)
        return Layers(
            identity=self._layer(identity),
            boundary=None if boundary is None else self._layer((boundary,)),
            scps=tuple(map(self._layer, self.around.scps(request.account))),
            resource=self._layer(on_resource) if on_resource else None,
            of_all=of_all,
        )

    def _layer(self, policies: tuple[Policy, ...]) -> Layer:
        """Compile the same documents once; equal ones elsewhere keep their own source."""
        key = tuple((policy, *(s.source for s in policy.statements)) for policy in policies)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = Layer(policies)
        return found

    def _resource_side(self, request: Request) -> tuple[Policy | None, str | None]:
        """Return the policy on the resource's side, and what to remember it by."""
        if request.is_trust:
            role = self.principals.get(request.resource)
            if role is not None:
                return role.trust, role.arn
        else:
            found = self.resource(request.resource)
            if found is not None:
                return found.policy, found.arn
        policy = policy_outside(self.outside, request)
        return policy, None if policy is None else policy.statements[0].source.path

    def complete(self, request: Request) -> Request:
        """Return the request with the keys that follow from principal, resource and snapshot.

        A key that the request already has stays as it is.
        """
        resource = self.resource(request.resource)
        owner = request.resource_account if resource is None else resource.account
        given = request.owner_given
        given = None if given is None or self.knows_owner(request) else given
        derived = {
            **self._keys_of(request.caller, request.account),
            **keys_of_resource(request.resource, given or owner),
            **self.around.keys_of_resource(given or owner),
        }
        context, who = {**derived, **request.context}, self._with_path(request.caller)
        complete = request.with_context(context, given or owner, who)
        complete.derived = {**derived, RESOURCE_ACCOUNT: ""} if given else derived
        return complete

    def _with_path(self, who: Caller) -> Caller:
        """Return a session with the whole ARN of its role, whose path its own ARN leaves out.

        A federated user is returned with its user.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
        """
        if who.name in self._made_by:
            return caller(who.name, self._made_by[who.name])
        role = self.principal(who) if who.kind is CallerKind.SESSION else None
        return who if role is None or who.role == role.arn else caller(who.name, role.arn)

    def session_keys(self, who: Caller) -> SessionKeys | None:
        """Return what may be chosen for a role's sessions; None of any other caller."""
        if who not in self._session_keys:
            role = self.principal(who) if who.kind is CallerKind.SESSION else None
            self._session_keys[who] = None if role is None else SessionKeys(who, role)
        return self._session_keys[who]

    def _keys_of(self, who: Caller, account: str | None) -> Mapping[str, Value]:
        """Return the keys that say who the caller is; worked out once."""
        found = self._keys.get((who, account))
        if found is None:
            organization = self.around.organization(account, self.accounts)
            found = {
                **keys_of_caller(who, self.principal(who), organization),
                **self.around.keys_of_caller(who, account),
            }
            self._keys[who, account] = found
        return found
