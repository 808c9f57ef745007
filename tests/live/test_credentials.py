"""What credentials lack is told by the numbers of CIS's table, from the credential report."""

from datetime import UTC, datetime
from typing import Any

import pytest

from whomay.live.credentials import last_used, weaknesses

TODAY = datetime(2026, 11, 27, tzinfo=UTC)
GOOD_POLICY = {"MinimumPasswordLength": 14, "PasswordReusePrevention": 24}
GOOD_ROOT = {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0}
NOBODY = {
    "user": "ada",
    "password_enabled": "false",
    "mfa_active": "false",
    "access_key_1_active": "false",
    "access_key_2_active": "false",
}


def found(row: dict[str, str] | None = None, policy: Any = None, root: Any = None) -> list[str]:
    rows = [NOBODY | row] if row else []
    given = GOOD_POLICY if policy is None else policy, GOOD_ROOT if root is None else root
    return [each.cis for each in weaknesses(rows, *given, TODAY)]


KEY = {"access_key_1_active": "true", "access_key_1_last_used_date": "2026-11-26T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, []),
        ({"password_enabled": "true", "password_last_used": "2026-11-26T00:00:00Z"}, ["1.10"]),
        (
            {
                "password_enabled": "true",
                "mfa_active": "true",
                "password_last_used": "2026-10-13T00:00:00+00:00",  # 45 days ago
            },
            ["1.12"],
        ),
        (KEY | {"access_key_1_last_rotated": "2026-08-29T00:00:00+00:00"}, []),  # 90 days ago
        (KEY | {"access_key_1_last_rotated": "2026-08-28T00:00:00+00:00"}, ["1.14"]),
        (
            {"access_key_1_active": "true", "access_key_1_last_rotated": "2026-10-13T00:00:00Z"}
            | {"access_key_1_last_used_date": "N/A"},
            ["1.12"],
        ),
        (KEY | {"access_key_2_active": "true"}, ["1.13"]),
        ({"user": "<root_account>", "password_enabled": "true"}, []),  # the summary tells of root
    ],
)
def test_a_user_is_measured_by_the_report(row: dict[str, str], expected: list[str]) -> None:
    assert found(row) == expected


def test_the_root_user_and_the_password_policy_are_measured() -> None:
    assert found(root={"AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0}) == ["1.4", "1.5"]
    assert found(policy={"MinimumPasswordLength": 8}) == ["1.8", "1.9"]
    assert found(policy={}) == ["1.8"]


def test_what_was_not_told_is_not_measured() -> None:
    assert list(weaknesses(None, None, None, TODAY)) == []


def test_the_last_use_is_that_of_password_or_key() -> None:
    used = {"password_last_used": "no_information", **KEY}
    assert last_used(used) == "2026-11-26"
    assert last_used({"password_last_used": "N/A"}) == ""
