"""The access contract: what must stay true of who may do what, checked at every synth.

A statement is stored as construct metadata, and CDK writes it into the cloud assembly with its
references resolved. So the assembly alone is enough to check it.
"""

from collections.abc import Sequence
from typing import Any

import jsii
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct, IValidation

from whomay.cdk.arguments import checks
from whomay.cdk.jsii.construct_facts import cached_attribute, stack_of
from whomay.cdk.jsii.interfaces import Role, User
from whomay.cdk.jsii.references import with_references
from whomay.metadata.call_site import call_site
from whomay.metadata.records import StatementKind, write
from whomay.metadata.refusals import refuse
from whomay.metadata.request_statements import RequestStatements
from whomay.metadata.statements import statement

RoleOrName = Role | str
PrincipalOrName = User | RoleOrName


class AccessContract(RequestStatements[PrincipalOrName]):
    """The statements that are made in one scope.

    Principals are constructs, or text: an ARN, a construct path, or a construct path with `*`.
    Actions and resources are patterns as in a policy. What is stated holds for the whole app, not
    for the scope alone; the scope says in whose file a broken statement is shown.

    Add `AccessContractChecks` to the app to have the contract checked at synth.
    """

    def __init__(self, scope: IConstruct) -> None:
        checks.having(
            "scope", scope, "node", "a construct", "pass the stack: AccessContract.of(self)"
        )
        self._scope = scope
        # An assembly keeps the metadata of what is in stacks alone.
        self._in_stack = isinstance(scope, Stack) or any(
            Stack.is_stack(each) for each in scope.node.scopes
        )
        self._stated = 0
        cached_attribute(scope, "node").add_validation(_SaysSomething(self, call_site()))

    @classmethod
    def of(cls, scope: IConstruct) -> "AccessContract":
        """Return a contract to state in this scope: a stack, a construct, a stage or the app.

        A contract in which nothing is stated is an error at synth.
        """
        return cls(scope)

    @property
    def empty(self) -> bool:
        """Whether nothing has been stated yet."""
        return self._stated == 0

    def may_only(
        self, principal: PrincipalOrName, statements: Sequence[iam.PolicyStatement]
    ) -> None:
        """State the closed world: all that is allowed is allowed by these statements alone.

        Conditions count: an access without the condition that is listed here is too much. An empty
        list states that nothing at all is allowed. Write plain actions: the object that made the
        policy proves nothing.
        """
        self._state(StatementKind.MAY_ONLY, principal, statements=statements)

    def assumable_only_by(
        self, role: RoleOrName, *trusted: iam.IPrincipal | iam.PrincipalBase | iam.Role | iam.User
    ) -> None:
        """State that nobody but these principals can assume the role, with their conditions.

        An account means every principal in it, so a trust in an account needs the account itself
        here. It says nothing about who may edit the trust policy or pass the role.
        """
        self._state(StatementKind.ASSUMABLE_ONLY_BY, role, trusted=trusted)

    def _state(self, kind: StatementKind, principal: PrincipalOrName, **said: Any) -> None:
        record = statement(kind, call_site(), principal, attribute=cached_attribute, **said)
        home = self._home(principal)
        data = with_references(home, write(record))
        cached_attribute(home, "node").add_metadata(record.KEY, data)
        self._stated += 1

    def _home(self, principal: PrincipalOrName) -> IConstruct:
        """Return where the metadata is kept: an assembly keeps only that of stacks."""
        if self._in_stack:
            return self._scope
        if isinstance(principal, str):
            allowed = "a construct, where the contract is not that of a stack"
            refuse("principal", principal, allowed, "use AccessContract.of(stack)")
        return stack_of(principal)


@jsii.implements(IValidation)
class _SaysSomething:
    """Fails the synth when nothing was stated."""

    def __init__(self, contract: AccessContract, at: str) -> None:
        self._contract = contract
        self._at = at

    def validate(self) -> list[str]:
        """Return what is wrong."""
        empty = f"{self._at}: the contract states nothing; add a statement or remove it"
        return [empty] if self._contract.empty else []
