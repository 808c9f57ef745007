"""What an account's credentials lack, by the credential report and by CIS's table.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
https://docs.aws.amazon.com/securityhub/latest/userguide/cis-aws-foundations-benchmark.html
(the numbers are those of CIS AWS Foundations Benchmark 3.0.0)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

_ROOT: Final = "<root_account>"
OLDEST_KEY, LONGEST_UNUSED = 90, 45  # days
_LENGTH, _REMEMBERED = 14, 24  # of passwords: characters, and earlier ones that are refused


@dataclass(frozen=True, slots=True)
class Weakness:
    """One recommendation that is not kept: its number, by whom, and what is so."""

    cis: str
    who: str
    text: str


def weaknesses(
    report: Sequence[Mapping[str, str]] | None,
    password_policy: Mapping[str, Any] | None,
    summary: Mapping[str, int] | None,
    today: datetime,
) -> Iterator[Weakness]:
    """Yield what is not kept, in the order of the numbers of each. None is what was not told."""
    if summary is not None:
        if summary.get("AccountAccessKeysPresent"):
            yield Weakness("1.4", "the root user", "has an access key")
        if not summary.get("AccountMFAEnabled"):
            yield Weakness("1.5", "the root user", "has no MFA")
    if password_policy is not None:
        yield from _of_passwords(password_policy)
    for row in report or ():
        if row.get("user") != _ROOT:
            yield from _of_user(row, today)


def _of_passwords(policy: Mapping[str, Any]) -> Iterator[Weakness]:
    who = "the password policy"
    if not policy:
        yield Weakness("1.8", "the account", "has no password policy")
        return
    if policy.get("MinimumPasswordLength", 0) < _LENGTH:
        yield Weakness("1.8", who, f"allows fewer than {_LENGTH} characters")
    if policy.get("PasswordReusePrevention", 0) < _REMEMBERED:
        yield Weakness("1.9", who, f"remembers fewer than {_REMEMBERED} passwords")


def _of_user(row: Mapping[str, str], today: datetime) -> Iterator[Weakness]:
    who = str(row.get("user"))
    if _is(row, "password_enabled"):
        if not _is(row, "mfa_active"):
            yield Weakness("1.10", who, "has a password and no MFA")
        used = _days(row, "password_last_used", today) or _days(row, "password_last_changed", today)
        if used is not None and used >= LONGEST_UNUSED:
            yield Weakness("1.12", who, f"has a password that was not used for {used} days")
    keys = [number for number in ("1", "2") if _is(row, f"access_key_{number}_active")]
    for number in keys:
        made = _days(row, f"access_key_{number}_last_rotated", today)
        used = _days(row, f"access_key_{number}_last_used_date", today)
        unused = made if used is None else used
        if unused is not None and unused >= LONGEST_UNUSED:
            yield Weakness("1.12", who, f"has access key {number}, not used for {unused} days")
        if made is not None and made > OLDEST_KEY:
            yield Weakness("1.14", who, f"has access key {number}, which is {made} days old")
    if len(keys) > 1:
        yield Weakness("1.13", who, "has two active access keys")


def last_used(row: Mapping[str, str]) -> str:
    """Return the last day on which a user's password or key was used; empty when none is told."""
    names = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
    days = [row[name][:10] for name in names if row.get(name, "")[:1].isdigit()]
    return max(days, default="")


def _is(row: Mapping[str, str], name: str) -> bool:
    return row.get(name, "").lower() == "true"


def _days(row: Mapping[str, str], name: str, today: datetime) -> int | None:
    """Return how many days ago something was; None where the report does not say."""
    try:
        when = datetime.fromisoformat(row.get(name, ""))
    except ValueError:
        return None
    return (today - (when if when.tzinfo else when.replace(tzinfo=UTC))).days
