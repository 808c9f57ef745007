"""What a role's trust policy asks of a person who wants to assume the role."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from whomay.iam.conditions import read_operator
from whomay.iam.facts.condition_keys import DERIVED_KEYS
from whomay.iam.policy import Condition, Policy
from whomay.iam.value_kinds import ValueKind

MFA: Final = "aws:multifactorauthpresent"
MFA_AGE: Final = "aws:multifactorauthage"
EXTERNAL_ID: Final = "sts:externalid"


def ways(trust: Policy) -> Iterator[Mapping[str, str]]:
    """Yield for each statement that lets AWS principals in the condition keys that satisfy it.

    Keys that follow from the caller are left to the engine. So are conditions that no fixed value
    meets for good, such as a date. A decision with these keys tells whether they suffice.
    """
    for statement in trust.statements:
        principals = dict(statement.principals or ())
        if statement.effect == "Allow" and principals.get("AWS"):
            pairs = (_satisfied(condition) for condition in statement.conditions)
            yield dict(pair for pair in pairs if pair)


def _satisfied(condition: Condition) -> tuple[str, str] | None:
    """Return key and value that meet one condition, None where that is not for us to choose."""
    key = condition.key.lower()
    if key in DERIVED_KEYS:
        return None
    if key == MFA_AGE:
        return key, "0"
    if key == MFA:
        return (key, "true") if "true" in condition.values else None
    written = read_operator(condition.operator)
    if written is None or written.operator.negated:
        return None
    if written.operator.kind is ValueKind.ADDRESS and written.set_form is None:
        return key, condition.values[0].partition("/")[0]
    plain = [value for value in condition.values if not re.search(r"[*?]|\$\{", value)]
    if plain and written.operator.kind in (ValueKind.TEXT, ValueKind.ARN):
        return key, plain[0]
    return None
