"""The report as one HTML file that needs nothing else: no request leaves it, no script is needed."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from whomay.engine.contract import Checked, Outcome, shown_keys
from whomay.engine.proof import Row
from whomay.engine.rules import PACK, Acknowledgement, Finding
from whomay.engine.snapshot import Principal
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Source
from whomay.report import words
from whomay.report.trust_graph import Edge, as_svg


@dataclass(frozen=True, slots=True)
class Report:
    """All that the report shows, worked out beforehand. `rows` come principal by principal."""

    name: str
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

    def ordered_findings(self) -> list[Finding]:
        """Return all, those that nobody has accepted first."""
        return sorted(self.findings, key=lambda one: self.acceptance(one) is not None)

    def kept(self) -> int:
        """Return how many results of the contract are as it states."""
        return len(self.contract.of(Outcome.KEPT, Outcome.CAPPED))

    def access(self) -> Iterator[tuple[Principal, list[Row], list[Edge]]]:
        """Yield each principal with what it may do, and with who may become it."""
        rows = {path: list(some) for path, some in groupby(self.rows, lambda r: r.principal.path)}
        becoming = {path: list(some) for path, some in groupby(self.edges, lambda e: e.role)}
        for one in sorted(self.principals, key=lambda one: one.path):
            yield one, rows.get(one.path, []), becoming.get(one.path, [])


def as_html(report: Report) -> str:
    """Return the page. Everything that comes from a template is escaped."""
    environment = Environment(
        autoescape=True,
        loader=PackageLoader("whomay.report"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"display": display, "place": _place, "path": _path}
    style, script = (_part(name) for name in ("page.css", "page.js"))
    return environment.get_template("page.html").render(
        report=report,
        graph=as_svg(report.edges),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        shown_keys=shown_keys,
        conditions=_conditions,
        words=words,
        verdicts=sorted({str(row.decision.verdict) for row in report.rows}),
    )


def _conditions(row: Row) -> Iterator[str]:
    """Yield the conditions of the row's statement, then those of the other statements that decided."""
    statements = (row.statement, *row.decision.statements)
    asked = (one for each in statements if each.effect == "Allow" for one in each.conditions)
    yield from dict.fromkeys(map(words.condition, asked))


def _part(name: str) -> str:
    return files("whomay.report").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{digest}"


def _path(text: str) -> Markup:
    """Return text that may break after its slashes."""
    return Markup("/<wbr>").join(map(escape, display(text).split("/")))


def _place(source: Source) -> str:
    name = source.sid or f"statement {source.index}"
    return f"{name} of {source.policy or 'the policy'} at {source.path}"
