"""Which policies name a caller, found by its name: of many accounts, only its own is looked at."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

from whomay.iam.callers import Caller, is_id_alone
from whomay.iam.patterns.code_points import UNKNOWN
from whomay.iam.patterns.symbols import ACCOUNT
from whomay.iam.policy import Statement

T = TypeVar("T")


class Naming(Generic[T]):
    """Policies, filed by the principals that their Allow statements name."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: list[T] = []
        self._by_name: defaultdict[str, list[T]] = defaultdict(list)
        # By names without an account: those of which the account is not known, and all.
        self._account_unknown: defaultdict[str, list[T]] = defaultdict(list)
        self._any_account: defaultdict[str, list[T]] = defaultdict(list)

    def file(self, policy: T, statement: Statement) -> None:
        """File a policy under all that a statement of it names."""
        if statement.not_principals is not None:
            self._open.append(policy)
        for kind, values in statement.principals or ():
            for value in values:
                if value == "*" or UNKNOWN in value or is_id_alone(kind, value):
                    self._open.append(policy)
                    continue
                self._by_name[value].append(policy)
                self._any_account[_without_account(value)].append(policy)
                if ACCOUNT in value:
                    self._account_unknown[_without_account(value)].append(policy)

    def of(self, who: Caller) -> Iterator[T]:
        """Yield the policies that name a caller or its role, or that may do so; some more than once."""
        for name in filter(None, (who.name, who.role)):
            if ACCOUNT in name:
                yield from self._any_account.get(_without_account(name), ())
            else:
                yield from self._by_name.get(name, ())
                yield from self._account_unknown.get(_without_account(name), ())
        yield from self._open


def _without_account(name: str) -> str:
    """Return the name of a principal without its account, which may turn out to be another's."""
    return _ACCOUNT.sub("", name)


_ACCOUNT: Final = re.compile(rf"\d{{12}}|{ACCOUNT}")
