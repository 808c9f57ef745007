"""The contract's statements, as an app has written them into its cloud assembly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whomay.engine.templates.assembly import Assembly
from whomay.engine.templates.records import record, records
from whomay.iam.facts.resource_types import as_asked
from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy, Source
from whomay.metadata.records import StatementKind, StatementRecord
from whomay.metadata.statements import check_statement


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement of the contract.

    `at` is the file and line of the app that states it, `scope` the construct path that holds it.
    `principal` is an ARN, a construct path or a path with wildcards. `policy` holds what `may_only`
    and `assumable_only_by` list. The other three have `actions`, `resources` and `given` instead:
    condition keys in lower case, and without a value when the key must be absent. `mistake` says
    why a statement says nothing at all; then it has none of these.
    """

    kind: StatementKind
    at: str
    scope: str
    principal: str
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    given: tuple[tuple[str, tuple[str, ...]], ...] = ()
    policy: Policy | None = None
    mistake: str = ""


def stated(assembly: Assembly) -> tuple[Stated, ...]:
    """Return all statements of the assembly, in the order in which files and lines state them.

    Raises AssemblyError for a statement that this version does not know.
    """
    return tuple(_stated(path, each) for path, each in records(assembly, StatementRecord))


def read_statement(assembly: Assembly, scope: str, data: Any) -> Stated:
    """Return the statement of a record's JSON, as if the assembly held it at the construct path.

    Raises AssemblyError for what is not a statement, or of a newer format.
    """
    return _stated(scope, record(assembly, StatementRecord, scope, data))


def _stated(scope: str, record: StatementRecord) -> Stated:
    kind, at, principal = record.kind, record.at, record.principal
    try:
        check_statement(record)
        match kind:
            case StatementKind.MAY_ONLY:
                policy = parse_policy(_document(record.statements), Source(at))
                return Stated(kind, at, scope, principal, policy=policy)
            case StatementKind.ASSUMABLE_ONLY_BY:
                trusts = [{"Effect": "Allow", "Action": "sts:*", **each} for each in record.trusted]
                policy = parse_policy(_document(trusts), Source(at))
                return Stated(kind, at, scope, principal, policy=policy)
    except ValueError as error:
        return Stated(kind, at, scope, str(principal), mistake=str(error))
    given = tuple((key.lower(), tuple(values)) for key, values in record.given.items())
    resources = tuple(as_asked(record.actions, each) for each in record.resources)
    return Stated(kind, at, scope, principal, tuple(record.actions), resources, given)


def _document(statements: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
