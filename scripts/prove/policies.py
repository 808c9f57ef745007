"""Policy documents over one request: when a layer of them denies, and when it allows.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.prove.callers import FEDERATED, Caller, Named, joined
from scripts.prove.catalogue import is_restricted
from scripts.prove.conditions import bindings, holds
from scripts.prove.globs import glob
from scripts.prove.keys import Keys
from scripts.prove.logic import FALSE, TRUE, Formula, all_of, any_of, both, either, left_open, no
from scripts.prove.systems import Data
from scripts.prove.texts import Text


@dataclass(frozen=True)
class Said:
    """What one layer says: whether it denies, and how directly it allows the caller."""

    denied: Formula
    granted: Named

    @property
    def allowed(self) -> Formula:
        """Return when it allows in some way; of an identity policy there is only one."""
        return self.granted.at_all


class Reading:
    """Policies as one request of one caller meets them."""

    def __init__(self, caller: Caller, request: Any, keys: Keys) -> None:
        """Take the request, and what it carries."""
        self.caller, self.request, self.keys = caller, request, keys

    def identity(self, documents: Iterable[Data]) -> Said:
        """Read identity policies, a boundary, or one level of service control policies."""
        denied: list[Formula] = []
        allowed: list[Formula] = []
        for statement, variables in _statements(documents):
            applies = self._applies(statement, variables=variables)
            (denied if statement["effect"] == "Deny" else allowed).append(applies)
        return Said(any_of(denied), Named(itself=any_of(allowed)))

    def on_resource(self, document: Data | None, *, bounded: bool) -> Said:
        """Read a resource's policy or a role's trust; `bounded` tells whether the caller has a boundary."""
        denied, granted = [], []
        for statement, variables in _statements([] if document is None else [document]):
            applies = self._applies(statement, variables=variables)
            if applies is FALSE:
                continue
            if statement["effect"] == "Deny":
                denied.append(both(applies, self._denies(statement, bounded=bounded)))
            elif statement["principals"] is not None:
                granted.append(self.caller.named(statement["principals"]).where(applies))
        return Said(any_of(denied), joined(granted))

    def held_back(self, above: Mapping[str, list[Data]], owner: Text) -> Formula:
        """Return when a resource control policy above the owner's account denies.

        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
        """
        denied = any_of(
            both(owner.is_(account), self.identity(documents).denied)
            for account, documents in above.items()
        )
        return both(denied, self.request.action.where(is_restricted))

    def speaks_of(self, documents: Iterable[Data], keys: Sequence[str]) -> Formula:
        """Return when a statement about the action and the resource reads one of the keys."""
        return any_of(
            both(
                self._speaks_of_action(statement),
                self._speaks_of_resource(statement, variables=variables),
            )
            for statement, variables in _statements(documents)
            if any(key.lower() in keys for _, key, _ in statement["conditions"])
        )

    def _denies(self, statement: Data, *, bounded: bool) -> Formula:
        """Return when a Deny of a resource's policy is about the caller.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        if statement["not_principals"] is None:
            named = self.caller.named(statement["principals"])
            by_user = both(named.role, self.caller.kind.is_(FEDERATED))
            sure = any_of((named.itself, named.account, both(named.role, no(by_user))))
            return either(sure, both(by_user, left_open(DENY_OF_ITS_USER)))
        if bounded:
            return TRUE
        if any("*" in values for _, values in statement["not_principals"]):
            return FALSE
        named = self.caller.named(statement["not_principals"])
        spared = either(named.itself, named.role)
        # AWS may look at the account first: who is named without it may be denied, or may not.
        without_account = both(spared, both(self.caller.of_account, no(named.account)))
        return either(no(spared), both(without_account, left_open(ACCOUNT_FIRST)))

    def _applies(self, statement: Data, *, variables: bool) -> Formula:
        of_action = self._speaks_of_action(statement)
        if of_action is FALSE:
            return FALSE
        of_resource = self._speaks_of_resource(statement, variables=variables)
        if of_resource is FALSE:
            return FALSE
        conditions = (holds(c, self.keys, variables=variables) for c in statement["conditions"])
        return all_of((of_action, of_resource, *conditions))

    def _speaks_of_action(self, statement: Data) -> Formula:
        negated = statement["not_actions"] is not None
        listed = statement["not_actions"] if negated else statement["actions"]
        found: Formula = self.request.action.matches(*(glob(each.lower()) for each in listed))
        return no(found) if negated else found

    def _speaks_of_resource(self, statement: Data, *, variables: bool) -> Formula:
        negated = statement["not_resources"] is not None
        listed = statement["not_resources"] if negated else statement["resources"]
        if listed is None:
            return TRUE  # a trust policy speaks of its own role
        found = any_of(self._names(pattern, variables=variables) for pattern in listed)
        return no(found) if negated else found

    def _names(self, pattern: str, *, variables: bool) -> Formula:
        asked: Callable[..., Formula] = self.request.resource
        if not variables or "${" not in pattern:
            return asked(pattern)
        return any_of(
            both(guard, asked(pattern, values.get))
            for guard, values in bindings(pattern, self.keys)
        )


# AWS says whom an Allow of a user reaches, its federated users too, and nothing of a Deny.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource.html
DENY_OF_ITS_USER = "a Deny of a user is about its federated users"
# What AWS leaves open of a Deny with NotPrincipal that does not name the account.
ACCOUNT_FIRST = "the account is looked at first"


def _statements(documents: Iterable[Data]) -> Iterator[tuple[Data, bool]]:
    for document in documents:
        for statement in document["Statement"]:
            yield statement, document["Version"] == "2012-10-17"
