"""An OpenID Connect provider, trusted for more than one workload."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import is_pattern
from whomay.engine.rules.reading.oidc_claims import (
    AUDIENCE_CLAIMS,
    REPOSITORY_CLAIMS,
    RUN_CLAIMS,
    asked,
    fault_of_subject,
    issuers,
    reads_wildcards,
)
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.callers import PUBLIC_PROVIDERS
from whomay.iam.policy import Statement


def oidc_guard(app: App) -> Iterator[Finding]:
    """Yield every trust of an OIDC provider without exact aud and sub, value by value."""
    for placed in app.allowing(PolicyType.TRUST):
        for issuer in issuers(placed.statement):
            for value, fault in _faults(placed.statement, issuer):
                yield RULE.finding(placed, value, f"{issuer}: {fault}")


def _faults(statement: Statement, issuer: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, and why: a claim that is not asked for, or a value that is too wide."""
    audiences = [c for claim in AUDIENCE_CLAIMS for c in asked(statement, claim)]
    if not audiences:
        yield "aud", "it requires no exact aud, so tokens issued for others are accepted too"
    for condition in audiences:
        for value in condition.values:
            if reads_wildcards(condition) and ("*" in value or "?" in value):
                yield f"aud={value}", f"aud {value} is a pattern"
    if issuer not in PUBLIC_PROVIDERS:
        yield from _faults_of_subjects(statement, issuer)


def _faults_of_subjects(statement: Statement, issuer: str) -> Iterator[tuple[str, str]]:
    subjects = asked(statement, "sub")
    if not subjects:
        yield "sub", "it requires no exact sub, so every workload of the provider is let in"
    for condition in subjects:
        for value in condition.values:
            pattern = reads_wildcards(condition)
            fault = fault_of_subject(issuer, value, pattern=pattern)
            if fault and not (pattern and _names_one_workload(statement)):
                yield f"sub={value}", f"sub {value} {fault}"


def _names_one_workload(statement: Statement) -> bool:
    """Tell whether other claims name a repository, and a branch, an environment or a workflow."""
    exact = {
        claim
        for claim in (*REPOSITORY_CLAIMS, *RUN_CLAIMS)
        for condition in asked(statement, claim)
        if not (reads_wildcards(condition) and any(map(is_pattern, condition.values)))
    }
    return bool(exact & REPOSITORY_CLAIMS) and bool(exact & RUN_CLAIMS)


RULE = Rule(
    id="oidc-guard",
    severity=Severity.ERROR,
    title="an OpenID Connect provider trusted without an exact `sub` and `aud`, in any value of a list",
    why=(
        "Everyone with an account at GitHub, GitLab or the like gets tokens of the same provider. "
        "Only the subject says whose workload it is, and a list of values is as loose as its "
        "loosest."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    fix=(
        "Compare aud and sub with StringEquals, and name repository and branch or environment in "
        "sub: repo:ORG/REPO:environment:NAME."
    ),
    bad=trust(
        """
        Effect: Allow
        Principal:
          Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
        Action: sts:AssumeRoleWithWebIdentity
        Condition:
          StringEquals: {"token.actions.githubusercontent.com:aud": sts.amazonaws.com}
          StringLike:
            "token.actions.githubusercontent.com:sub":
              - "repo:octo-org/octo-repo:ref:refs/heads/main"
              - "repo:octo-org/*"
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
    find=oidc_guard,
)
