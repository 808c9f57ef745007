"""What the rules found, sorted by what somebody has said about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from whomay.engine.rules.findings import PACK, findings
from whomay.engine.rules.rule import Finding
from whomay.engine.templates.acknowledgements import Acknowledgement, acknowledgements, unused
from whomay.engine.templates.assembly import Assembly
from whomay.metadata.records import StatementRecord


@dataclass(frozen=True, slots=True)
class AcknowledgedFindings:
    """Findings that are open and accepted, and acknowledgements that do not count.

    `complaints` are sentences, each with the construct path before it: an acknowledgement is
    expired, gives no reason, or accepts nothing that is there.
    """

    open: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, Acknowledgement], ...]
    complaints: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Tell whether nothing is left to do."""
        return not self.open and not self.complaints


def acknowledged_findings(
    assembly: Assembly, today: date, promised: Iterable[StatementRecord] = ()
) -> AcknowledgedFindings:
    """Return what the rules find in an assembly, and what is acknowledged on that day.

    `promised` are statements of a contract beside those that the app states itself.

    Whether an acknowledgement of another pack still accepts something is only known at synth.
    """
    found = findings(assembly, promised)
    given = acknowledgements(assembly)
    by = [
        (finding, [one for one in given if one.covers(finding.path, f"{PACK}::{finding.id}")])
        for finding in found
    ]
    stale = unused(
        (one for one in given if one.pack == PACK),
        ((finding.path, f"{PACK}::{finding.id}") for finding in found),
    )
    return AcknowledgedFindings(
        open=tuple(finding for finding, covering in by if not covering),
        accepted=tuple((finding, one) for finding, covering in by for one in covering),
        complaints=(
            *(f"{one.path}: {why}" for one in given if (why := one.complaint(today))),
            *(f"{one.path}: no finding matches the acknowledgement {one.id}" for one in stale),
        ),
    )
