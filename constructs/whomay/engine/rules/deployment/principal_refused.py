"""A principal that AWS refuses in a trust or resource policy."""

import re
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.arn import parse_arn
from whomay.iam.callers import PUBLIC_PROVIDERS
from whomay.iam.named_principals import UNIQUE_ID, why_nobody
from whomay.iam.patterns.symbols import is_symbolic

_PROVIDER: Final = re.compile(r"(?:oidc|saml)-provider/.+")


def principal_refused(app: App) -> Iterator[Finding]:
    """Yield every value of a Principal or NotPrincipal that is nobody to AWS."""
    for placed in app.statements:
        if placed.policy_type not in (PolicyType.TRUST, PolicyType.RESOURCE):
            continue
        statement = placed.statement
        for kind, values in (*(statement.principals or ()), *(statement.not_principals or ())):
            for value in values:
                if fault := _FAULTS[kind](value) if kind in _FAULTS else None:
                    yield RULE.finding(placed, value, f"the principal {value}: {fault}")


def _of_aws(value: str) -> str | None:
    if UNIQUE_ID.fullmatch(value):
        return "AWS takes an id only while its user or role exists, and then names nobody: write the ARN"
    return why_nobody(value)


def _of_a_provider(value: str) -> str | None:
    arn = parse_arn(value)
    if value == "*" or value in PUBLIC_PROVIDERS or is_symbolic(value):
        return None
    if arn is None or arn.service != "iam" or not _PROVIDER.fullmatch(arn.resource):
        return f"an identity provider is its ARN, or one of {', '.join(sorted(PUBLIC_PROVIDERS))}"
    return None


_FAULTS: Final = {"AWS": _of_aws, "Federated": _of_a_provider}


RULE = Rule(
    id="principal-refused",
    severity=Severity.ERROR,
    title="a principal that AWS refuses: a group, a pattern, an id or an ARN that names nobody",
    why=(
        "A policy names principals one by one. AWS refuses groups, patterns of names and whatever is "
        "no user, role, session or account, so the deployment fails. The id of a role, AROA…, is "
        "what AWS shows in the place of one that was deleted."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    fix=(
        "Name each user or role, or name the account and add a condition on aws:PrincipalArn, which "
        "takes patterns."
    ),
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:role/*"}
        Action: sts:AssumeRole
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:root"}
        Action: sts:AssumeRole
        Condition:
          ArnLike: {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/deploy-*"}
        """
    ),
    find=principal_refused,
)
