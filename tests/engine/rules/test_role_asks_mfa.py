"""The rule role-asks-mfa: a role's own policies never see the code that its trust saw."""

from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import found_in, role_allowed

from whomay.engine.rules.permissions.role_asks_mfa import RULE

PRESENT, AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"


def messages(folder: Path, effect: str, condition: dict[str, Any]) -> list[str]:
    statement = {"Effect": effect, "Action": "s3:*", "Resource": "*", "Condition": condition}
    template = {"Resources": {"Role": role_allowed(statement)}}
    return [each.message for each in found_in(folder, template) if each.rule is RULE]


@pytest.mark.parametrize(
    ("effect", "condition", "key", "ends"),
    [
        ("Allow", {"Bool": {PRESENT: "true"}}, PRESENT, "this Allow never holds"),
        ("Allow", {"Null": {PRESENT: "false"}}, PRESENT, "this Allow never holds"),
        ("Allow", {"NumericLessThan": {AGE: "3600"}}, AGE, "this Allow never holds"),
        ("Deny", {"BoolIfExists": {PRESENT: "false"}}, PRESENT, "this Deny always holds"),
        ("Deny", {"Null": {PRESENT: "true"}}, PRESENT, "this Deny always holds"),
    ],
)
def test_a_condition_that_waits_for_mfa_is_found(
    tmp_path: Path, effect: str, condition: dict[str, Any], key: str, ends: str
) -> None:
    [message] = messages(tmp_path, effect, condition)
    assert message.startswith(
        f"no session of S/Role carries {key}, not even where a code was given"
    )
    assert message.endswith(ends)


@pytest.mark.parametrize(
    ("effect", "condition"),
    [
        ("Allow", {"BoolIfExists": {PRESENT: "true"}}),
        ("Deny", {"Bool": {PRESENT: "false"}}),
        ("Allow", {"Bool": {"aws:SecureTransport": "true"}}),
    ],
)
def test_a_condition_that_does_not_wait_is_none(
    tmp_path: Path, effect: str, condition: dict[str, Any]
) -> None:
    assert messages(tmp_path, effect, condition) == []
