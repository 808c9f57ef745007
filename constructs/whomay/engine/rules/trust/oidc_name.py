"""A repository at GitHub, trusted by names that somebody else can take over."""

import re
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import is_pattern
from whomay.engine.rules.reading.oidc_claims import GITHUB, asked, issuers, reads_wildcards
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.policy import Condition, Statement

# Claims whose values GitHub never gives twice.
_NUMBERS: Final = ("repository_id", "repository_owner_id")

_NAMED: Final = re.compile(r"(?:^|:)(?:repo|repository|repository_owner|job_workflow_ref):[^*?]")
_NUMBERED: Final = re.compile(
    r"(?:^|:)(?:repo:[^/:@]+@[0-9]+/|repository_id:[0-9]|repository_owner_id:[0-9])"
)


def oidc_name(app: App) -> Iterator[Finding]:
    """Yield every subject of GitHub that holds names, where nothing asks for a number."""
    for placed in app.allowing(PolicyType.TRUST):
        if GITHUB not in issuers(placed.statement) or _asks_for_a_number(placed.statement):
            continue
        for condition in asked(placed.statement, "sub"):
            for value in condition.values:
                if _NAMED.search(value) and not _NUMBERED.search(value):
                    yield RULE.finding(placed, f"sub={value}", _MESSAGE.format(value))


_MESSAGE: Final = (
    "sub {} names owner and repository, and after a rename or a deletion somebody else can take "
    "these names: add the numbers of both"
)


def _asks_for_a_number(statement: Statement) -> bool:
    return any(
        not (reads_wildcards(condition) and any(map(is_pattern, condition.values)))
        for claim in _NUMBERS
        for condition in asked(statement, claim)
    ) or any(_all_numbered(condition) for condition in asked(statement, "sub"))


def _all_numbered(condition: Condition) -> bool:
    return all(_NUMBERED.search(value) for value in condition.values)


RULE = Rule(
    id="oidc-name",
    severity=Severity.WARNING,
    title="a repository at GitHub trusted by its name alone, which somebody else can take over",
    why=(
        "Whoever renames or deletes an account or a repository frees its name. The next owner of the "
        "name gets tokens with the same subject, unless it holds the numbers of owner and "
        "repository, which GitHub never gives again."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    fix=(
        "Name the numbers: repo:ORG@ID/REPO@ID:environment:NAME where the repository sends them "
        "(all made or renamed since 15 July 2026 do), or a condition on repository_id."
    ),
    bad=trust(
        """
        Effect: Allow
        Principal:
          Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
        Action: sts:AssumeRoleWithWebIdentity
        Condition:
          StringEquals:
            "token.actions.githubusercontent.com:aud": sts.amazonaws.com
            "token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:environment:prod"
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal:
          Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
        Action: sts:AssumeRoleWithWebIdentity
        Condition:
          StringEquals:
            "token.actions.githubusercontent.com:aud": sts.amazonaws.com
            "token.actions.githubusercontent.com:sub": "repo:octo-org@1/octo-repo@2:environment:prod"
        """
    ),
    find=oidc_name,
)
