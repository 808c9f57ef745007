"""What principals may do, one entry a statement, and principals that may do the same as one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from whomay.engine import Decision
from whomay.engine.proof import Row
from whomay.engine.snapshot import Principal
from whomay.iam.patterns.symbols import unknown_reasons
from whomay.iam.policy import Condition, Policy, Statement
from whomay.report import words
from whomay.report.trust_graph import Edge

REFUSED = "ExplicitDeny"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one statement says, as far as it comes to the same.

    `verdict` is what becomes of these actions on these resources. `decision` is that of one such
    request, or None for a statement that denies.
    """

    statement: Statement
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    verdict: str
    decision: Decision | None

    @property
    def told(self) -> tuple[object, ...]:
        """What people read of it, without the principal's name."""
        return self.actions, self.resources, self.conditions, self.verdict


@dataclass(frozen=True, slots=True)
class Access:
    """Principals with the same permissions, the same trust and the same boundary; what these are."""

    principals: tuple[Principal, ...]
    entries: tuple[Entry, ...]
    becoming: tuple[tuple[str, bool], ...]  # who may become it, and whether under conditions

    @property
    def first(self) -> Principal:
        """One of the principals, whose names are in the decisions."""
        return self.principals[0]

    @property
    def boundary(self) -> list[str]:
        """What the permissions boundary says, one line a statement."""
        return _said(self.first.boundary)

    @property
    def trust(self) -> list[str]:
        """What the trust policy says, one line a statement."""
        return _said(self.first.trust)


def accesses(
    principals: Iterable[Principal], rows: Iterable[Row], edges: Iterable[Edge]
) -> list[Access]:
    """Return what all principals may do, in the order of their paths.

    `rows` come principal by principal, and statement by statement.
    """
    of = {path: list(some) for path, some in groupby(rows, lambda row: row.principal.path)}
    becoming = _becoming(edges)
    alike: dict[object, list[Access]] = {}
    for one in sorted(principals, key=lambda each: each.path):
        entries = (*_allowing(of.get(one.path, ())), *_denying(one))
        access = Access((one,), entries, becoming.get(one.path, ()))
        alike.setdefault(_key(access), []).append(access)
    return [
        Access(tuple(each.first for each in some), some[0].entries, some[0].becoming)
        for some in alike.values()
    ]


def _key(access: Access) -> object:
    one = access.first
    told = tuple(each.told for each in access.entries)
    about = one.kind, one.max_session, tuple(access.boundary), tuple(access.trust)
    return told, access.becoming, about


def _becoming(edges: Iterable[Edge]) -> Mapping[str, tuple[tuple[str, bool], ...]]:
    found: dict[str, tuple[tuple[str, bool], ...]] = {}
    for edge in edges:
        found[edge.role] = (*found.get(edge.role, ()), (edge.who, edge.guarded))
    return found


def _allowing(rows: Iterable[Row]) -> Iterator[Entry]:
    """Yield the rows of each statement, those of one verdict as one entry."""
    for _, of_statement in groupby(rows, lambda row: id(row.statement)):
        by_verdict: dict[str, list[Row]] = {}
        for row in of_statement:
            by_verdict.setdefault(str(row.decision.verdict), []).append(row)
        for verdict, some in by_verdict.items():
            first = some[0]
            others = (each for each in first.decision.statements if each.effect == "Allow")
            known = (c for each in others for c in each.conditions if not _is_open(c))
            conditions = (*first.statement.conditions, *known)
            yield Entry(
                first.statement,
                tuple(dict.fromkeys(row.action for row in some)),
                tuple(dict.fromkeys(row.resource for row in some)),
                tuple(dict.fromkeys(map(words.condition, conditions))),
                verdict,
                first.decision,
            )


def _is_open(condition: Condition) -> bool:
    """Tell whether a value is not known: then the decision is Unknown, and says why."""
    return any(map(unknown_reasons, condition.values))


def _denying(one: Principal) -> Iterator[Entry]:
    for policy in one.identity:
        for each in policy.statements:
            if each.effect == "Deny":
                actions, resources = words.element(each, "Action"), words.element(each, "Resource")
                conditions = tuple(map(words.condition, each.conditions))
                yield Entry(
                    each,
                    each.actions or (actions,),
                    each.resources or (resources.removeprefix("on ") or "*",),
                    conditions,
                    REFUSED,
                    None,
                )


def _said(policy: Policy | None) -> list[str]:
    return [] if policy is None else [words.statement(each) for each in policy.statements]


def verdicts(found: Sequence[Access]) -> list[str]:
    """Return the verdicts that there are."""
    return sorted({entry.verdict for each in found for entry in each.entries})
