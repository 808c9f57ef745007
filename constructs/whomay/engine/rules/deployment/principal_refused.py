"""A principal that AWS refuses in a trust or resource policy."""

import re
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import is_pattern
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.arn import parse_arn
from whomay.iam.callers import PUBLIC_PROVIDERS
from whomay.iam.facts.limits import ACCOUNT_ID
from whomay.iam.patterns.symbols import is_symbolic

# IAM's unique ids, by their first letters: people write them where an ARN is meant.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
_UNIQUE_ID: Final = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_ACCOUNT: Final = re.compile(r"[0-9]{12}|cloudfront")  # CloudFront's own users have its name there
_NAMED: Final = {
    "iam": re.compile(r"root|(?:user|role)/(?:.*[^/])"),
    "sts": re.compile(r"assumed-role/[^/]+/[^/]+|federated-user/[^/]+"),
}
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
    if value == "*" or ACCOUNT_ID.fullmatch(value):
        return None
    if _UNIQUE_ID.fullmatch(value):
        return "AWS takes an id only while its user or role exists, and then names nobody: write the ARN"
    arn = parse_arn(value)
    if arn is None:
        return None if is_symbolic(value) else "it is neither an ARN nor an account id"
    if is_pattern(value):
        return "a part of a principal's name cannot be a wildcard"
    if arn.resource.startswith("group/"):
        return "a group is not a principal"
    if arn.region or not (is_symbolic(arn.account) or _ACCOUNT.fullmatch(arn.account)):
        return "it has a Region, or no account id of twelve digits"
    shape = _NAMED.get(arn.service)
    if not is_symbolic(arn.resource) and not (shape and shape.fullmatch(arn.resource)):
        return "it is not a user, role, session or account"
    return None


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
