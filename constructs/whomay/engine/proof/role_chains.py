"""Chains of AssumeRole: which roles a principal can become, one hop after another.

Each hop is a decided request of the principal, or role, that stands at its start. A session that
comes from a role is limited to one hour, whatever the role allows:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.request import Request
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import SnapshotView
from whomay.engine.proof.prove import Proof, assuming, callers, some_allowed
from whomay.engine.snapshot import PrincipalKind
from whomay.iam.facts.limits import CHAINED_SESSION_SECONDS
from whomay.iam.patterns.pattern_sets import TooManyClasses


@dataclass(frozen=True, slots=True)
class Hop:
    """One AssumeRole. `request` shows it with the condition keys that it needs.

    `seconds` is the longest session that it gives. `verdict` is Allowed or Unknown.
    """

    request: Request
    verdict: Verdict
    seconds: int

    @property
    def role(self) -> str:
        """The ARN of the role that the hop leads to."""
        return self.request.resource


@dataclass(frozen=True, slots=True)
class Chain:
    """Hops, each from where the one before led."""

    hops: tuple[Hop, ...]

    @property
    def role(self) -> str:
        """The role at the end."""
        return self.hops[-1].role

    @property
    def certain(self) -> bool:
        """Whether every hop is allowed for sure."""
        return all(hop.verdict is Verdict.ALLOWED for hop in self.hops)

    @property
    def seconds(self) -> int:
        """The longest session at the end."""
        return self.hops[-1].seconds


class Reach:
    """The chains in one snapshot; what a role can become and do is worked out once for all of them."""

    def __init__(self, index: Index) -> None:
        """Look at an indexed snapshot."""
        self._index = index
        self._view = SnapshotView(index)
        self._hops: dict[str, list[tuple[Request, Verdict]]] = {}
        self._answers: dict[tuple[str, str], Proof] = {}

    def chains(self, principal_arn: str) -> list[Chain]:
        """Return a shortest chain to every role that a principal can become, directly or not.

        A chain of certain hops is taken before one with an Unknown hop. A role outside the snapshot
        ends a chain, and its hop is Unknown when `index.outside` says so. Raises TooManyClasses.
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
            arn = principal_arn if chain is None else chain.role
            if chain is not None and arn not in self._index.principals:
                hop = chain.hops[-1]
                reason = "what a role outside the assembly may do is not known"
                unsure = (
                    unsure if unsure[0].holds is None else (Proof(None, hop.request, reason), chain)
                )
                continue
            answer = self._allowed(arn, pattern)
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

    def _walk(self, start: str, accepted: Sequence[Verdict]) -> dict[str, Chain]:
        principals = self._index.principals
        found: dict[str, Chain] = {}
        queue: list[tuple[str, tuple[Hop, ...]]] = [(start, ())]
        for here, hops in queue:
            chained = here != start or principals[start].kind is PrincipalKind.ROLE
            for request, verdict in self._hops_from(here):
                role = request.resource
                if verdict not in accepted or role in found or role == start:
                    continue
                inside = principals.get(role)
                longest = inside.max_session if inside else CHAINED_SESSION_SECONDS
                hop = Hop(
                    request, verdict, min(longest, CHAINED_SESSION_SECONDS) if chained else longest
                )
                found[role] = Chain((*hops, hop))
                if inside is not None:
                    queue.append((role, (*hops, hop)))
        return found

    def _hops_from(self, arn: str) -> list[tuple[Request, Verdict]]:
        if arn not in self._hops:
            requests = (
                request
                for who in callers(self._index, arn)
                for request in representatives(who, [self._view], _ASSUME, allowable=True)
            )
            decided = [(request, self._view.verdict(request)) for request in requests]
            self._hops[arn] = [each for each in decided if each[1] in _PERHAPS]
        return self._hops[arn]


_ASSUME: Final = Pattern(("sts:AssumeRole",), ("arn:*:iam::*:role/*",))
_PERHAPS: Final = (Verdict.ALLOWED, Verdict.UNKNOWN)


def reached_from(index: Index, role_arn: str) -> list[str]:
    """Return the construct paths of all that can become a role, nearest first, by certain hops.

    Whoever is not in the snapshot is left out, and so is who stands behind a role whose trust
    policy speaks of too many kinds of requests.
    """
    found: dict[str, str] = {}
    queue = [role_arn]
    for arn in queue:
        with suppress(TooManyClasses):
            for request, verdict in assuming(index, arn):
                who = index.principal(request.caller)
                if who and verdict is Verdict.ALLOWED and who.arn not in (role_arn, *found):
                    found[who.arn] = who.path
                    queue.append(who.arn)
    return list(found.values())


def _certain_first(chain: Chain) -> tuple[bool, int]:
    return not chain.certain, len(chain.hops)
