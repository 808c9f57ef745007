"""What a diff and a lock tell beside access: policies that nobody has, credentials, accepted findings."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.small_templates import document, may, role, snapshot

from whomay.engine import LockError, diff, from_lock, to_lock
from whomay.engine.changes import accepted_changes, expiring
from whomay.engine.snapshot import Acknowledged

READ, ALL = may("s3:GetObject"), may("*")
DENY = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
OF_USER = {"UserName": {"Ref": "U"}}
KEY = {"Type": "AWS::IAM::AccessKey", "Properties": OF_USER}


def group(*statements: dict[str, Any], **properties: Any) -> dict[str, Any]:
    policy = {"PolicyName": "P", "PolicyDocument": document(*statements)}
    return {"Type": "AWS::IAM::Group", "Properties": {"Policies": [policy], **properties}}


def managed(*statements: dict[str, Any]) -> dict[str, Any]:
    policy = {"PolicyDocument": document(*statements)}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": policy}


def user(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::User", "Properties": properties}


def key(serial: int) -> dict[str, Any]:
    return {**KEY, "Properties": {**OF_USER, "Serial": serial}}


def parameter(value: Any) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


APPS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a group that nobody is in": ({}, {"G": group(ALL)}, ["capped"]),
    "a group with what somebody has and keeps": (
        {"S": role(ALL)},
        {"S": role(ALL), "G": group(ALL)},
        ["capped"],
    ),
    "more for such a group": ({"G": group(READ)}, {"G": group(READ, ALL)}, ["capped"]),
    "less for such a group": ({"G": group(READ, ALL)}, {"G": group(READ)}, ["narrower"]),
    "no such group any more": ({"G": group(ALL)}, {}, []),
    "a policy that nobody has": ({}, {"M": managed(ALL)}, ["capped"]),
    "a denial less in it": ({"M": managed(ALL, DENY)}, {"M": managed(ALL)}, ["capped"]),
    "a denial more in it": ({"M": managed(ALL)}, {"M": managed(ALL, DENY)}, ["narrower"]),
    "a first member": (
        {"G": group(READ), "U": user()},
        {"G": group(READ), "U": user(Groups=[{"Ref": "G"}])},
        ["wider"],
    ),
    "a policy that was somebody's boundary": (
        {"M": managed(READ), "S": role(ALL, PermissionsBoundary={"Ref": "M"})},
        {"M": managed(READ), "S": role(ALL)},
        ["wider"],
    ),
    "an access key": ({"U": user()}, {"U": user(), "K": KEY}, ["wider"]),
    "an access key less": ({"U": user(), "K": KEY}, {"U": user()}, ["narrower"]),
    "another access key": ({"U": user(), "K": KEY}, {"U": user(), "L": KEY}, ["moved"]),
    "a key with another serial": (
        {"U": user(), "K": key(1)},
        {"U": user(), "K": key(2)},
        ["moved"],
    ),
    "a key with its first serial": ({"U": user(), "K": KEY}, {"U": user(), "K": key(1)}, ["moved"]),
    "a parameter that shows a key": (
        {"U": user(), "K": KEY},
        {"U": user(), "K": KEY, "P": parameter({"Fn::GetAtt": ["K", "SecretAccessKey"]})},
        ["wider"],
    ),
    "no such parameter any more": (
        {"U": user(), "K": KEY, "P": parameter({"Fn::Sub": "${K.SecretAccessKey}"})},
        {"U": user(), "K": KEY},
        ["narrower"],
    ),
    "a password": ({"U": user()}, {"U": user(LoginProfile={"Password": "x"})}, ["wider"]),
    "an access key of somebody made elsewhere": (
        {},
        {"K": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "bob"}}},
        ["wider"],
    ),
}


@pytest.mark.parametrize("case", APPS)
def test_a_diff_tells_what_nobody_has_yet_and_who_can_sign_in(tmp_path: Path, case: str) -> None:
    before, after, told = APPS[case]
    always = {"R": role(may("s3:ListBucket"))}
    old = snapshot(tmp_path / "old", {**always, **before})
    new = snapshot(tmp_path / "new", {**always, **after})
    assert [one.change.value for one in diff(old, new)] == told
    assert [one.change.value for one in diff(from_lock(to_lock(old)), new)] == told
    assert diff(from_lock(to_lock(new)), new) == []


def test_a_diff_says_what_a_raised_serial_does_to_the_old_key(tmp_path: Path) -> None:
    old = snapshot(tmp_path / "old", {"U": user(), "K": key(1)})
    new = snapshot(tmp_path / "new", {"U": user(), "K": key(2)})
    [one] = diff(old, new)
    assert one.text == (
        "somebody can sign in as this user otherwise than before: new is access key S/K, serial 2; "
        "gone is access key S/K, serial 1; another serial makes a new key and deletes the old one, "
        "so what still runs with the old one is refused"
    )


def test_an_access_key_that_is_off_is_no_credential(tmp_path: Path) -> None:
    off = {**KEY, "Properties": {**OF_USER, "Status": "Inactive"}}
    found = snapshot(tmp_path / "app", {"U": user(), "K": off, "L": KEY})
    assert [one.credentials for one in found.principals] == [("access key S/L",)]


ONE = Acknowledged("S/R", "AccessRules::administrator", "the break-glass role", "platform")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((ONE,), (ONE,), []),
        (
            (),
            (ONE,),
            [
                "acknowledged now: AccessRules::administrator on S/R: the break-glass role, by platform"
            ],
        ),
        (
            (ONE,),
            (replace(ONE, expires="2027-01-31"),),
            [
                (
                    "acknowledged otherwise: AccessRules::administrator on S/R: "
                    "the break-glass role, by platform, until 2027-01-31"
                )
            ],
        ),
        ((ONE,), (), ["no longer acknowledged: AccessRules::administrator on S/R"]),
    ],
)
def test_a_diff_tells_which_findings_are_accepted_otherwise(
    tmp_path: Path,
    before: tuple[Acknowledged, ...],
    after: tuple[Acknowledged, ...],
    told: list[str],
) -> None:
    app = snapshot(tmp_path / "app", {"R": role(READ)})
    old, new = (replace(app, acknowledged=each) for each in (before, after))
    assert accepted_changes(old, new) == told
    assert accepted_changes(from_lock(to_lock(old)), new) == told


@pytest.mark.parametrize(
    ("expires", "told"),
    [("", ""), ("2027-01-31", ""), ("2027-01-30", "soon expired"), ("2026-12-31", "expired")],
)
def test_a_diff_tells_which_acknowledgements_end(tmp_path: Path, expires: str, told: str) -> None:
    app = snapshot(tmp_path / "app", {"R": role(READ)})
    lock = to_lock(replace(app, acknowledged=(replace(ONE, expires=expires),)))
    said = expiring(from_lock(lock), date(2027, 1, 1))
    text = f"{told}: AccessRules::administrator on S/R: the break-glass role, by platform"
    assert said == ([f"{text}, until {expires}"] if told else [])


def test_an_acknowledgement_that_ends_on_no_day_is_no_lock(tmp_path: Path) -> None:
    app = snapshot(tmp_path / "app", {"R": role(READ)})
    lock = to_lock(replace(app, acknowledged=(replace(ONE, expires="soon"),)))
    with pytest.raises(LockError, match="expires: 'soon' is not a date"):
        from_lock(lock)
