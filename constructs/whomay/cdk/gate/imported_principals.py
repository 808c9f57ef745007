"""Grants to imported principals that CDK would write to somebody else."""

from typing import Any

import jsii
from aws_cdk import App, Stack, Token
from aws_cdk import aws_iam as iam
from constructs import IValidation


@jsii.implements(IValidation)
class ImportedPrincipals:
    """Refuses a policy for an imported role, user or group of an account that the stack may not be.

    CDK attaches the policy by name alone. In a stack without an account it cannot tell that the name
    belongs to another account. The stack's own role of that name would then get the access.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def validate(self) -> list[str]:
        """Return one line for each such policy."""
        return [line for construct in self._app.node.find_all() if (line := _problem(construct))]


def _problem(construct: object) -> str:
    if not isinstance(construct, iam.Policy):
        return ""
    owner: Any = construct.node.scope
    if not hasattr(owner, "env") or isinstance(owner, iam.Role | iam.User | iam.Group | Stack):
        return ""
    account = getattr(owner, "principal_account", None) or owner.env.account
    own = Stack.of(construct).account
    if Token.is_unresolved(account) or not Token.is_unresolved(own):
        return ""
    return (
        f"{owner.node.path} is of account {account}, and the policy would be attached to whoever has "
        "its name in the account of this stack: give the stack its env, or import with mutable=False"
    )
