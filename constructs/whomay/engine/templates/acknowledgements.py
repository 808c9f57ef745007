"""Findings that somebody accepted, with a reason: read from the assembly of any app.

`whomay.cdk.acknowledge` records owner and expiry date; apps in other languages acknowledge by
`Validations.of(construct).acknowledge(…)`, which CDK records without them.
https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from whomay.engine.snapshot import Acknowledged
from whomay.engine.templates.records import Recorded, records
from whomay.engine.templates.template import Metadata
from whomay.metadata.reasons import LEAST_WORDS, says_why
from whomay.metadata.records import AcknowledgementRecord

RECORDED_BY_CDK: Final = "aws:cdk:acknowledged-rules"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One accepted finding: on the construct at `path` and all that it holds.

    `id` names the pack and the finding, `AwsSolutions::AwsSolutions-SMG4`. It counts until the end
    of the day `expires`, or for ever. `by_cdk` marks those that CDK alone recorded: its library
    acknowledges findings of its own rules on its own constructs.
    """

    path: str
    id: str
    reason: str
    owner: str = ""
    expires: date | None = None
    by_cdk: bool = False

    @property
    def pack(self) -> str:
        """Return whose finding it is."""
        return self.id.partition("::")[0]

    def covers(self, path: str, id: str) -> bool:
        """Tell whether it accepts the finding of that id on the construct at that path."""
        at = re.sub(r"(?<=[^/])/(Resource|Default)$", "", self.path)
        return normal(self.id) == normal(id) and (path == at or path.startswith(f"{at}/"))

    def complaint(self, today: date) -> str:
        """Say why it does not count, in a sentence; empty when it does."""
        owner = f" by {self.owner}" if self.owner else ""
        if self.expires and self.expires < today:
            return (
                f"the acknowledgement of {self.id}{owner} expired on {self.expires}: "
                "fix the finding, or look at it again and set a new date"
            )
        if not self.reason.strip():
            return f"the acknowledgement of {self.id} gives no reason: say why it is accepted"
        if self.pack in (*PACKS, "AwsSolutions") and not says_why(self.reason):
            return (
                f"the acknowledgement of {self.id} gives the reason {self.reason!r}: say in "
                f"{LEAST_WORDS} words or more, without a placeholder, why it is accepted"
            )
        return ""


def normal(id: str) -> str:
    """Return an id as CDK compares it."""
    return id.replace(" ", "-")


def acknowledgements(assembly: Recorded) -> tuple[Acknowledgement, ...]:
    """Return all acknowledgements of an app, packs, rules and contract alike."""
    found = {(one.path, normal(one.id)): one for one in _by_cdk(assembly.metadata)}
    found |= {(one.path, normal(one.id)): one for one in _recorded(assembly)}
    return tuple(found.values())


def acknowledged(assembly: Recorded) -> tuple[Acknowledged, ...]:
    """Return the accepted findings of access, as a lock holds them."""
    return tuple(as_locked(one) for one in acknowledgements(assembly) if one.pack in PACKS)


def as_locked(one: Acknowledgement) -> Acknowledged:
    """Return an acknowledgement as a lock holds it."""
    return Acknowledged(one.path, one.id, one.reason, one.owner, str(one.expires or ""))


def not_locked(one: Acknowledgement) -> str:
    """Say why an acknowledgement of a grave finding does not count yet."""
    return (
        f"the acknowledgement of {one.id} does not count: access.lock does not have it as it is "
        "here, and the finding is grave; run `whomay lock`, and have the lock's owner review it"
    )


# Whose findings are about access: all others may have acknowledgements of their own.
PACKS: Final = ("AccessContract", "AccessLock", "AccessRules")


def unused(
    given: Iterable[Acknowledgement], found: Iterable[tuple[str, str]]
) -> list[Acknowledgement]:
    """Return those that accept none of the findings, each a path and an id."""
    all_found = list(found)
    return [one for one in given if not any(one.covers(*finding) for finding in all_found)]


def _recorded(assembly: Recorded) -> Iterator[Acknowledgement]:
    for path, record in records(assembly, AcknowledgementRecord):
        yield Acknowledgement(path, record.id, record.reason, record.owner, record.expires)


def _by_cdk(metadata: Iterable[Metadata]) -> Iterator[Acknowledgement]:
    for entry in metadata:
        if entry.type == RECORDED_BY_CDK and isinstance(entry.data, dict):
            for name, reason in entry.data.items():
                yield Acknowledgement(entry.path, str(name), str(reason), by_cdk=True)
