"""Codes of an MFA device."""

import base64
import time

import pytest

from whomay.lab import codes
from whomay.lab.codes import Codes, code_at

SEED = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert code_at(SEED, seconds // 30) == code


def test_each_code_is_handed_out_once_and_while_it_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [30.0 * 100 + 1]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    device = Codes(SEED)

    assert device.pair() == (code_at(SEED, 98), code_at(SEED, 99))
    assert [device.fresh(), device.fresh()] == [code_at(SEED, 100), code_at(SEED, 101)]
    assert device.used() == code_at(SEED, 101)
    clock[0] += 90
    assert device.fresh() == code_at(SEED, 103)


def test_codes_to_enable_a_device_wait_for_a_step_that_does_not_end_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [30.0 * 100 + 29]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))

    assert Codes(SEED).pair() == (code_at(SEED, 99), code_at(SEED, 100))
    assert clock == [30.0 * 101]


def test_a_wrong_code_is_no_code_of_the_device_about_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "code_at", lambda _seed, step: f"{step % 3:06d}")

    assert Codes(SEED).wrong() == "000003"
