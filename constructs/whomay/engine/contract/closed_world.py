"""Today's access as the entries of a contract file: for each principal what it may, and who becomes it.

An entry may say less or more than the templates where a contract has no words for them. So who writes
a file asks for the proof of each entry first.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whomay.engine.contract.check import check
from whomay.engine.contract.contract import Contract
from whomay.engine.contract.contract_file import state
from whomay.engine.contract.file_names import (
    MANAGED,
    PROVIDER,
    SERVICE,
    FileNames,
    listed,
    that_can_be,
)
from whomay.engine.contract.finding import Outcome
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.names import PrincipalNames, arns_by_path
from whomay.engine.proof.prove import callers
from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.assembly import Assembly
from whomay.iam.arn import holds_others
from whomay.iam.callers import Caller, Grant
from whomay.iam.policy import Policy
from whomay.iam.written import written_statement, written_text
from whomay.metadata.records import StatementKind
from whomay.metadata.statements import ELEMENTS

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EntryToday:
    """One entry of a file. `open` says why it is not proved; it is empty where it is."""

    principal: str
    data: Data
    open: str = ""


def access_today(assembly: Assembly) -> list[EntryToday]:
    """Return the closed world of each principal by construct path, each entry with its proof."""
    entries = [*_entries(assembly.snapshot)]
    contract, names = Contract(assembly), FileNames(assembly.snapshot)
    problems: dict[str, str] = {}
    for number, (_, data) in enumerate(entries):
        try:
            state(contract, str(number), data, names)
        except ValueError as error:
            problems[str(number)] = str(error)
    for result in check(contract, assembly.snapshot).results:
        if result.finding.outcome not in (Outcome.KEPT, Outcome.CAPPED):
            said = result.finding.because or result.finding.said
            problems.setdefault(result.stated.at, said)
    return [
        EntryToday(path, data, problems.get(str(number), ""))
        for number, (path, data) in enumerate(entries)
    ]


def _entries(snapshot: Snapshot) -> Iterator[tuple[str, Data]]:
    names, paths = PrincipalNames(snapshot), _Paths(snapshot)
    index = Index(snapshot)
    layers = dict(_layers_of_others(snapshot))
    for who in sorted(snapshot.principals, key=lambda each: each.path):
        alone = len(names.find(who.path)) == 1
        name = who.path if alone else written_text(who.arn)
        callers_of = callers(index, who.arn)
        naming = dict.fromkeys(arn for one in callers_of for arn in index.neighbourhood.naming(one))
        granted = [*_granted(callers_of, {arn: layers[arn] for arn in naming if arn in layers})]
        yield who.path, _may_only(name, [*_statements(who.identity), *granted], paths)
        if who.boundary is not None:  # what both allow; without the boundary this one breaks
            yield who.path, _may_only(name, [*_statements([who.boundary]), *granted], paths)
        if who.trust is not None and (trusted := [*_trusted(who.trust, paths)]):
            yield who.path, {str(StatementKind.ASSUMABLE_ONLY_BY): name, "trusted": trusted}


def _layers_of_others(snapshot: Snapshot) -> Iterator[tuple[str, Layer]]:
    """Yield each policy of a resource and each trust policy, with the ARN that it is about."""
    for resource in snapshot.resources:
        if resource.policy is not None:
            yield resource.arn, Layer((resource.policy,))
    for role in snapshot.principals:
        if role.trust is not None:
            yield role.arn, Layer((role.trust,))


def _granted(who: Sequence[Caller], layers: Mapping[str, Layer]) -> Iterator[Data]:
    """Yield what policies of resources and trust policies allow a principal by themselves."""
    for arn, layer in layers.items():
        for each in layer.statements:
            if each.deny or not any(each.grant(one, bounded=False)[1] >= Grant.ROLE for one in who):
                continue
            statement = written_statement(each.statement)
            for element in ("Principal", "NotPrincipal"):
                statement.pop(element, None)
            if statement.get("Resource", "*") == "*":
                inside = [f"{arn}/*"] if holds_others(arn) else []
                statement["Resource"] = [written_text(one) for one in (arn, *inside)]
            yield statement


def _statements(policies: Iterable[Policy]) -> Iterator[Data]:
    for policy in policies:
        if policy.published is not None:
            yield {MANAGED: policy.published.name}
        else:
            yield from map(written_statement, policy.statements)


def _may_only(name: str, statements: Iterable[Data], paths: "_Paths") -> Data:
    """Return the entry; statements that differ in their actions alone are one."""
    joined: dict[str, Data] = {}
    for each in statements:
        kept = each if MANAGED in each else that_can_be(each)
        if kept is None:
            continue
        rest = {key: value for key, value in kept.items() if key != "Action"}
        one = joined.setdefault(json.dumps(rest), {"Action": [], **rest})
        one["Action"] += listed(kept.get("Action", []))
    return {
        str(StatementKind.MAY_ONLY): name,
        "statements": [_readable(each, paths) for each in joined.values()],
    }


def _readable(statement: Data, paths: "_Paths") -> Data:
    order = [key for key in (*ELEMENTS, MANAGED) if statement.get(key, []) != []]
    found = {key: statement[key] for key in order if (key, statement[key]) != ("Effect", "Allow")}
    if "Action" in found:
        found["Action"] = _one_or_list(sorted({*found["Action"]}))
    for element in ("Resource", "NotResource"):
        if element in found:
            found[element] = _one_or_list([paths.of(each) for each in listed(found[element])])
    return found


def _trusted(trust: Policy, paths: "_Paths") -> Iterator[Any]:
    """Yield whom a trust policy lets in: by name where it asks for nothing, else with its Condition."""
    seen: set[str] = set()
    for each in trust.statements:
        if each.effect != "Allow" or each.principals is None:
            continue
        written = written_statement(each)
        named, condition = written["Principal"], written.get("Condition")
        entry = {"Principal": _with_paths(named, paths)} | (
            {"Condition": condition} if condition else {}
        )
        entries = [entry] if condition or named == "*" else [*_by_name(named, paths)]
        for one in entries:
            if (text := json.dumps(one)) not in seen:
                seen.add(text)
                yield one


def _with_paths(named: Any, paths: "_Paths") -> Any:
    if named == "*" or "AWS" not in named:
        return named
    return {
        **named,
        "AWS": _one_or_list([paths.of_principal(each) for each in listed(named["AWS"])]),
    }


def _by_name(named: Mapping[str, Any], paths: "_Paths") -> Iterator[Any]:
    for kind, values in named.items():
        for value in listed(values):
            path = paths.of_principal(value)
            plain = (
                (kind == "AWS" and (path != value or value.startswith("arn:")))
                or (kind == "Service" and SERVICE.fullmatch(value))
                or (kind == "Federated" and PROVIDER.fullmatch(value))
            )
            yield path if plain else {kind: value}


class _Paths:
    """Construct paths in place of ARNs, where they are the same and read better."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._principals = {written_text(each.arn): each.path for each in snapshot.principals}
        arns = arns_by_path(snapshot)
        self._paths = {written_text(a): path for path, a in arns.items() if a.startswith("arn:")}

    def of_principal(self, arn: str) -> str:
        return self._principals.get(arn, arn)

    def of(self, arn: str) -> str:
        """Return the construct path of a resource with what lies in it; else the ARN as it is."""
        for end in [len(arn), *(match.start() for match in re.finditer("/", arn))]:
            if path := self._paths.get(arn[:end]):
                return path + arn[end:]
        return arn


def _one_or_list(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
