"""A snapshot made quick to ask: which policies take part in a request, and what AWS would add."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from whomay.engine.decisions.judge import Layers
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.decisions.resource_policies import Neighbourhood, ResourcePolicy
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.callers import Caller, CallerKind, caller
from whomay.iam.patterns.symbols import display, generated, unknown
from whomay.iam.policy import Condition, Policy, Source, Statement
from whomay.iam.policy_variables import Value


class Outside(StrEnum):
    """What is taken for granted of resources that the snapshot does not hold."""

    UNKNOWN = "a role's trust and a key's policy are not known; others have no policy"
    DENIES = "no policy outside the assembly grants anything"
    DELEGATES = "every policy outside the assembly trusts the caller's account"


# Where the statement stands that `Outside.DELEGATES` takes for granted.
POLICY_OUTSIDE: Final = "a policy outside the assembly"

# The KMS action that S3 makes for an object action on a bucket with a customer key:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
KMS_ACTION_OF: Final = {
    "s3:getobject": "kms:Decrypt",
    "s3:getobjectversion": "kms:Decrypt",
    "s3:putobject": "kms:GenerateDataKey",
}

_TYPE: Final = {
    CallerKind.USER: "User",
    CallerKind.SESSION: "AssumedRole",
    CallerKind.ROOT: "Account",
    CallerKind.FEDERATED_USER: "FederatedUser",
}


class Index:
    """The principals and resources of a snapshot, found by ARN."""

    def __init__(self, snapshot: Snapshot, outside: Outside = Outside.UNKNOWN) -> None:
        """Index once; `outside` says what is assumed of resources that are not in the snapshot."""
        self.snapshot = snapshot
        self.outside = outside
        self.principals = {p.arn: p for p in snapshot.principals}
        self._by_name = {(p.account, p.kind, _name(p.arn)): p for p in snapshot.principals}
        self.resources = {r.arn: r for r in snapshot.resources}
        self._layers: dict[tuple[str | None, str | None, str], Layers] = {}
        self._keys: dict[tuple[Caller, str | None], dict[str, Value]] = {}
        self._compiled: dict[tuple[int, ...], Layer] = {}  # a Layer keeps its documents alive
        self._lies_in: dict[str, Resource | None] = {}
        self.accounts = frozenset(p.account for p in snapshot.principals) | {
            r.account for r in snapshot.resources
        }

    def principal(self, who: Caller) -> Principal | None:
        """Return the snapshot's principal behind a caller; a session's is its role."""
        arn = who.role or who.name
        kind = PrincipalKind.ROLE if who.role else PrincipalKind.USER
        return self.principals.get(arn) or self._by_name.get((who.account or "", kind, _name(arn)))

    def resource(self, arn: str) -> Resource | None:
        """Return the snapshot's resource that an ARN is, or lies in: an object's is its bucket."""
        if arn not in self._lies_in:
            self._lies_in[arn] = self._resource(arn)
        return self._lies_in[arn]

    def _resource(self, arn: str) -> Resource | None:
        found = self.resources.get(arn)
        while found is None:
            cut = max(arn.rfind("/"), arn.rfind(":"))
            if cut < 0 or arn.count(":") < 5 or not arn[cut + 1 :]:  # noqa: PLR2004 - six segments
                return None
            arn = arn[:cut]
            found = self.resources.get(arn)
        return found

    def layers(self, request: Request) -> Layers:
        """Return the policies that take part in the request."""
        principal = self.principal(request.caller)
        resource_policy, key = self._resource_side(request)
        cached = (principal.arn if principal else None, key, request.account or "")
        found = self._layers.get(cached)
        if found is None:
            found = self._layers[cached] = self._compile(request, principal, resource_policy)
        return found

    def own_layers(self, who: Caller) -> Layers:
        """Return the caller's own layers, without any resource's policy."""
        request = Request(who.name, "sts:GetCallerIdentity", "*")
        return self._compile(request, self.principal(who), None)

    def resource_policies_near(
        self, who: Caller, patterns: Iterable[str] | None = None
    ) -> list[ResourcePolicy]:
        """Return the resource policies that name the caller, or that its own policies reach.

        Where `patterns`, those of a whole question, tell no difference, one stands for all alike.
        """
        return self.neighbourhood.near(who, self.own_layers(who).identity, patterns)

    def named_sessions(self, role: Caller) -> list[Caller]:
        """Return the sessions of a role that some resource policy names."""
        return [s for s in self._sessions if self.principal(s) is self.principal(role) is not None]

    @cached_property
    def _sessions(self) -> list[Caller]:
        return [caller(name) for name in self.neighbourhood.named if ":assumed-role/" in name]

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
        self, request: Request, who: Principal | None, resource_policy: Policy | None
    ) -> Layers:
        identity: tuple[Policy, ...] = (
            Policy((), unknown=f"{display(request.principal)} is not in the assembly"),
        )
        boundary = None
        if who is not None:
            identity, boundary = who.identity, who.boundary
        bound = self.snapshot.scp_accounts
        free = request.account == self.snapshot.management_account or (
            bound and request.account not in bound
        )
        return Layers(
            identity=self._layer(identity),
            boundary=None if boundary is None else self._layer((boundary,)),
            scps=() if free else tuple(self._layer(level) for level in self.snapshot.scps),
            resource=None if resource_policy is None else self._layer((resource_policy,)),
        )

    def _layer(self, policies: tuple[Policy, ...]) -> Layer:
        """Compile the very same documents once; equal ones elsewhere keep their own source."""
        key = tuple(map(id, policies))
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
        if self.outside is Outside.DELEGATES and request.account is not None:
            return _delegates(request.account), "delegates"
        if self.outside is Outside.UNKNOWN and request.needs_resource_side:
            return _may_delegate(request.account, request.resource), request.resource
        return None, None

    def complete(self, request: Request) -> Request:
        """Return the request with the keys that follow from principal, resource and snapshot.

        A key that the request already has stays as it is.
        """
        account = request.resource_account
        resource = self.resource(request.resource)
        if resource is not None:
            account = resource.account
        derived = self.derived(request.caller, request.account, request.resource, account)
        return Request(
            request.principal,
            request.action,
            request.resource,
            {**derived, **request.context},
            account=request.account,
            resource_account=account,
        )

    def derived(
        self, who: Caller, account: str | None, resource: str, resource_account: str | None
    ) -> Mapping[str, Value]:
        """Return the condition keys that the caller cannot choose.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
        """
        found = dict(self._keys_of(who, account))
        if resource_account is not None:
            found["aws:resourceaccount"] = found["s3:resourceaccount"] = resource_account
        parts = resource.split(":", 5)
        if len(parts) == 6 and parts[3] and "*" not in parts[3]:  # noqa: PLR2004 - six segments
            found["aws:requestedregion"] = parts[3]
        return found

    def _keys_of(self, who: Caller, account: str | None) -> Mapping[str, Value]:
        """Return the keys that say who the caller is; worked out once."""
        found = self._keys.get((who, account))
        if found is None:
            found = self._keys[who, account] = _principal_keys(who)
            principal = self.principal(who)
            if principal is not None:
                found |= {f"aws:principaltag/{key.lower()}": v for key, v in principal.tags}
            organization = self.snapshot.organization
            if organization and account in self.accounts and who.kind in _TYPE:
                found["aws:principalorgid"] = organization
        return found

    def key_request(self, request: Request) -> Request | None:
        """Return the request that S3 makes to KMS for an object; None when it makes none.

        https://docs.aws.amazon.com/kms/latest/developerguide/services-s3.html
        """
        action = KMS_ACTION_OF.get(request.action_key)
        if action is None or "/" not in request.resource:
            return None
        bucket = self.resource(request.resource)
        key = self.resources.get(bucket.key) if bucket and bucket.key else None
        if bucket is None or key is None:
            return None
        context: dict[str, Value] = dict(request.context)
        context["kms:viaservice"] = f"s3.{bucket.region}.amazonaws.com"
        context["kms:calleraccount"] = request.account or ""
        context["kms:encryptioncontext:aws:s3:arn"] = unknown("bucket key or object key")
        for stale in ("aws:resourceaccount", "s3:resourceaccount", "aws:requestedregion"):
            context.pop(stale, None)
        asked = Request(request.principal, action, key.arn, context, account=request.account)
        return self.complete(asked)


def _principal_keys(who: Caller) -> dict[str, Value]:
    if who.kind is CallerKind.SERVICE:
        return {"aws:principalisawsservice": "true", "aws:principalservicename": who.name}
    found: dict[str, Value] = {"aws:principalisawsservice": "false"}
    if who.kind not in _TYPE or who.account is None:
        return found
    arn = who.role or who.name
    found |= {
        "aws:principalarn": arn,
        "aws:principalaccount": who.account,
        "aws:principaltype": _TYPE[who.kind],
        "aws:userid": who.account
        if who.kind is CallerKind.ROOT
        else generated(f"unique id of {display(arn).rpartition('/')[2]}"),
    }
    if who.kind is CallerKind.USER:
        found["aws:username"] = _name(who.name)
    return found


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


@lru_cache(maxsize=64)
def _delegates(account: str) -> Policy:
    """Return a policy that leaves everything to the account's own policies."""
    root = f"arn:aws:iam::{account}:root"
    everything = Statement("Allow", ("*",), None, ("*",), None, (("AWS", (root,)),))
    return Policy((replace(everything, source=Source(POLICY_OUTSIDE)),))


@lru_cache(maxsize=1024)
def _may_delegate(account: str | None, resource: str) -> Policy:
    """Return a policy of which only is known that it names nobody of the assembly directly."""
    (statement,) = _delegates(account or "").statements
    reason = f"the policy of {display(resource)} is not in the assembly"
    condition = Condition("StringEquals", "aws:PrincipalAccount", (unknown(reason),))
    return Policy((replace(statement, conditions=(condition,), source=Source(display(resource))),))
