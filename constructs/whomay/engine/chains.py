"""Chains of AssumeRole: which roles a principal can become, one after the other.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from whomay.engine.atoms import Pattern, atoms
from whomay.engine.index import Index
from whomay.engine.judge import Verdict
from whomay.engine.prove import callers
from whomay.engine.request import Request
from whomay.engine.views import SnapshotView

BECOMING: Final = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")


@dataclass(frozen=True, slots=True)
class Chain:
    """A way from a principal to the one with the ARN `end`: one request a hop, none at the start.

    `sure` is False when a hop is not known to be allowed. `outside` is True when `end` is not in
    the snapshot, so that nothing is known of what it may do.
    """

    end: str
    hops: tuple[Request, ...] = ()
    sure: bool = True
    outside: bool = False


def chains(index: Index, start: str) -> Iterator[Chain]:
    """Yield the shortest way to each principal that the one with ARN `start` can become.

    The first is the start itself. Raises TooManyClasses.
    """
    first = Chain(start)
    best = {start: first}
    queue = deque([first])
    while queue:
        chain = queue.popleft()
        if best[chain.end] is not chain:
            continue
        yield chain
        if chain.outside:
            continue
        for request, sure in _hops(index, chain.end):
            known = best.get(request.resource)
            longer = Chain(
                request.resource,
                (*chain.hops, request),
                sure and chain.sure,
                request.resource not in index.principals,
            )
            # A way that is sure replaces one that is not.
            if known is None or (longer.sure and not known.sure):
                best[request.resource] = longer
                queue.append(longer)


def _hops(index: Index, arn: str) -> Iterator[tuple[Request, bool]]:
    view = SnapshotView(index)
    for who in callers(index, arn):
        for request in atoms(who, [view], Pattern(BECOMING)):
            verdict = view.verdict(request)
            if ":role/" in request.resource and verdict in (Verdict.ALLOWED, Verdict.UNKNOWN):
                yield request, verdict is Verdict.ALLOWED
