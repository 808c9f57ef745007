"""`whomay drift` with a folder of several accounts: those of the app, each by itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.account_file import allow
from support.organization_folder import DEV, MANAGEMENT, PROD, organization_folder, role

from whomay.cli import main

READ, DELETE = allow("s3:GetObject"), allow("s3:DeleteObject")


def folder(place: Path, *of_prod: Any, **more: Any) -> Path:
    told = {
        DEV: [role(DEV, "Reader", READ)],
        PROD: [role(PROD, "Reader", READ, *of_prod)],
        MANAGEMENT: [role(MANAGEMENT, "Administrator", allow("*"))],
    }
    for account in more.get("refused", {}):
        del told[account]
    return organization_folder(place, told, **more)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """The lock of an app in two accounts of the three."""
    reviewed = {DEV: [role(DEV, "Reader", READ)], PROD: [role(PROD, "Reader", READ)]}
    lock = tmp_path / "reviewed.lock"
    app = organization_folder(tmp_path / "reviewed", reviewed)
    done = CliRunner().invoke(main, ["lock", "-a", str(app), "-f", str(lock)])
    assert done.exit_code == 0, done.output
    return lock


def drift(lock: Path, there: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["drift", str(lock), str(there), *more])


def test_each_account_of_the_app_is_compared_and_no_other(lock: Path, tmp_path: Path) -> None:
    done = drift(lock, folder(tmp_path / "there"))
    assert done.exit_code == 0, done.output
    assert done.output.count("nobody of the app may do more or less\n") == 2
    for account in (DEV, PROD):
        assert f"  account {account} as of " in done.output
    assert MANAGEMENT not in done.output


def test_what_one_account_has_otherwise_counts(lock: Path, tmp_path: Path) -> None:
    there = folder(tmp_path / "there", DELETE)
    done = drift(lock, there)
    assert done.exit_code == 1
    assert f"wider: {PROD}/role/Reader\n" in done.output
    assert done.output.count("nobody of the app may do more or less\n") == 1
    told = json.loads(drift(lock, there, "--format", "json").output)
    assert [each["account"] for each in told["accounts"]] == [DEV, PROD]
    assert [len(each["differences"]) for each in told["accounts"]] == [0, 1]
    assert told["not compared"] == []


@pytest.mark.parametrize("style", ["text", "markdown", "json"])
def test_an_account_that_told_nothing_is_unknown_and_named(
    lock: Path, tmp_path: Path, style: str
) -> None:
    there = folder(tmp_path / "there", refused={PROD: "AccessDenied"})
    done = drift(lock, there, "--format", style)
    assert done.exit_code == 3
    said = f"ccount {PROD}: the whole account, which told nothing: AccessDenied"
    assert said in done.output
    wider = folder(tmp_path / "wider", refused={PROD: "AccessDenied", DEV: "AccessDenied"})
    assert drift(lock, wider, "--format", style).exit_code == 3


def test_an_account_that_the_folder_does_not_have_is_unknown_and_named(
    lock: Path, tmp_path: Path
) -> None:
    there = organization_folder(tmp_path / "there", {DEV: [role(DEV, "Reader", READ)]})
    done = drift(lock, there)
    assert done.exit_code == 3
    assert f"  account {PROD}: it is not in {there}\n" in done.output


def test_an_app_of_other_accounts_or_of_none_is_refused_in_one_line(
    lock: Path, tmp_path: Path
) -> None:
    there = organization_folder(tmp_path / "there", {MANAGEMENT: []})
    done = drift(lock, there)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert f"of account {DEV}, {PROD} and {there} of {MANAGEMENT}: compare" in done.output

    app = tmp_path / "App.json"
    app.write_text(json.dumps({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {}}}}))
    done = drift(app, folder(tmp_path / "other"))
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "has stacks that name no account" in done.output

    done = drift(lock, tmp_path)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "so it is no snapshot of several accounts" in done.output
