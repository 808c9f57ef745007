"""How a refusal, or more, is put about one of MiniStack's operations of IAM."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final, TypeAlias

from whomay.lab.server import internals
from whomay.lab.server.calls import CallError, Response
from whomay.lab.server.query_errors import error

Parameters: TypeAlias = Mapping[str, Any]
Check: TypeAlias = Callable[[Parameters], None]
Operation: TypeAlias = Callable[[Parameters], Response]


def value(parameters: Parameters, name: str) -> str:
    """Return a parameter, empty where it is absent. MiniStack's own calls give texts, not lists."""
    found = parameters.get(name, "")
    return str(found[0] if isinstance(found, list) else found)


# The functions that MiniStack's CloudFormation calls for these, past the table of operations.
_OF_CLOUDFORMATION: Final[Mapping[str, str]] = {
    "AddUserToGroup": "_add_user_to_group",
    "AttachGroupPolicy": "_attach_group_policy",
    "AttachRolePolicy": "_attach_role_policy",
    "AttachUserPolicy": "_attach_user_policy",
    "CreateUser": "_create_user",
    "DeleteUser": "_delete_user",
    "PutGroupPolicy": "_put_group_policy",
    "PutRolePolicy": "_put_role_policy",
    "PutUserPolicy": "_put_user_policy",
}


class Kind(Enum):
    """Who has policies: a user, a role or a group."""

    USER = ("User", "_users", "_user_inline_policies")
    ROLE = ("Role", "_roles", "")
    GROUP = ("Group", "_groups", "_group_inline_policies")

    def __init__(self, word: str, store: str, inline_store: str) -> None:
        self.word = word  # as in PutUserPolicy and UserName
        self.store = store
        self.inline_store = inline_store  # a role holds its inline policies itself

    def name_in(self, parameters: Parameters) -> str:
        """Return the name that a call gives."""
        return value(parameters, f"{self.word}Name")

    def find(self, parameters: Parameters) -> dict[str, Any] | None:
        """Return MiniStack's record of whom a call names, None when there is nobody."""
        return self.named(self.name_in(parameters))

    def named(self, name: str) -> dict[str, Any] | None:
        """Return MiniStack's record of that name, None when there is nobody."""
        record: dict[str, Any] | None = internals.get("services.iam", self.store).get(name)
        return record

    def inline_policies(self, name: str) -> dict[str, str]:
        """Return the documents of the inline policies, by name."""
        documents: dict[str, str] = (
            internals.get("services.iam", self.inline_store).get(name) or {}
            if self.inline_store
            else (self.named(name) or {}).get("InlinePolicies", {})
        )
        return documents


def around(action: str, make: Callable[[Operation], Operation]) -> None:
    """Put `make(the present function)` in the place of an operation.

    It answers a call of it, and what MiniStack's CloudFormation does by the same function.
    """
    handlers = internals.get("services.iam", "_IAM_HANDLERS")
    handlers[action] = make(handlers[action])
    if action in _OF_CLOUDFORMATION:
        internals.replace("services.iam", _OF_CLOUDFORMATION[action], make)


def ask_first(action: str, check: Check) -> None:
    """Have `check` refuse an operation by raising CallError, before MiniStack does it."""

    def asking(inner: Operation) -> Operation:
        def operation(parameters: Parameters) -> Response:
            try:
                check(parameters)
            except CallError as refused:
                return error(refused.code, refused.message)
            return inner(parameters)

        return operation

    around(action, asking)
