"""A principal that AWS refuses in a trust or resource policy."""

import re
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import is_pattern
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.arn import parse_arn
from whomay.iam.facts.limits import ACCOUNT_ID
from whomay.iam.patterns.symbols import is_symbolic

# A principal that was deleted leaves its id behind, and AWS takes what it wrote itself.
_UNIQUE_ID: Final = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_KINDS: Final = (
    "root",
    "user/",
    "role/",
    "assumed-role/",
    "federated-user/",
    "saml-provider/",
    "oidc-provider/",
)


def principal_refused(app: App) -> Iterator[Finding]:
    """Yield every value of a Principal or NotPrincipal that is nobody to AWS."""
    for placed in app.statements:
        if placed.policy_type not in (PolicyType.TRUST, PolicyType.RESOURCE):
            continue
        statement = placed.statement
        for kind, values in (*(statement.principals or ()), *(statement.not_principals or ())):
            for value in values if kind == "AWS" else ():
                if fault := _fault(value):
                    yield RULE.finding(placed, value, f"AWS refuses the principal {value}: {fault}")


def _fault(value: str) -> str | None:
    if value == "*" or ACCOUNT_ID.fullmatch(value) or _UNIQUE_ID.fullmatch(value):
        return None
    arn = parse_arn(value)
    if arn is None:
        return None if is_symbolic(value) else "it is neither an ARN nor an account id"
    if is_pattern(value):
        return "a part of a principal's name cannot be a wildcard"
    if arn.resource.startswith("group/"):
        return "a group is not a principal"
    if arn.account.isdigit() and not ACCOUNT_ID.fullmatch(arn.account):
        return "an account id has twelve digits"
    known = arn.resource.startswith(_KINDS) or is_symbolic(arn.resource)
    if arn.service in ("iam", "sts") and not known:
        return "it is not a user, role, session or account"
    return None


RULE = Rule(
    id="principal-refused",
    severity=Severity.ERROR,
    title="a principal that AWS refuses: a group, or a name with a wildcard",
    why=(
        "A policy names principals one by one. AWS refuses groups and patterns of names, so the "
        "deployment fails."
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
