"""Resources of many accounts: so that a caller costs what its own account has, and what lets it in.

A resource of another account whose policy lets nobody of the caller's account in allows it nothing,
as all others of that kind do. So of those that no pattern tells apart, one is enough.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.reached import ReachedArns
from whomay.iam.arn import parse_arn_pattern
from whomay.iam.callers import is_id_alone
from whomay.iam.patterns.code_points import UNKNOWN
from whomay.iam.patterns.matching import may_lie_in
from whomay.iam.patterns.symbols import is_symbolic

FEW: Final = 8  # accounts: below, each is looked at as it is
_REMEMBERED: Final = 4096  # patterns
_ACCOUNT: Final = re.compile(r"\d{12}")


class OfAccount(Protocol):
    """A resource with its policy."""

    @property
    def arn(self) -> str:
        """Its ARN."""

    @property
    def account(self) -> str:
        """Whose it is."""

    @property
    def layer(self) -> Layer:
        """Its policy."""

    @property
    def is_plain(self) -> bool:
        """Whether it answers callers of its own account as one without any policy does."""


@dataclass(frozen=True, slots=True)
class _Closed:
    """A resource that lets in callers of some accounts alone, beside its own."""

    account: str
    lets_in: frozenset[str]


class ManyAccounts:
    """The resources of one service, found by the account of who asks."""

    def __init__(self, resources: Iterable[OfAccount]) -> None:
        """File each under the accounts whose callers it can answer otherwise than none does."""
        self._closed: dict[str, _Closed] = {}
        of_all: list[str] = []
        by_account: defaultdict[str, list[str]] = defaultdict(list)
        for each in resources:
            accounts = _lets_in(each)
            if accounts is None:
                of_all.append(each.arn)
                continue
            self._closed[each.arn] = _Closed(each.account, accounts)
            own = () if each.is_plain else (each.account,)
            for account in {*accounts, *own}:
                by_account[account].append(each.arn)
        self._of_all = ReachedArns(of_all)
        self._by_account = {account: ReachedArns(arns) for account, arns in by_account.items()}
        self._elsewhere = ReachedArns(self._closed)
        self._known: dict[str, tuple[str, ...]] = {}

    def concerning(self, account: str) -> Iterator[ReachedArns]:
        """Yield the resources that may answer callers of an account otherwise than none does."""
        yield self._of_all
        if account in self._by_account:
            yield self._by_account[account]

    def elsewhere(self, account: str, own: Iterable[str], patterns: Iterable[str]) -> Iterator[str]:
        """Yield resources that let in nobody of an account, which its own patterns reach.

        Those that `patterns`, all of a question, may tell from others are among them, and one of
        the others.
        """
        listed = list(own)
        some = [each for each in listed if not _is_any(each)]
        if len(some) < len(listed):
            some = [each for each in {*some, *patterns} if not _is_any(each)]
        found = dict.fromkeys(arn for each in some for arn in self._reached(each))
        yield from (arn for arn in found if self.is_elsewhere(arn, account))
        if any(map(_is_any, listed)):
            others = (arn for arn in self._closed if arn not in found)
            yield from _first(arn for arn in others if self.is_elsewhere(arn, account))

    def elsewhere_among(
        self, account: str, own: Iterable[str], about: Iterable[str]
    ) -> Iterator[str]:
        """Yield those of some resources that let in nobody of an account, and its patterns reach."""
        listed = list(own)
        closed = (arn for arn in about if self.is_elsewhere(arn, account))
        yield from (arn for arn in closed if any(may_lie_in(arn, each) for each in listed))

    def _reached(self, pattern: str) -> tuple[str, ...]:
        """Return what a pattern reaches; those of AWS's own policies come again with every role."""
        found = self._known.get(pattern)
        if found is None:
            found = tuple(self._elsewhere.by((pattern,)))
            if len(self._known) < _REMEMBERED:
                self._known[pattern] = found
        return found

    def is_elsewhere(self, arn: str, account: str) -> bool:
        """Tell whether a resource of another account lets in nobody of this one for sure."""
        closed = self._closed.get(arn)
        return closed is not None and closed.account != account and account not in closed.lets_in


def by_service(resources: Mapping[str, list[OfAccount]]) -> dict[str, ManyAccounts]:
    """Return the services whose resources are of many accounts."""
    return {
        service: ManyAccounts(some)
        for service, some in resources.items()
        if len({each.account for each in some}) > FEW
    }


def _first(arns: Iterator[str]) -> Iterator[str]:
    for arn in arns:
        yield arn
        return


def _is_any(pattern: str) -> bool:
    """Tell whether a pattern matches all resources of a service, `*` or `arn:aws:s3:::*`."""
    parts = parse_arn_pattern(pattern)
    if parts is None:
        return not pattern.strip("*")
    return parts.resource in ("*", "*/*") and {parts.region, parts.account} <= {"", "*"}


def _lets_in(resource: OfAccount) -> frozenset[str] | None:
    """Return the accounts that a policy's Allow statements name; None for any, or where it is unknown."""
    if resource.layer.unknown or is_symbolic(resource.arn + resource.account):
        return None
    found: set[str] = set()
    for each in resource.layer.statements:
        raw = each.statement
        if each.deny:
            continue
        if raw.not_principals is not None:
            return None
        for kind, values in raw.principals or ():
            for value in values:
                if (
                    value == "*"
                    or UNKNOWN in value
                    or is_symbolic(value)
                    or is_id_alone(kind, value)
                ):
                    return None
                found.update(_ACCOUNT.findall(value))
    return frozenset(found)
