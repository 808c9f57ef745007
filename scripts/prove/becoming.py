"""The requests that make somebody another than themselves, beside assuming a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
"""

from collections.abc import Iterator
from typing import Any

from scripts.prove.callers import federated_by, root_of
from scripts.prove.evaluation import Evaluation
from scripts.prove.keys import Keys
from scripts.prove.logic import Formula, any_of, both
from scripts.prove.policies import Reading
from scripts.prove.request import Surroundings
from scripts.prove.systems import Data, root_tasks
from scripts.prove.texts import Variables, constant
from scripts.prove.vocabulary import Vocabulary


def asking(action: str, resource: str) -> Data:
    """Return a pattern of requests: one action on some resources."""
    return {"actions": [action], "resources": [resource], "given": []}


class OtherEnds:
    """Who is neither a user nor a role, and what it may do; all requests are about one system."""

    def __init__(
        self, variables: Variables, words: Vocabulary, around: Surroundings, system: Data
    ) -> None:
        """Take the variables, and the system."""
        self._variables, self._words = variables, words
        self._around, self._system = around, system

    def federated(self, user_arn: str, fixed: dict[str, Any]) -> Iterator[tuple[Data, Evaluation]]:
        """Yield each way for a user to make a federated user, and the requests of that one."""
        account = user_arn.split(":")[4]
        for name in self._words.federated:
            pattern = f"arn:aws:sts::{account}:federated-user/{name}"
            made = Evaluation(
                self._variables,
                self._words,
                self._system,
                self._around,
                federated_by(self._system, user_arn, name),
                fixed=fixed,
                delegating=True,
            )
            yield asking("sts:GetFederationToken", pattern), made

    def roots(self, arn: str, fixed: dict[str, Any]) -> Iterator[tuple[Data, Formula]]:
        """Yield each way to act as the root user of another account, and what its tasks allow.

        https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
        """
        for account in sorted(self._words.accounts - {arn.split(":")[4]}):
            request, owner = self._around.request, self._around.owner_where(constant(account))
            caller = root_of(account)
            keys = Keys(
                self._variables,
                self._words,
                caller,
                request,
                owner=owner,
                fixed=fixed,
                system=self._system,
            )
            reading = Reading(caller, request, keys)
            allowed = any_of(reading.identity([each]).allowed for each in root_tasks())
            yield (
                asking("sts:AssumeRoot", f"arn:aws:iam::{account}:root"),
                both(allowed, owner.is_(account)),
            )
