"""What the rules found, sorted by what somebody has said about it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import compress

from whomay.engine.rules.findings import PACK, findings
from whomay.engine.rules.rule import Finding
from whomay.engine.snapshot import Acknowledged
from whomay.engine.templates.acknowledgements import (
    Acknowledgement,
    acknowledgements,
    as_locked,
    not_locked,
    unused,
)
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

    def by_lock(self, locked: Collection[Acknowledged]) -> "AcknowledgedFindings":
        """Return them with each grave finding open whose acknowledgement the lock does not have.

        `locked` are the acknowledgements of the lock. They are compared with reason, owner and last
        day, so the owner of the lock sees each change.
        """
        counts = [not each.rule.grave or as_locked(one) in locked for each, one in self.accepted]
        accepted = tuple(compress(self.accepted, counts))
        missing = [pair for pair, counted in zip(self.accepted, counts, strict=True) if not counted]
        covered = {id(each) for each, _ in accepted}
        reopened = {id(each): each for each, _ in missing if id(each) not in covered}
        return replace(
            self,
            open=(*self.open, *reopened.values()),
            accepted=accepted,
            complaints=(
                *self.complaints,
                *(f"{one.path}: {not_locked(one)}" for _, one in missing),
            ),
        )

    @property
    def needs_lock(self) -> bool:
        """Tell whether a grave finding is acknowledged, so that the lock must be asked."""
        return any(finding.rule.grave for finding, _ in self.accepted)

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
