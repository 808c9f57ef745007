"""The access contract: what must stay true of who may do what, checked at every synth.

A statement is stored as construct metadata and reaches the cloud assembly with its references
resolved, so that nothing but the assembly is needed to check it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn

import jsii
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct, IValidation

from whomay.cdk.arguments import checks
from whomay.cdk.arguments.policy_statements import contract_document
from whomay.cdk.jsii.construct_facts import cached_attribute, path_of, stack_of
from whomay.cdk.jsii.interfaces import Role, User
from whomay.cdk.jsii.references import with_references
from whomay.iam.facts import limits
from whomay.metadata import STATEMENT
from whomay.metadata.call_site import call_site
from whomay.metadata.refusals import refuse, refuse_type

_STATEMENTS: Final = ("a list of iam.PolicyStatement", "write statements=[…]")
_PRINCIPALS: Final = "principals, one after another"
_TRUST: Final = "such as Trust.user(user), Trust.service('ec2.amazonaws.com')"

RoleOrName = Role | str
PrincipalOrName = User | RoleOrName
Texts = str | Sequence[str]
Given = Mapping[str, str | bool | int | Sequence[str] | None]


class AccessContract:
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
        self._path = path_of(scope)
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

    def must_allow(
        self,
        principal: PrincipalOrName,
        actions: Texts,
        resources: Texts,
        *,
        given: Given | None = None,
    ) -> None:
        """State that every request of the pattern is allowed.

        That is for all values of the condition keys that a caller is free to choose, and with the
        ordinary ones (`aws:SecureTransport` …) as a current AWS CLI sends them; `given` fixes keys
        to a value, and with None as absent.
        """
        self._requests("must_allow", principal, actions, resources, given)

    def must_not_allow(
        self,
        principal: PrincipalOrName,
        actions: Texts,
        resources: Texts,
        *,
        given: Given | None = None,
    ) -> None:
        """State that no request of the pattern is allowed, whatever the condition keys.

        `given` fixes keys to a value, so that other values are left out of the question.
        """
        self._requests("must_not_allow", principal, actions, resources, given)

    def may_only(
        self, principal: PrincipalOrName, statements: Sequence[iam.PolicyStatement]
    ) -> None:
        """State the closed world: all that is allowed is allowed by these statements alone.

        Conditions count: what is allowed without a condition that stands here is too much. An
        empty list states that nothing at all is allowed. Write plain actions: the object that made
        the policy proves nothing.
        """
        if isinstance(statements, iam.PolicyStatement) or not isinstance(statements, Iterable):
            refuse_type("statements", statements, *_STATEMENTS)
        documents = []
        for statement in statements:
            if not isinstance(statement, iam.PolicyStatement):
                refuse_type("statements", statement, *_STATEMENTS)
            documents.append(contract_document(statement))
        self._state("may_only", principal, {"Statements": documents})

    def assumable_only_by(
        self, role: RoleOrName, *trusted: iam.IPrincipal | iam.PrincipalBase | iam.Role | iam.User
    ) -> None:
        """State that nobody but these principals can become the role, with their conditions.

        An account stands for every principal in it, so a trust in an account needs the account
        itself here. It says nothing of who may edit the trust policy or pass the role.
        """
        if not trusted:
            refuse("trusted", trusted, "at least one principal", _TRUST)
        fragments = []
        for each in trusted:
            checks.having("trusted", each, "policy_fragment", _PRINCIPALS, _TRUST)
            fragment = each.policy_fragment
            fragments.append(
                {
                    "Principal": _principal(fragment.principal_json),
                    "Condition": fragment.conditions,
                }
            )
        self._state("assumable_only_by", role, {"Trusted": fragments})

    def cannot_reach(
        self,
        principal: PrincipalOrName,
        actions: Texts,
        resources: Texts = "*",
        *,
        given: Given | None = None,
    ) -> None:
        """State that no request of the pattern is allowed, through any chain of AssumeRole either."""
        self._requests("cannot_reach", principal, actions, resources, given)

    def _requests(
        self,
        statement: str,
        principal: PrincipalOrName,
        actions: Texts,
        resources: Texts,
        given: Given | None,
    ) -> None:
        self._state(
            statement,
            principal,
            {
                "Actions": _texts("actions", actions),
                "Resources": _texts("resources", resources),
                "Given": _given({} if given is None else given),
            },
        )

    def _state(self, statement: str, principal: PrincipalOrName, said: Mapping[str, Any]) -> None:
        home = self._home(principal)
        data = {
            "Statement": statement,
            "At": call_site(),
            "Scope": self._path,
            "Principal": _arn(principal),
            **said,
        }
        cached_attribute(home, "node").add_metadata(STATEMENT, with_references(home, data))
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


def _arn(principal: Any) -> str:
    for attribute in ("user_arn", "role_arn"):
        if checks.has(principal, attribute):
            return str(cached_attribute(principal, attribute))
    if not isinstance(principal, str):
        _refuse_principal(principal)
    if not principal.strip():
        fix = "pass the construct of the role or user"
        refuse("principal", principal, "a role, a user, an ARN or a construct path", fix)
    return principal


def _refuse_principal(principal: object) -> NoReturn:
    fix = "pass the construct of the role or user"
    refuse_type("principal", principal, "a role, a user, an ARN or a construct path", fix)


def _principal(fragment: Mapping[str, Any]) -> Any:
    """Return a Principal element: CDK writes the bare star as LiteralString."""
    return "*" if "LiteralString" in fragment else dict(fragment)


def _texts(parameter: str, value: Texts) -> list[str]:
    texts = [value] if isinstance(value, str) else checks.sequence(parameter, value, "text")
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            refuse(parameter, text, "text", "such as an action s3:GetObject or an ARN")
    return list(texts)


def _given(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return each key with its values; a key that must be absent with none."""
    shape = 'such as given={"sts:ExternalId": "course-2026"}'
    if not isinstance(given, Mapping):
        refuse_type("given", given, "a dict of condition key to value", shape)
    found: dict[str, list[str]] = {}
    for key, value in given.items():
        if not isinstance(key, str) or not limits.CONDITION_KEY.fullmatch(key):
            refuse("given", key, "condition keys with their service", shape)
        if key.lower() in map(str.lower, found):
            refuse("given", key, "each key once, in any spelling", "join the values in a list")
        if isinstance(value, list | tuple) and not value:
            refuse("given", {key: value}, "at least one value", "write None for an absent key")
        values = [] if value is None else value if isinstance(value, list | tuple) else [value]
        for each in values:
            if not isinstance(each, str | bool | int):
                allowed = "text, bool, int, a list of text, or None for absent"
                refuse("given", {key: value}, allowed, "write other values in quotes")
        found[key] = [str(v).lower() if isinstance(v, bool) else str(v) for v in values]
    return found
