"""What is above accounts and around requests: the levels of an organization, and an endpoint.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from whomay.engine.decisions.judge import LayerName, LayersOfAll
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.snapshot import Snapshot
from whomay.iam.callers import Caller, CallerKind
from whomay.iam.facts.resource_control import restricts
from whomay.iam.facts.s3_keys import policy_of_aws_key
from whomay.iam.patterns.symbols import unknown
from whomay.iam.policy import Policy
from whomay.iam.policy_variables import Value

_MEMBERS: Final = (CallerKind.USER, CallerKind.SESSION, CallerKind.ROOT, CallerKind.FEDERATED_USER)


class LayersAround:
    """The levels of a snapshot by account, and the policy of the endpoint that requests pass."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look at a snapshot."""
        self._snapshot = snapshot
        self._levels = {each.account: each for each in snapshot.levels}
        self._rcps = {
            (each.account, is_known): (LayerName.RCP, Layer(_above(each.rcps, is_known=is_known)))
            for each in snapshot.levels
            for is_known in (True, False)
            if each.rcps
        }
        policy = snapshot.through.policy if snapshot.through else None
        self._endpoint = None if policy is None else (LayerName.ENDPOINT, Layer((policy,)))
        self._carried = snapshot.through.service if snapshot.through else ""

    def __bool__(self) -> bool:
        """Tell whether any layer binds all callers."""
        return bool(self._rcps or self._endpoint)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that bind all callers, each once."""
        own = [layer for (_, is_known), (_, layer) in self._rcps.items() if is_known]
        return (*own, self._endpoint[1]) if self._endpoint else tuple(own)

    @property
    def restricted(self) -> tuple[str, ...]:
        """One account of all those above which the same resource control policies are."""
        found = {e.rcps: e.account for e in self._snapshot.levels if e.rcps}
        return tuple(found.values())

    def rcps(self, account: str) -> tuple[Layer, ...]:
        """Return the layer of resource control policies above an account's resources, if any."""
        found = self._rcps.get((account, True))
        return () if found is None else (found[1],)

    def of(self, request: Request, *, is_known: bool) -> LayersOfAll:
        """Return those that a request passes; `is_known` tells that its resource's account is."""
        found = []
        above = self._rcps.get((request.resource_account or "", is_known))
        by_aws = request.needs_resource_side and policy_of_aws_key(request.resource)
        if above and not by_aws and restricts(request.action_key, request.caller, request.resource):
            found.append(above)
        if self._endpoint and self._carried in ("", request.action_key.partition(":")[0]):
            found.append(self._endpoint)
        return tuple(found)

    def scps(self, account: str | None) -> tuple[tuple[Policy, ...], ...]:
        """Return the service control policies of the levels above the principals of an account."""
        bound, above = self._snapshot.scp_accounts, self._levels.get(account or "")
        free = account == self._snapshot.management_account or (bound and account not in bound)
        given = () if free else self._snapshot.scps
        return given if above is None else (*given, *above.scps)

    def organization(self, account: str | None, accounts: Collection[str]) -> str | None:
        """Return the id of the organization that an account belongs to, when it is known."""
        members = self._levels or accounts
        return self._snapshot.organization if account in members else None

    def keys_of_caller(self, who: Caller, account: str | None) -> Mapping[str, Value]:
        """Return the keys that tell where the caller's account is in its organization."""
        above = self._levels.get(account or "") if who.kind in _MEMBERS else None
        return {} if above is None or not above.path else {"aws:principalorgpaths": (above.path,)}

    def keys_of_resource(self, account: str | None) -> Mapping[str, Value]:
        """Return the keys that tell where the resource's account is in its organization."""
        above = self._levels.get(account or "")
        if above is None or not self._snapshot.organization:
            return {}
        found: dict[str, Value] = {"aws:resourceorgid": self._snapshot.organization}
        return found | ({"aws:resourceorgpaths": (above.path,)} if above.path else {})


def _above(policies: tuple[Policy, ...], *, is_known: bool) -> tuple[Policy, ...]:
    """Return what is above a resource; perhaps, where the request does not tell whose it is."""
    if is_known:
        return policies
    return tuple(map(_perhaps, policies))


def _perhaps(policy: Policy) -> Policy:
    statements = (replace(each, principals=_NOT_SURE) for each in policy.statements)
    return replace(policy, statements=tuple(statements))


_NOT_SURE: Final = (("AWS", (unknown("whose the resource is, which its ARN does not tell"),)),)
