"""The option --organization of each command that reads an assembly."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.contract_assembly import assembly, state
from support.organization_file import FULL, denying, organization_file

from whomay.cli import main

CLOSED = {"scps": [FULL, denying("s3:Get*")]}
CAN = ("can", "S/Role", "s3:GetObject", "S/Bucket/a.csv", "-a")
WHO = ("who", "s3:GetObject", "S/Bucket/a.csv", "-a")


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "cdk.out"
    folder.mkdir()
    return assembly(folder, state("must_allow", 1, "s3:GetObject"))


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    return result.exit_code, result.output


@pytest.mark.parametrize(("unit", "code"), [({}, 0), (CLOSED, 1)])
def test_check_can_and_who_answer_under_it(
    app: Path, tmp_path: Path, unit: dict[str, Any], code: int
) -> None:
    under = ("--organization", organization_file(tmp_path, **unit))
    checked, output = run("check", app, *under)

    assert checked == code
    assert "was given, so none is taken to deny" not in output
    assert run(*CAN, app, *under)[0] == code
    assert ("S/Role" in run(*WHO, app, *under)[1]) is (code == 0)


def test_a_denial_names_the_policy_of_the_file(app: Path, tmp_path: Path) -> None:
    file = organization_file(tmp_path, **CLOSED)
    _, output = run(*CAN, app, "--organization", file)
    assert "denied by scp: statement 0 of organization.json units.Production.scps[1]" in output


def test_a_lock_holds_what_it_was_written_under(app: Path, tmp_path: Path) -> None:
    file, lock = organization_file(tmp_path, **CLOSED), tmp_path / "access.lock"
    run("lock", "-a", app, "-f", lock)
    plain = lock.read_text()
    assert "levels" not in plain
    run("lock", "-a", app, "-f", lock, "--organization", file)

    assert "levels:\n  '111122223333':\n    path: o-a1b2c3d4e5/" in lock.read_text()
    assert run("lock", "--check", "-a", app, "-f", lock, "--organization", file)[0] == 0
    assert run("lock", "--check", "-a", app, "-f", lock)[0] == 1
    assert run("diff", lock, app, "--organization", file) == (0, "nobody may do more or less\n")


def test_a_diff_of_what_is_and_is_not_under_it_says_so(app: Path, tmp_path: Path) -> None:
    file, lock = organization_file(tmp_path, **CLOSED), tmp_path / "access.lock"
    run("lock", "-a", app, "-f", lock, "--organization", file)
    code, output = run("diff", lock, app)

    assert code == 1
    assert "wider: S/Role" in output
    assert "before: denied by scp: " in output
    assert f"assumed: only {lock} has what an organization attaches above accounts" in output


def test_two_locks_take_no_organization(app: Path, tmp_path: Path) -> None:
    lock = tmp_path / "access.lock"
    run("lock", "-a", app, "-f", lock)
    code, output = run("diff", lock, lock, "--organization", organization_file(tmp_path))
    assert (code, "--organization, or name a folder" in output) == (2, True)


def test_a_report_counts_it(app: Path, tmp_path: Path) -> None:
    file = organization_file(tmp_path, **CLOSED)
    asked = ("report", "-a", app, "--format", "markdown")
    assert "| Allowed |" in run(*asked)[1]
    assert "| ExplicitDeny |" in run(*asked, "--organization", file)[1]


@pytest.mark.parametrize("command", [("check",), CAN, WHO, ("lock", "-a"), ("report", "-a")])
def test_a_mistake_in_the_file_is_one_line(
    app: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = organization_file(tmp_path, scp=[FULL])
    assert run(*command, app, "--organization", file) == (
        2,
        f"Error: {file}:10: 'scp' is not a key here; nearest is 'scps'; allowed: id, parent, scps, rcps\n",
    )


def test_stacks_that_name_no_account_need_one(app: Path, tmp_path: Path) -> None:
    manifest = app / "manifest.json"
    manifest.write_text(manifest.read_text().replace("111122223333/", "unknown-account/"))
    under = ("--organization", organization_file(tmp_path))

    code, output = run(*CAN, app, *under)
    assert (code, "cannot tell what is above stacks that name no account" in output) == (2, True)
    assert run(*CAN, app, *under, "--account", "111122223333")[0] == 0
