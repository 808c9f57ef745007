"""One value for each class of values of a condition key, given the conditions that read it.

Between two neighbouring points that the conditions name nothing changes, so one value of each
region is enough. These are a text for each set of patterns, the points around each number and date,
and both Booleans. Of a range of addresses they are the first in it and the first after it. The
key's absence is one too.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Final

from whomay.iam.callers import stranger_account
from whomay.iam.conditions import read_operator
from whomay.iam.patterns.matching import literal
from whomay.iam.patterns.pattern_sets import resources, signatures
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.patterns.unknown_parts import covering, starred
from whomay.iam.policy import Condition
from whomay.iam.policy_variables import Value
from whomay.iam.value_kinds import ValueKind, moment, number

# A set operator on n conditions is told apart by sets of at most n + 1 values; more are not tried.
MOST_IN_SET: Final = 4


def candidates(conditions: Sequence[Condition]) -> list[Value]:
    """Return values that between them meet every combination of the conditions' answers.

    All conditions are on one key, their variables already replaced. Absence is not among them.
    """
    texts = list(dict.fromkeys(_texts(conditions)))
    written = [read_operator(condition.operator) for condition in conditions]
    sets = sum(1 for each in written if each and each.set_form)
    if not sets:
        return list(texts)
    size = min(sets + 1, MOST_IN_SET)
    groups = [group for n in range(1, size + 1) for group in combinations(texts, n)]
    return [*groups, ()]


def _texts(conditions: Sequence[Condition]) -> Iterator[str]:
    by_kind: dict[ValueKind, list[str]] = {}
    for condition in conditions:
        written = read_operator(condition.operator)
        if written is None:
            continue  # no value makes a difference: the condition is Unknown
        operator = written.operator
        values = by_kind.setdefault(operator.kind, [])
        for value in condition.values:
            exact = operator.kind is ValueKind.TEXT and not operator.patterns
            text = literal(value) if exact else value
            values += covering(text) if operator.kind is ValueKind.ARN else [starred(text)]
            if operator.ignores_case and not is_symbolic(value):
                values += [literal(value.lower()), literal(value.upper())]
    if ValueKind.ARN in by_kind:  # a text pattern may cut through what an ARN pattern covers
        by_kind[ValueKind.ARN] += by_kind.get(ValueKind.TEXT, [])
    for kind, values in by_kind.items():
        yield from _MAKE[kind](values)


def _matching(patterns: Sequence[str]) -> Iterable[str]:
    distinct = tuple(dict.fromkeys(patterns))
    return [text for _, text in signatures(distinct, preferred=("example",))]


def _arns(values: Sequence[str]) -> Iterable[str]:
    preferred = (("arn",), ("aws",), ("iam",), ("",), (stranger_account(values),), ("example",))
    return [arn for arn in resources(frozenset(values), preferred) if arn != "*"]


def _around(points: Iterable[Decimal]) -> list[Decimal]:
    """Return every point, one between each two neighbours, and one beyond either end."""
    ordered = sorted(set(points))
    if not ordered:
        return []
    between = [(a + b) / 2 for a, b in pairwise(ordered)]
    return [ordered[0] - 1, *ordered, *between, ordered[-1] + 1]


def _numbers(values: Sequence[str]) -> Iterable[str]:
    found = (number(v) for v in values)
    return [format(n.normalize(), "f") for n in _around(n for n in found if n is not None)]


def _dates(values: Sequence[str]) -> Iterable[str]:
    found = (moment(v) for v in values)
    start = datetime(1970, 1, 1, tzinfo=UTC)
    for seconds in _around(n for n in found if n is not None):
        try:
            when = start + timedelta(seconds=float(seconds))
        except OverflowError:
            yield format(seconds, "f")
        else:
            yield when.isoformat().replace("+00:00", "Z")


def _addresses(values: Sequence[str]) -> Iterable[str]:
    yield "0.0.0.0"  # noqa: S104 - an address to decide about, not one to listen on
    yield "::"
    for value in values:
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            continue
        yield str(network[0])
        last = int(network[-1]) + 1
        if last < 1 << network.max_prefixlen:
            yield str(type(network[0])(last))


def _booleans(_: Sequence[str]) -> Iterable[str]:
    return ("true", "false")


def _binaries(values: Sequence[str]) -> Iterable[str]:
    return (*values, "b3RoZXI=")


def _anything(_: Sequence[str]) -> Iterable[str]:
    return ("example",)


_MAKE: Final = {
    ValueKind.TEXT: _matching,
    ValueKind.ARN: _arns,
    ValueKind.NUMBER: _numbers,
    ValueKind.DATE: _dates,
    ValueKind.ADDRESS: _addresses,
    ValueKind.BOOLEAN: _booleans,
    ValueKind.BINARY: _binaries,
    ValueKind.PRESENCE: _anything,
}
