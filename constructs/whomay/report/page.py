"""The report as one HTML file that needs nothing else: no request leaves it, no script is needed."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from whomay.engine.contract import Checked, Outcome, shown_keys
from whomay.engine.proof import Row
from whomay.engine.rules import PACK, Acknowledgement, Finding, told_apart
from whomay.engine.snapshot import Principal
from whomay.iam.patterns.symbols import display
from whomay.report import words
from whomay.report.finding_groups import FindingGroup, grouped
from whomay.report.permissions import Access, accesses, verdicts
from whomay.report.trust_graph import Edge, as_svg


@dataclass(frozen=True, slots=True)
class Report:
    """All that the report shows, worked out beforehand.

    `rows` come principal by principal. `made_from` names the version of this package and, where
    there is one, the commit of the app.
    """

    name: str
    made_from: str
    principals: Sequence[Principal]
    rows: Sequence[Row]
    edges: Sequence[Edge]
    contract: Checked
    findings: Sequence[Finding]
    acknowledgements: Sequence[Acknowledgement]
    today: date

    def acceptance(self, finding: Finding) -> Acknowledgement | None:
        """Return by which acknowledgement somebody accepts the finding; None when nobody does."""
        for one in self.acknowledgements:
            if one.covers(finding.path, f"{PACK}::{finding.id}") and not one.complaint(self.today):
                return one
        return None

    def open_findings(self) -> list[Finding]:
        """Return what nobody has accepted."""
        return [one for one in self.findings if not self.acceptance(one)]

    def own_and_of_cdk(self) -> tuple[list[FindingGroup], list[FindingGroup]]:
        """Return the open findings that an app can repair, and those in what CDK wrote."""
        own, of_cdk = told_apart(self.open_findings())
        return grouped(own), grouped(one for some in of_cdk.values() for one in some)

    def accepted_findings(self) -> list[tuple[Finding, Acknowledgement]]:
        """Return what somebody has accepted, with the acknowledgement."""
        both = ((one, self.acceptance(one)) for one in self.findings)
        return [(one, accepted) for one, accepted in both if accepted]

    def kept(self) -> int:
        """Return how many results of the contract are as it states."""
        return len(self.contract.of(Outcome.KEPT, Outcome.CAPPED))

    def access(self) -> list[Access]:
        """Return what all principals may do, those that may do the same together."""
        return accesses(self.principals, self.rows, self.edges)


def as_html(report: Report) -> str:
    """Return the page. Everything that comes from a template is escaped."""
    environment = Environment(
        autoescape=True,
        loader=PackageLoader("whomay.report"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"display": display, "place": words.place, "path": _path}
    environment.filters |= {"anchor": anchor, "link": _link}
    access = report.access()
    own, of_cdk = report.own_and_of_cdk()
    style, script = (_part(name) for name in ("page.css", "page.js"))
    return environment.get_template("page.html").render(
        report=report,
        graph=as_svg(report.edges),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        shown_keys=shown_keys,
        words=words,
        access=access,
        own=own,
        of_cdk=of_cdk,
        verdicts=verdicts(access),
        statements=sum(len(each.entries) for each in access),
    )


def _part(name: str) -> str:
    return files("whomay.report").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{digest}"


def _path(text: str) -> Markup:
    """Return text that may break after its slashes."""
    return Markup("/<wbr>").join(map(escape, display(text).split("/")))


def anchor(path: str) -> str:
    """Return the id of the place in the page that tells of a principal."""
    return f"principal-{display(path)}"


def _link(path: str) -> str:
    """Return the address of that place within the page."""
    return f"#{quote(anchor(path), safe='/-')}"
