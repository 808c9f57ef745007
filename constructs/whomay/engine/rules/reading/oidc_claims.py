"""What a trust asks of a token, and what a subject must say to name one workload."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from whomay.engine.rules.reading.narrowing import is_pattern
from whomay.iam.arn import issuer_in
from whomay.iam.conditions import read_operator
from whomay.iam.policy import Condition, Statement
from whomay.iam.value_kinds import ValueKind

# Providers of people's tokens, where the audience is the app's own id: AWS asks for that alone.
AUDIENCE_CLAIMS: Final = ("aud", "app_id")

# Claims of GitHub that name what a subject names: one of each kind, written out, name one workload.
REPOSITORY_CLAIMS: Final = frozenset(("repository", "repository_id"))
RUN_CLAIMS: Final = frozenset(("environment", "job_workflow_ref", "ref"))

GITHUB: Final = "token.actions.githubusercontent.com"
_BITBUCKET: Final = "api.bitbucket.org"

# A run's own id ends a subject of Bitbucket, so only its beginning can be named.
_BITBUCKET_DEPLOYMENT: Final = re.compile(r"\{[^*?{}]+\}:\{[^*?{}]+\}:\*")

_GITHUB_PARTS: Final[Mapping[str, re.Pattern[str]]] = {
    "names no repository": re.compile(r"(.*:)?(repo|repository|repository_id|job_workflow_ref):.+"),
    "lets in every run of the repository, pull requests included": re.compile(
        r"(?!repo:[^:]+$).+", re.DOTALL
    ),
    "lets in pull requests, before anyone has looked at them": re.compile(
        r"(?!.*:pull_request$).+", re.DOTALL
    ),
}


def fault_of_subject(issuer: str, value: str, *, pattern: bool) -> str | None:
    """Say what is wrong with a value of a sub condition; None when it names one workload.

    `pattern` tells whether the operator reads wildcards.
    """
    if pattern and is_pattern(value):
        if issuer.startswith(_BITBUCKET) and _BITBUCKET_DEPLOYMENT.fullmatch(value):
            return None
        return "is a pattern, and lets in every subject that fits"
    if issuer.startswith(GITHUB):
        for fault, allowed in _GITHUB_PARTS.items():
            if not allowed.fullmatch(value):
                return fault
    return None


def issuers(statement: Statement) -> Iterator[str]:
    """Return the OpenID Connect providers that a statement of trust names."""
    for kind, values in statement.principals or ():
        for value in values:
            if kind == "Federated" and ":saml-provider/" not in value and value != "*":
                yield issuer_in(value) or value


def asked(statement: Statement, claim: str) -> list[Condition]:
    """Return the conditions that need the claim to be there and to have one of their values."""
    return [
        condition
        for condition in statement.conditions
        if condition.key.lower().endswith(f":{claim}")
        and (written := read_operator(condition.operator))
        and written.needs_a_match
        and written.operator.kind is ValueKind.TEXT
        and not written.operator.ignores_case
    ]


def reads_wildcards(condition: Condition) -> bool:
    """Tell whether the condition's operator takes `*` and `?` for wildcards."""
    written = read_operator(condition.operator)
    return written is not None and written.operator.patterns
