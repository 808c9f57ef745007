"""The report as data, with the same facts as the page."""

from typing import Any

from whomay.engine.contract import Result
from whomay.iam.patterns.symbols import display, printable
from whomay.report import words
from whomay.report.finding_groups import FindingGroup
from whomay.report.page import Report
from whomay.report.permissions import Access, Entry


def as_data(report: Report) -> dict[str, Any]:
    """Return the report for `json.dumps`, worst first."""
    own, of_cdk = report.own_and_of_cdk()
    return {
        "name": printable(report.name),
        "made_from": report.made_from,
        "day": report.today.isoformat(),
        "findings": [
            *(_finding(one) for one in own),
            *(_finding(one, by_cdk=True) for one in of_cdk),
        ],
        "accepted": [
            {"path": printable(one.path), "id": printable(one.id), "reason": printable(by.reason)}
            for one, by in report.accepted_findings()
        ],
        "contract": [_result(each) for each in report.contract.results],
        "assumed": list(report.contract.assumed),
        "unread": [printable(each) for each in report.contract.unread],
        "access": [_access(each) for each in report.access()],
        "trust": [
            {"who": printable(e.who), "role": printable(e.role), "conditions": e.guarded}
            for e in report.edges
        ],
        "acknowledgements": [
            {
                "path": printable(one.path),
                "id": printable(one.id),
                "reason": printable(one.reason),
                "owner": printable(one.owner),
                "expires": one.expires.isoformat() if one.expires else None,
                "complaint": printable(one.complaint(report.today)),
            }
            for one in report.acknowledgements
        ],
    }


def _finding(group: FindingGroup, *, by_cdk: bool = False) -> dict[str, Any]:
    one = group.first
    return {
        "id": printable(one.id),
        "severity": one.rule.severity,
        "messages": [printable(each) for each in group.messages],
        "fix": one.rule.fix,
        "written_by_cdk": by_cdk,
        "paths": [printable(each) for each in group.paths],
    }


def _result(each: Result) -> dict[str, Any]:
    who = each.principal.path if each.principal else each.stated.principal
    return {
        "at": each.stated.at,
        "principal": printable(who),
        "statement": each.stated.kind,
        "says": printable(words.stated(each.stated)),
        "outcome": each.finding.outcome,
        "told": [printable(line) for line in each.finding.lines()],
    }


def _access(each: Access) -> dict[str, Any]:
    return {
        "principals": [
            {"path": printable(one.path), "kind": one.kind, "arn": display(one.arn)}
            for one in each.principals
        ],
        "may_become_it": [
            {"who": printable(who), "conditions": guarded} for who, guarded in each.becoming
        ],
        "trust": [printable(line) for line in each.trust],
        "boundary": [printable(line) for line in each.boundary],
        "longest_session": each.first.max_session if each.first.trust else None,
        "statements": [_entry(entry) for entry in each.entries],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    decision = entry.decision
    return {
        "actions": [printable(each) for each in entry.actions],
        "resources": [printable(each) for each in entry.resources],
        "only_if": [printable(each) for each in entry.conditions],
        "decision": entry.verdict,
        "asked": decision and decision.request.as_data(),
        "because": decision and printable(decision.reason),
        "by": [words.place(s) for s in decision.statements]
        if decision
        else [words.place(entry.statement)],
    }
