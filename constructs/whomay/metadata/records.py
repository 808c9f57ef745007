"""The four records of an app's metadata: what each holds, how it is written and how it is read.

The version of the format counts up when an older reader would misread what is written. Version 1
named no version, and its boundary and its unchecked argument were bare text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final, Self, TypeVar

VERSION: Final = 2


class FormatError(ValueError):
    """A record cannot be read. Its text ends the sentence "the app holds a contract statement …"."""


class StatementKind(StrEnum):
    """The five statements of a contract."""

    MUST_ALLOW = "must_allow"
    MUST_NOT_ALLOW = "must_not_allow"
    MAY_ONLY = "may_only"
    ASSUMABLE_ONLY_BY = "assumable_only_by"
    CANNOT_REACH = "cannot_reach"


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One statement of a contract. `whomay.metadata.statements` makes and checks it.

    `at` is the file and line that states it, `principal` an ARN, a construct path or a path with
    wildcards. `may_only` has `statements`, as JSON. `assumable_only_by` has `trusted`, each with
    its `Principal` and `Condition`. The other three have `actions`, `resources` and `given`:
    condition keys with their values, and with none for a key that must be absent.
    """

    KEY: ClassVar = "whomay:statement"
    NAME: ClassVar = "a contract statement"

    kind: StatementKind
    at: str
    principal: str
    actions: Sequence[str] = ()
    resources: Sequence[str] = ()
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)
    statements: Sequence[Mapping[str, Any]] = ()
    trusted: Sequence[Mapping[str, Any]] = ()

    def data(self) -> dict[str, Any]:
        """Return the record as JSON."""
        data = {"Statement": self.kind.value, "At": self.at, "Principal": self.principal}
        match self.kind:
            case StatementKind.MAY_ONLY:
                return {**data, "Statements": list(self.statements)}
            case StatementKind.ASSUMABLE_ONLY_BY:
                return {**data, "Trusted": list(self.trusted)}
        given = {key: list(values) for key, values in self.given.items()}
        requests = {"Actions": list(self.actions), "Resources": list(self.resources)}
        return {**data, **requests, "Given": given}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return the record that the JSON holds, which is not checked yet."""
        kind, at, principal = StatementKind(data["Statement"]), str(data["At"]), data["Principal"]
        match kind:
            case StatementKind.MAY_ONLY:
                return cls(kind, at, principal, statements=data["Statements"])
            case StatementKind.ASSUMABLE_ONLY_BY:
                return cls(kind, at, principal, trusted=data["Trusted"])
        given = dict(data["Given"].items())
        return cls(kind, at, principal, data["Actions"], data["Resources"], given)


@dataclass(frozen=True, slots=True)
class AcknowledgementRecord:
    """One accepted finding: its namespaced id, the reason, who answers for it, its last day."""

    KEY: ClassVar = "whomay:acknowledged"
    NAME: ClassVar = "an acknowledgement"

    id: str
    reason: str
    owner: str = ""
    expires: date | None = None

    def data(self) -> dict[str, Any]:
        """Return the record as JSON, without what is not given."""
        data = {"id": self.id, "reason": self.reason, "owner": self.owner}
        data["expires"] = self.expires.isoformat() if self.expires else ""
        return {key: value for key, value in data.items() if value}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return the record that the JSON holds."""
        last = data.get("expires")
        expires = date.fromisoformat(last) if last else None
        return cls(
            str(data["id"]), str(data.get("reason", "")), str(data.get("owner") or ""), expires
        )


@dataclass(frozen=True, slots=True)
class BoundaryRecord:
    """The ARN of the permissions boundary that all roles and users in the construct must have."""

    KEY: ClassVar = "whomay:boundary"
    NAME: ClassVar = "a demanded boundary"

    arn: str

    def data(self) -> dict[str, Any]:
        """Return the record as JSON."""
        return {"Arn": self.arn}

    @classmethod
    def of(cls, data: Any) -> Self:
        """Return the record that the JSON holds; that of version 1 was the ARN itself."""
        return cls(str(data["Arn"] if isinstance(data, Mapping) else data))


@dataclass(frozen=True, slots=True)
class UncheckedRecord:
    """The name of an argument that was not checked: its value is known at deployment only."""

    KEY: ClassVar = "whomay:unchecked"
    NAME: ClassVar = "an unchecked argument"

    parameter: str

    def data(self) -> dict[str, Any]:
        """Return the record as JSON."""
        return {"Parameter": self.parameter}

    @classmethod
    def of(cls, data: Any) -> Self:
        """Return the record that the JSON holds; that of version 1 was the name itself."""
        return cls(str(data["Parameter"] if isinstance(data, Mapping) else data))


Record = StatementRecord | AcknowledgementRecord | BoundaryRecord | UncheckedRecord
R = TypeVar("R", StatementRecord, AcknowledgementRecord, BoundaryRecord, UncheckedRecord)


def write(record: Record) -> dict[str, Any]:
    """Return the data of an entry whose type is the record's KEY."""
    return {"Version": VERSION, **record.data()}


def read(kind: type[R], data: Any, evaluate: Callable[[Any], Any]) -> R:
    """Return the record of an entry's data; `evaluate` replaces references in JSON by text.

    Raises FormatError for a newer version, and for data that is no such record.
    """
    version = data.get("Version", 1) if isinstance(data, Mapping) else 1
    if version not in range(1, VERSION + 1):
        raise FormatError(
            f"of format version {version!r}, 1 to {VERSION} are known: "
            "install a newer whomay, or synthesize with this version of whomay"
        )
    try:
        return kind.of(evaluate(data))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(
            f"that cannot be read ({type(error).__name__}: {error}): "
            "synthesize with this version of whomay"
        ) from None
