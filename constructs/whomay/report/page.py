"""The report as one HTML file that needs nothing else: no request leaves it, no script is needed."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from whomay.engine.acknowledgements import Acknowledgement
from whomay.engine.contract import Checked
from whomay.engine.findings import shown_keys
from whomay.engine.matrix import Row
from whomay.engine.policy import Source
from whomay.engine.rules import Finding
from whomay.engine.symbols import display
from whomay.report.trust_graph import Edge, as_svg


@dataclass(frozen=True, slots=True)
class Report:
    """All that the report shows, worked out beforehand."""

    name: str
    rows: Sequence[Row]
    edges: list[Edge]
    contract: Checked
    findings: Sequence[Finding]
    acknowledgements: Sequence[Acknowledgement]
    today: date

    def acknowledged(self, finding: Finding) -> bool:
        """Tell whether somebody has accepted the finding, and the acceptance still counts."""
        named = f"AccessRules::{finding.id}"
        return any(
            one.covers(finding.path, named) and not one.complaint(self.today)
            for one in self.acknowledgements
        )


def as_html(report: Report) -> str:
    """Return the page. Everything that comes from a template is escaped."""
    environment = Environment(
        autoescape=True,
        loader=PackageLoader("whomay.report"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["display"] = display
    environment.filters["place"] = _place
    script = files("whomay.report").joinpath("templates/page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("page.html").render(
        report=report,
        graph=as_svg(report.edges),
        script=script,
        script_hash=f"sha256-{digest}",
        shown_keys=shown_keys,
        verdicts=sorted({str(row.decision.verdict) for row in report.rows}),
    )


def _place(source: Source) -> str:
    name = source.sid or f"statement {source.index}"
    return f"{name} of {source.policy or 'the policy'} at {source.path}"
