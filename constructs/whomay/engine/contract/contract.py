"""A contract: all that is stated of one app, by the app itself and by those who check it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from whomay.engine.contract.statement import Stated, read_statement, stated
from whomay.engine.names import resource_named
from whomay.engine.templates.assembly import Assembly
from whomay.metadata.call_site import call_site
from whomay.metadata.records import StatementKind, StatementRecord, write
from whomay.metadata.refusals import refuse
from whomay.metadata.request_statements import RequestStatements
from whomay.metadata.statements import statement, texts
from whomay.metadata.tokens import unresolved


class Contract(RequestStatements[object]):
    """Statements of what must stay true of an app, one after another.

    The methods mean what those of `whomay.cdk.AccessContract` mean. Principals are construct paths,
    paths with wildcards, or ARNs; resources are ARNs, or construct paths with what lies in them.

    >>> from whomay.engine import Contract, read
    >>> contract = Contract.of(read("cdk.out"))
    >>> contract.cannot_reach("Reports/*", "iam:*")
    >>> [(stated.kind.value, stated.principal) for stated in contract]
    [('cannot_reach', 'Reports/*')]

    Each raises a ValueError in one line for a statement that says nothing. Such a one has no
    action, resource or name, or the name of a resource that does not exist.
    """

    def __init__(self, assembly: Assembly) -> None:
        """State nothing yet."""
        self._assembly = assembly
        self._statements: list[Stated] = []

    @classmethod
    def of(cls, assembly: Assembly) -> Self:
        """Return the contract that an app has written into its assembly; perhaps an empty one.

        Raises AssemblyError for a statement that this version does not know.
        """
        contract = cls(assembly)
        contract._statements += stated(assembly)
        return contract

    def __iter__(self) -> Iterator[Stated]:
        """Yield the statements in the order in which they were made."""
        return iter(self._statements)

    def promised_beside(self) -> tuple[StatementRecord, ...]:
        """Return each must_allow that the app does not state itself, for the rules that ask for it."""
        return tuple(
            StatementRecord(
                each.kind, each.at, each.principal, each.actions, each.resources, dict(each.given)
            )
            for each in self
            if each.kind is StatementKind.MUST_ALLOW and not each.scope and not each.mistake
        )

    def may_only(self, principal: object, statements: Sequence[Any]) -> None:
        """State that all that is allowed is allowed by these statements alone.

        They are mappings as JSON has them, in which Effect is Allow unless it says otherwise, or
        `iam.PolicyStatement`s of CDK.
        """
        self._state(StatementKind.MAY_ONLY, principal, statements=statements)

    def assumable_only_by(self, role: object, *trusted: Any) -> None:
        """State that nobody but these can assume the role.

        They are mappings such as `{"Service": "ec2.amazonaws.com"}`, or principals of CDK.
        """
        self._state(StatementKind.ASSUMABLE_ONLY_BY, role, trusted=trusted)

    def add(self, kind: StatementKind, principal: object, *, at: str, **said: Any) -> None:
        """Add a statement of any kind; `at` says where somebody made it."""
        self._statements.append(self._read(kind, principal, at, **said))

    def _state(self, kind: StatementKind, principal: object, **said: Any) -> None:
        self.add(kind, principal, at=call_site(), **said)

    def _read(self, kind: StatementKind, principal: object, at: str, **said: Any) -> Stated:
        """Return the statement as if the app had written it into its assembly."""
        if "resources" in said:
            said["resources"] = [*map(self._arn, texts("resources", said["resources"]))]
        record = statement(kind, at, principal, **said)
        return read_statement(self._assembly, "", self._with_references(write(record)))

    def _arn(self, resource: Any) -> Any:
        """Return the ARN of a resource by its construct path; what else is wrong is said later."""
        if not isinstance(resource, str) or not resource.strip() or unresolved(resource):
            return resource
        return resource_named(self._assembly.snapshot, resource)

    def _with_references(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a record's data; raise a ValueError for a construct's token, which no folder knows."""
        if unresolved(json.dumps(data)):
            fix = "name it as text; in tests return the App from the fixture assembly"
            refuse("statement", "a token", "text, since the assembly is a folder", fix)
        return data
