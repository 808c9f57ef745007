"""What AWS answered, told apart from everything that is no answer at all."""

import re
from dataclasses import dataclass
from typing import Final

from whomay.iam.facts.error_codes import NO_DECISION
from whomay.lab.children import Completed

SERVICE_ERROR: Final = re.compile(
    r"An error occurred \((?P<code>\S+)\) when calling the (?P<operation>\w+) operation"
)

# Answers that say nothing about permission: neither allowed nor denied, so the verdict is Unknown.
_UNDECIDED: Final = NO_DECISION | {"RequestTimeTooSkewed", "500", "503", "NoAnswer"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An error code and the operation that answered it; a code of "" means allowed."""

    code: str = ""
    operation: str = ""

    @property
    def unknown(self) -> bool:
        """Whether it says nothing about permission."""
        return self.code in _UNDECIDED

    def __str__(self) -> str:
        """Read as in a sentence."""
        if not self.code:
            return "allowed"
        return f"{self.code} ({self.operation})" if self.operation else self.code


ALLOWED: Final = Answer()
NO_ANSWER: Final = Answer("NoAnswer")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and all that was said with it."""

    answer: Answer
    text: str


def of_aws_cli(done: Completed) -> Reply:
    """Read the answer of an aws CLI command.

    A failure before any call (a missing profile, a bad argument) names no operation, so it can
    never be taken for a refusal.
    """
    if done.code == 0:
        return Reply(ALLOWED, done.said)
    found = SERVICE_ERROR.search(done.err)
    if found:
        return Reply(Answer(found["code"], found["operation"]), done.said)
    lines = done.said.splitlines() or [f"exit code {done.code}"]
    if "Could not connect to the endpoint" in done.err or "Read timeout" in done.err:
        return Reply(NO_ANSWER, done.said)
    return Reply(Answer(f"no answer of AWS: {lines[-1]}"), done.said)
