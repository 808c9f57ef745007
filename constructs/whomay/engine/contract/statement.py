"""The contract's statements, as an app has written them into its cloud assembly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from whomay.engine.templates.assembly import Assembly
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.metadata_values import metadata_value
from whomay.engine.templates.template import AssemblyError, Metadata
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.policy import Policy, Source
from whomay.metadata import STATEMENT


class StatementKind(StrEnum):
    """The five statements."""

    MUST_ALLOW = "must_allow"
    MUST_NOT_ALLOW = "must_not_allow"
    MAY_ONLY = "may_only"
    ASSUMABLE_ONLY_BY = "assumable_only_by"
    CANNOT_REACH = "cannot_reach"


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement of the contract.

    `at` is the file and line of the app that states it, `scope` the construct path that holds it,
    `principal` an ARN, a construct path or a path with wildcards. `policy` holds what `may_only`
    and `assumable_only_by` list; the other three have `actions`, `resources` and `given` instead: condition keys in lower case, and without
    a value when the key must be absent.
    """

    kind: StatementKind
    at: str
    scope: str
    principal: str
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    given: tuple[tuple[str, tuple[str, ...]], ...] = ()
    policy: Policy | None = None


def stated(assembly: Assembly) -> tuple[Stated, ...]:
    """Return all statements of the assembly, in the order in which files and lines state them.

    Raises AssemblyError for a statement that this version does not know.
    """
    entries = [entry for entry in assembly.metadata if entry.type == STATEMENT]
    if not entries:
        return ()
    reader = StatementReader(assembly)
    return tuple(_read(assembly, reader, entry) for entry in entries)


def _read(assembly: Assembly, reader: "StatementReader", entry: Metadata) -> Stated:
    try:
        return reader.read(entry.path, entry.data)
    except (KeyError, TypeError, ValueError, AttributeError, PolicyError) as error:
        raise AssemblyError(
            f"{assembly.folder}: {entry.path} holds a contract statement that cannot be read "
            f"({type(error).__name__}: {error}): synthesize with this version of whomay"
        ) from None


class StatementReader:
    """Reads statements as `whomay.cdk.AccessContract` writes them, references resolved."""

    def __init__(self, assembly: Assembly) -> None:
        """Resolve references within this assembly."""
        self._resolver = assembly.resolver

    def read(self, scope: str, data: Mapping[str, Any]) -> Stated:
        """Return one statement that is kept at the construct path `scope`."""
        kind, at = StatementKind(data["Statement"]), str(data["At"])
        principal = self._text(data["Principal"])
        if kind is StatementKind.MAY_ONLY:
            return Stated(kind, at, scope, principal, policy=self._policy(at, data["Statements"]))
        if kind is StatementKind.ASSUMABLE_ONLY_BY:
            trusts = [{"Effect": "Allow", "Action": "sts:*", **each} for each in data["Trusted"]]
            return Stated(kind, at, scope, principal, policy=self._policy(at, trusts))
        return Stated(
            kind,
            at,
            scope,
            principal,
            actions=tuple(self._texts(data["Actions"])),
            resources=tuple(self._texts(data["Resources"])),
            given=tuple(
                (key.lower(), tuple(self._texts(values))) for key, values in data["Given"].items()
            ),
        )

    def _policy(self, at: str, statements: Sequence[Any]) -> Policy:
        document = {"Version": "2012-10-17", "Statement": self._plain(list(statements))}
        return parse_policy(document, Source(at))

    def _texts(self, values: Sequence[Any]) -> list[str]:
        return [self._text(value) for value in values]

    def _text(self, value: Any) -> str:
        return as_text(self._plain(value))

    def _plain(self, value: Any) -> Any:
        return metadata_value(self._resolver, value)
