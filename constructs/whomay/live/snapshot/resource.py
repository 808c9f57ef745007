"""One resource of a snapshot, and the calls that tell of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from whomay.iam.facts.error_codes import GONE
from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError

POLICY: Final = "policy"


@dataclass(slots=True)
class Found:
    """A resource that a list named. `properties` are CloudFormation's, `refused` what was not told."""

    account: Account
    type: str
    name: str
    arn: str
    region: str
    properties: dict[str, Any] = field(default_factory=dict)
    policy: Any = None
    grants: list[dict[str, Any]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def ask(
        self, part: str, operation: str, *, absent: str = "", **arguments: Any
    ) -> dict[str, Any]:
        """Return the answer of a call about this resource; empty where it is refused, which is noted."""
        answer: dict[str, Any] = {}
        with self._noting(part, operation):
            answer |= self.account.ask(
                self._service, operation, self.region, absent=absent, **arguments
            )
        return answer

    def pages(self, part: str, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list about this resource; none where it is refused, which is noted."""
        with self._noting(part, operation):
            yield from self.account.pages(self._service, operation, self.region, **arguments)

    @property
    def _service(self) -> str:
        return self.type.split("::")[1].lower()

    @contextmanager
    def _noting(self, part: str, operation: str) -> Iterator[None]:
        """Note a refusal, and a resource that is gone since it was listed: it may come back."""
        try:
            yield
        except RefusedError as error:
            self.note(part, operation, error.why)
        except LiveError as error:
            if error.code not in GONE:
                raise
            self.note(part, operation, error.code)

    def note(self, part: str, operation: str, why: str) -> None:
        """Keep that a part of it was refused."""
        call = "".join(word.capitalize() for word in operation.split("_"))
        self.refused[part] = f"{call}, refused as {why},"

    def read_policy(self, document: Any) -> None:
        """Take the policy, which most services give as text.

        Raises LiveError for a text that is no JSON: AWS takes no such policy.
        """
        try:
            told = json.loads(document) if isinstance(document, str) and document else document
        except (ValueError, RecursionError) as error:
            raise LiveError(
                f"the policy of {self.arn}: the answer was cut, or is not AWS's: it is no JSON",
                exit_code=3,
            ) from error
        self.policy = told

    def record(self) -> dict[str, Any]:
        """Return it as the file has it, without what is empty."""
        always = {"type": self.type, "name": self.name, "arn": self.arn, "region": self.region}
        further = {
            "properties": self.properties,
            POLICY: self.policy,
            "grants": self.grants,
            "refused": self.refused,
        }
        return always | {name: value for name, value in further.items() if value}
