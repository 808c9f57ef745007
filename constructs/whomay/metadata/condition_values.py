"""Checks of the values in a condition: of the kind that the operator compares and the key holds."""

import re
from typing import Final

from whomay.iam.condition_operators import Operator
from whomay.iam.facts import limits
from whomay.iam.facts.condition_key_table import KeyValue
from whomay.iam.facts.condition_keys import condition_key
from whomay.iam.value_kinds import WRITTEN, ValueKind
from whomay.metadata.refusals import refuse

# Values that name one account, organization or third party. AWS knows no use for a wildcard
# in them (IAM User Guide, "AWS global condition context keys", sensitive condition keys).
_IDS: Final = {
    KeyValue.ACCOUNT: (limits.ACCOUNT_ID, "an account id of twelve digits"),
    KeyValue.ORGANIZATION: (
        limits.ORGANIZATION_ID,
        "an organization id, o- and 10 to 32 of a-z 0-9",
    ),
    KeyValue.ORGANIZATION_PATH: (
        limits.ORGANIZATION_PATH,
        "a path from an organization's id, such as o-…/r-…/ou-…/*",
    ),
    KeyValue.EXTERNAL_ID: (
        limits.EXTERNAL_ID,
        "an external id, 2 to 1224 of A-Z a-z 0-9 and _+=,.@:/-",
    ),
}


def check_value(parameter: str, operator: Operator, key: str, value: str) -> None:
    """Raise a ValueError unless the operator can compare the value."""
    if not limits.POLICY_TEXT.fullmatch(value):
        fix = "leave control characters and letters beyond ÿ out"
        refuse(parameter, value, "characters that a policy may hold", fix)
    form = WRITTEN.get(operator.kind)
    if form and not form.holds(value):
        allowed = f"{form.allowed} for {operator.name}"
        refuse(parameter, value, allowed, "no other value is compared")
    is_text = operator.kind is ValueKind.TEXT
    if is_text and not operator.patterns and any(wildcard in value for wildcard in "*?"):
        fix = f"use {'StringNotLike' if operator.negated else 'StringLike'}"
        refuse(parameter, value, f"a literal: {operator.name} takes * and ? as they are", fix)
    if not re.sub(r"arn:|[*?:/]", "", value):
        fix = 'to ask that the key be there, use "Null": {…: "false"}'
        refuse(parameter, value, "a value that not every request meets", fix)
    known = condition_key(key)
    shape, allowed = _IDS.get(known.values, (None, "")) if known else (None, "")
    if shape and is_text and not shape.fullmatch(value):
        refuse(parameter, value, allowed, "name each one in full: a pattern admits strangers")
    if known and known.values is KeyValue.EXTERNAL_ID and is_account(value):
        fix = "let the third party give each customer one of its own, such as a UUID"
        allowed = "an id that others do not know, as an account's is known"
        refuse(parameter, value, allowed, fix)


def is_account(external_id: str) -> bool:
    """Tell whether an external id is an account's id, as AWS or as its console writes it."""
    return limits.ACCOUNT_ID.fullmatch(external_id.replace("-", "")) is not None
