"""The report as Markdown for a job summary: counts, what is open, and the trust graph."""

from collections import Counter

from whomay.engine.contract import Outcome
from whomay.engine.rules import line_of, told_apart
from whomay.report.markdown import code, escaped
from whomay.report.page import Report
from whomay.report.trust_graph import as_mermaid


def as_markdown(report: Report) -> str:
    """Return the summary; all names are escaped."""
    outcomes = Counter(result.finding.outcome for result in report.contract.results)
    contract = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items()) or "none"
    counts = f"{len(report.findings)} findings, {len(report.acknowledgements)} acknowledgements"
    lines = [f"## Who can do what: {escaped(report.name)}", "", f"Contract: {contract}; {counts}."]
    for result in report.contract.results:
        if result.finding.outcome is not Outcome.KEPT:
            lines += ["", *(f"- {escaped(line)}" for line in result.lines())]
    own, of_cdk = told_apart(report.open_findings())
    lines += [f"- {code(each.path)}: {escaped(each.message)}" for each in own]
    lines += [f"- {escaped(line_of(rule, found))}" for rule, found in of_cdk.items()]
    lines += [f"- not seen: {escaped(each)}" for each in report.contract.unread]
    lines += ["", "| principal | action | resource | decision |", "|---|---|---|---|"]
    for row in report.rows:
        cells = (row.principal.path, row.action, row.resource)
        lines.append(f"| {' | '.join(map(code, cells))} | {row.decision.verdict} |")
    return "\n".join([*lines, "", "```mermaid", as_mermaid(report.edges), "```"])
