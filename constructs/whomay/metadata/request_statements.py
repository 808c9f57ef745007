"""The three statements about a pattern of requests, for each contract that makes them."""

from typing import Any, Generic, TypeVar

from whomay.metadata.records import StatementKind
from whomay.metadata.statements import Given, Texts

Named = TypeVar("Named")  # what a contract takes as a principal


class RequestStatements(Generic[Named]):
    """What a contract states of requests. Actions and resources are patterns, as in a policy.

    `given` fixes condition keys to a value, and with None as absent.
    """

    def must_allow(
        self, principal: Named, actions: Texts, resources: Texts, *, given: Given | None = None
    ) -> None:
        """State that every request of the pattern is allowed.

        It must be allowed for all values of the condition keys that a caller is free to choose. The
        ordinary keys (`aws:SecureTransport` …) are as a current AWS CLI sends them.
        """
        said = {"actions": actions, "resources": resources, "given": given}
        self._state(StatementKind.MUST_ALLOW, principal, **said)

    def must_not_allow(
        self, principal: Named, actions: Texts, resources: Texts, *, given: Given | None = None
    ) -> None:
        """State that no request of the pattern is allowed, whatever the condition keys.

        Of a key that `given` fixes, other values are not asked about.
        """
        said = {"actions": actions, "resources": resources, "given": given}
        self._state(StatementKind.MUST_NOT_ALLOW, principal, **said)

    def cannot_reach(
        self,
        principal: Named,
        actions: Texts,
        resources: Texts = "*",
        *,
        given: Given | None = None,
    ) -> None:
        """State that no request of the pattern is allowed, through any chain of AssumeRole either."""
        said = {"actions": actions, "resources": resources, "given": given}
        self._state(StatementKind.CANNOT_REACH, principal, **said)

    def _state(self, kind: StatementKind, principal: Named, **said: Any) -> None:
        """Make the statement; each contract keeps it in its own way."""
        raise NotImplementedError
