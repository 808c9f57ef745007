"""Which values of a Principal's AWS are nobody, so that AWS refuses the policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from typing import Final

from whomay.iam.arn import parse_arn
from whomay.iam.facts.limits import ACCOUNT_ID
from whomay.iam.patterns.symbols import is_symbolic

# IAM's unique ids, by their first letters: people write them where an ARN is meant.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
UNIQUE_ID: Final = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_ACCOUNT: Final = re.compile(r"[0-9]{12}|cloudfront")  # CloudFront's own users have its name there
_NAMED: Final = {
    "iam": re.compile(r"root|(?:user|role)/(?:.*[^/])"),
    "sts": re.compile(r"assumed-role/[^/]+/[^/]+|federated-user/[^/]+"),
}


def why_nobody(value: str) -> str | None:
    """Say why AWS refuses a value of a Principal's AWS; None when it may be somebody, as each id may."""
    if value == "*" or ACCOUNT_ID.fullmatch(value) or UNIQUE_ID.fullmatch(value):
        return None
    arn = parse_arn(value)
    if arn is None:
        return None if is_symbolic(value) else "it is neither an ARN nor an account id"
    if "*" in (plain := value.replace("${*}", "").replace("${?}", "")) or "?" in plain:
        return "a part of a principal's name cannot be a wildcard"
    if arn.resource.startswith("group/"):
        return "a group is not a principal"
    if arn.region or not (is_symbolic(arn.account) or _ACCOUNT.fullmatch(arn.account)):
        return "it has a Region, or no account id of twelve digits"
    shape = _NAMED.get(arn.service)
    if not is_symbolic(arn.resource) and not (shape and shape.fullmatch(arn.resource)):
        return "it is not a user, role, session or account"
    return None
