"""Chains of sessions: whose credentials a principal can get, one hop after another.

Each hop is a decided request of the caller at its start. Which actions give credentials of somebody
else is in `whomay.iam.facts.becoming`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.request import Request
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import SnapshotView
from whomay.engine.proof.other_ends import FederatedUsers, as_root
from whomay.engine.proof.prove import Proof, assuming, callers, some_allowed
from whomay.engine.snapshot import Principal
from whomay.iam.callers import Caller, CallerKind
from whomay.iam.facts.becoming import WAYS, Becomes, WayToBecome
from whomay.iam.patterns.pattern_sets import TooManyClasses


@dataclass(frozen=True, slots=True)
class Hop:
    """One request that gives credentials, with the condition keys that it needs.

    `becomes` says whose they are. `verdict` is Allowed or Unknown.
    """

    request: Request
    verdict: Verdict
    becomes: Becomes = Becomes.ROLE

    @property
    def end(self) -> str:
        """The ARN of the caller that the hop leads to; `*` where no request tells it."""
        return self.request.resource


@dataclass(frozen=True, slots=True)
class Chain:
    """Hops, each from where the one before led."""

    hops: tuple[Hop, ...]

    @property
    def end(self) -> str:
        """Who is at the end, by an ARN."""
        return self.hops[-1].end

    @property
    def certain(self) -> bool:
        """Whether every hop is allowed for sure."""
        return all(hop.verdict is Verdict.ALLOWED for hop in self.hops)


class Reach:
    """The chains in one snapshot; what a role can become and do is worked out once for all of them."""

    def __init__(self, index: Index) -> None:
        """Look at an indexed snapshot."""
        self._index = index
        self._view = SnapshotView(index)
        self._federated = FederatedUsers(index)
        self._hops: dict[str, list[Hop]] = {}
        self._answers: dict[tuple[str, str], Proof] = {}

    def chains(self, principal_arn: str) -> list[Chain]:
        """Return a shortest chain to everybody that a principal can become, directly or not.

        A chain of certain hops is taken before one with an Unknown hop. Only a role of the snapshot
        has hops of its own. One outside is Unknown when `index.outside` says so. Raises
        TooManyClasses.
        """
        certain = self._walk(principal_arn, (Verdict.ALLOWED,))
        possible = self._walk(principal_arn, _PERHAPS)
        return list({**possible, **certain}.values())

    def any_allowed(self, principal_arn: str, pattern: Pattern) -> tuple[Proof, Chain | None]:
        """Tell whether a principal is allowed any request of a pattern, itself or through a chain.

        Returns the answer, and the chain that leads to it; None for its own access. A chain with a
        hop that is Unknown makes the answer Unknown at best, as does a role outside the snapshot.
        """
        unsure: tuple[Proof, Chain | None] = (Proof(False), None)
        try:
            found = sorted(self.chains(principal_arn), key=_certain_first)
        except TooManyClasses as limit:
            return Proof(None, reason=str(limit)), None
        for chain in (None, *found):
            if chain is None:
                answer = self._allowed(principal_arn, pattern)
            else:
                answer = self._at_the_end(principal_arn, chain, pattern)
            if answer.holds and (chain is None or chain.certain):
                return answer, chain
            if answer.holds is not False and unsure[0].holds is False:
                unsure = Proof(None, answer.witness, answer.reason), chain
        return unsure

    def _allowed(self, arn: str, pattern: Pattern) -> Proof:
        key = arn, repr(pattern)
        if key not in self._answers:
            self._answers[key] = some_allowed(self._view, callers(self._index, arn), pattern)
        return self._answers[key]

    def _at_the_end(self, start: str, chain: Chain, pattern: Pattern) -> Proof:
        """Tell what the caller at the end of a chain is allowed; only at its start users federate."""
        last = chain.hops[-1]
        match last.becomes:
            case Becomes.FEDERATED_USER:
                return self._federated.allowed(start, last.end, pattern)
            case Becomes.ROOT_USER:
                return as_root(self._index, last.request, pattern)
            case Becomes.DELEGATOR:
                return Proof(None, last.request, "what was delegated to it is not known")
        if last.end in self._index.principals:
            return self._allowed(last.end, pattern)
        return Proof(None, last.request, "what a role outside the assembly may do is not known")

    def _walk(self, start: str, accepted: Sequence[Verdict]) -> dict[str, Chain]:
        found: dict[str, Chain] = {}
        queue: list[tuple[str, tuple[Hop, ...]]] = [(start, ())]
        for here, hops in queue:
            for hop in self._hops_from(here):
                if hop.verdict not in accepted or hop.end in found or hop.end == start:
                    continue
                found[hop.end] = Chain((*hops, hop))
                if hop.end in self._index.principals:
                    queue.append((hop.end, (*hops, hop)))
        return found

    def _hops_from(self, arn: str) -> list[Hop]:
        if arn not in self._hops:
            decided = (
                Hop(request, self._view.verdict(request), way.becomes)
                for who in callers(self._index, arn)
                for way in WAYS
                for pattern in self._patterns(way, who)
                for request in representatives(who, [self._view], pattern, allowable=True)
            )
            self._hops[arn] = [
                hop
                for hop in decided
                if hop.verdict in _PERHAPS
                and not (hop.becomes is Becomes.ROOT_USER and hop.request.same_account)
            ]
        return self._hops[arn]

    def _patterns(self, way: WayToBecome, who: Caller) -> Iterator[Pattern]:
        """Yield the requests by which a caller may become somebody else in one way."""
        if not way.signed or way.becomes is Becomes.ITSELF:
            return
        own = self._index.own_layers(who).identity
        may = own.unknown or own.relevant(way.action.lower()).allows
        if way.becomes is Becomes.FEDERATED_USER:
            made = self._federated.of(who) if may and who.kind is CallerKind.USER else ()
            yield from (Pattern((way.action,), (arn,)) for arn in made)
        elif way.becomes is Becomes.ROLE or may:
            yield Pattern((way.action,), (way.resource,))
        if way.becomes is Becomes.ROOT_USER and may:  # those of the snapshot, one by one
            for account in sorted(self._index.accounts):
                yield Pattern((way.action,), (f"arn:*:iam::{account}:root",))


_PERHAPS: Final = (Verdict.ALLOWED, Verdict.UNKNOWN)


class Becoming:
    """Who of a snapshot can assume a role, by certain hops; each role is looked at once."""

    def __init__(self, index: Index) -> None:
        """Remember what was looked at."""
        self._index = index
        self._direct: dict[str, list[Principal]] = {}

    def of(self, role_arn: str) -> list[str]:
        """Return the construct paths of all that can assume a role, nearest first.

        Callers outside the snapshot are left out. So are those behind a role whose trust policy
        speaks of too many kinds of requests.
        """
        found: dict[str, str] = {}
        queue = [role_arn]
        for arn in queue:
            for who in self._directly(arn):
                if who.arn not in (role_arn, *found):
                    found[who.arn] = who.path
                    queue.append(who.arn)
        return list(found.values())

    def _directly(self, role_arn: str) -> list[Principal]:
        if role_arn not in self._direct:
            found: dict[str, Principal] = {}
            with suppress(TooManyClasses):
                for request, verdict in assuming(self._index, role_arn):
                    who = self._index.principal(request.caller)
                    if who and verdict is Verdict.ALLOWED:
                        found.setdefault(who.arn, who)
            self._direct[role_arn] = list(found.values())
        return self._direct[role_arn]


def _certain_first(chain: Chain) -> tuple[bool, int]:
    return not chain.certain, len(chain.hops)
