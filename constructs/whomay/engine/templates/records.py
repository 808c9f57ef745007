"""What an app recorded in its assembly for the engine, with its references evaluated."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from whomay.engine.templates.intrinsic_functions import told
from whomay.engine.templates.resolver import Resolver
from whomay.engine.templates.template import AssemblyError, Metadata
from whomay.iam.patterns.symbols import unknown
from whomay.metadata.records import (
    AcknowledgementRecord,
    BoundaryRecord,
    FormatError,
    StatementRecord,
    read,
)
from whomay.metadata.references import Reference, read_text

R = TypeVar("R", AcknowledgementRecord, BoundaryRecord, StatementRecord)


class Recorded(Protocol):
    """An assembly, as far as its records need it."""

    @property
    def folder(self) -> Path:
        """Where it is."""

    @property
    def metadata(self) -> tuple[Metadata, ...]:
        """Its entries, with where they are."""

    @property
    def resolver(self) -> Resolver:
        """What evaluates their references."""


def records(assembly: Recorded, kind: type[R]) -> Iterator[tuple[str, R]]:
    """Yield construct path and record of each entry of a kind, in the order of the assembly.

    Raises AssemblyError for an entry of a newer format, and for one that cannot be read.
    """
    for entry in assembly.metadata:
        if entry.type == kind.KEY:
            yield entry.path, record(assembly, kind, entry.path, entry.data)


def record(assembly: Recorded, kind: type[R], path: str, data: Any) -> R:
    """Return the record of an entry at a construct path; raises AssemblyError as `records` does."""
    try:
        return read(kind, data, partial(_evaluated, assembly.resolver))
    except FormatError as error:
        where = f"{assembly.folder}: {path} holds {kind.NAME}"
        raise AssemblyError(f"{where} {error}") from None


def _evaluated(resolver: Resolver, value: Any) -> Any:
    """Return JSON with its references evaluated, each in the stack that it names."""
    parts = read_text(value)
    if parts is not None:
        return "".join(_part(resolver, part) for part in parts)
    match value:
        case dict():
            return {key: _evaluated(resolver, item) for key, item in value.items()}
        case list():
            return [_evaluated(resolver, item) for item in value]
    return value


def _part(resolver: Resolver, part: str | Reference) -> str:
    if isinstance(part, str):
        return part
    template = resolver.template(part.stack)
    if template is None:
        what = f"{told(part.value)} of {part.stack}"
        return unknown(f"{what}, a stack that the assembly does not hold")
    return resolver.text(template, part.value)
