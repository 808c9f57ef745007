"""The report as Markdown for a job summary: what is open first, then who can become whom and do what."""

from collections import Counter
from collections.abc import Iterator

from whomay.engine.contract import Outcome
from whomay.report.finding_groups import FindingGroup
from whomay.report.markdown import code, escaped, within_summary
from whomay.report.page import Report
from whomay.report.permissions import Access
from whomay.report.trust_graph import as_mermaid
from whomay.report.words import few

_NAMED = 8


def as_markdown(report: Report) -> str:
    """Return the summary; all names are escaped.

    It fits into a job summary: what does not is left out from the end, where the least matters.
    """
    return within_summary(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    outcomes = Counter(result.finding.outcome for result in report.contract.results)
    contract = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items()) or "none"
    counts = f"{len(report.findings)} findings, {len(report.acknowledgements)} acknowledgements"
    yield from (f"## Who can do what: {escaped(report.name)}", "", escaped(report.made_from), "")
    yield f"Contract: {contract}; {counts}."
    for result in report.contract.results:
        if result.finding.outcome is not Outcome.KEPT:
            yield from ("", *(f"- {escaped(line)}" for line in result.lines()))
    own, of_cdk = report.own_and_of_cdk()
    yield from map(_finding, own)
    if of_cdk:
        number = sum(each.number for each in of_cdk)
        yield f"- {number} findings in what CDK's grants, constructs and providers wrote"
        yield from (f"  {_finding(each)}" for each in of_cdk)
    yield from (f"- not seen: {escaped(each)}" for each in report.contract.unread)
    yield from ("", "```mermaid", as_mermaid(report.edges), "```", "")
    yield from ("| principal | action | resource | only if | decision |", "|---|---|---|---|---|")
    for access in report.access():
        yield from _rows(access)


def _finding(group: FindingGroup) -> str:
    one = group.first
    where = code(one.path) if len(group.paths) == 1 else group.places
    return f"- {one.rule.severity}: {where}: {escaped(group.message)}"


def _rows(access: Access) -> Iterator[str]:
    who = code(few([each.path for each in access.principals], 1))
    for entry in access.entries:
        lists = (entry.actions, entry.resources, entry.conditions)
        cells = (code(few(each, _NAMED)) for each in lists)
        yield f"| {who} | {' | '.join(cells)} | {entry.verdict} |"
    if not access.entries:
        yield f"| {who} | | | | no policy allows it anything |"
