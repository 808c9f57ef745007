"""`whomay diff`: every way to widen a stack is wider and its reverse narrower, each shown by a request."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from click.testing import CliRunner
from support.checkout import CONTEXT, ROOT
from support.projects import projects
from support.widenings import WIDENINGS, Widening

from whomay.cli import lock_file, main
from whomay.engine import read

LOCK = (ROOT / "access.lock").read_text().partition("\nendpoints:")[0] + "\n"
APPS = ("Ec2Role", "UserAssumeRole", "UserAssumeRoleMfa")


def synthesized(folder: Path, widening: Widening | None = None) -> Path:
    app = App(context=CONTEXT, outdir=str(folder))
    stacks = projects(app)
    if widening:
        widening.apply(stacks[widening.stack])
    app.synth()
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lock of the stacks as they are."""
    folder = tmp_path_factory.mktemp("before")
    lock = folder / "access.lock"
    lock.write_text(lock_file.text_of(read(synthesized(folder / "cdk.out")).snapshot))
    return lock


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["diff", *(str(argument) for argument in arguments)])
    return done.exit_code, done.output


def changes(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
    done = CliRunner().invoke(main, ["diff", *map(str, arguments), "--format", "json"])
    # jsii may still be passing on what CDK warned of, to the standard error of whoever runs then
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return done.exit_code, [one for one in found if one["change"] != "not seen"]


@pytest.mark.parametrize("widening", WIDENINGS, ids=lambda one: one.name)
def test_a_widening_is_wider_and_its_reverse_narrower(
    before: Path, tmp_path: Path, widening: Widening
) -> None:
    after = synthesized(tmp_path / "cdk.out", widening)

    code, found = changes(before, after)
    assert code == 1
    assert "wider" in {one["change"] for one in found} <= {"wider", "capped", *widening.unsure}
    assert all(widening.shows(one["witness"]) for one in found if one["change"] == "wider"), found

    code, found = changes(after, before)
    assert code == (3 if widening.unsure else 0)
    assert "narrower" in {one["change"] for one in found} <= {"narrower", *widening.unsure}


def test_nothing_changed_is_said(before: Path) -> None:
    assert run(before, before) == (0, "nobody may do more or less\n")


def test_a_principal_that_only_moved_in_the_tree_is_a_rename(tmp_path: Path) -> None:
    old = tmp_path / "old.lock"
    old.write_text(LOCK)
    new = tmp_path / "new.lock"
    new.write_text(LOCK.replace("  UserAssumeRole/Project/User:", "  UserAssumeRole/People/User:"))
    code, output = run(old, new)
    assert code == 0
    assert "renamed: UserAssumeRole/Project/User is now UserAssumeRole/People/User" in output


def test_different_accounts_are_not_compared(tmp_path: Path) -> None:
    sides = []
    for account in ("111122223333", "444455556666"):
        side = tmp_path / account
        quoted = LOCK.replace(": <account>", f": '{account}'")
        side.write_text(quoted.replace("<account>", account))
        sides.append(side)
    code, output = run(*sides)
    assert code == 2
    assert "of account 111122223333" in output
    assert len(output.splitlines()) == 1


def test_an_empty_side_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "empty.lock"
    empty.write_text("version: 1\nprincipals: {}\nresources: {}\n")
    code, output = run(empty, empty)
    assert code == 2
    assert "names no principal and no resource" in output


def test_the_first_role_of_an_app_is_wider_and_its_last_one_narrower(tmp_path: Path) -> None:
    empty = tmp_path / "empty.lock"
    empty.write_text("version: 1\nprincipals: {}\nresources: {}\n")
    some = tmp_path / "some.lock"
    some.write_text(LOCK)
    assert run(empty, some)[0] == 1
    assert run(some, empty)[0] == 0


def test_an_environment_that_came_is_assumed_on_both_sides_and_told(tmp_path: Path) -> None:
    places = "account 111122223333 and region eu-west-1"
    sides = [tmp_path / "old.lock", tmp_path / "new.lock"]
    sides[0].write_text(LOCK)
    text = LOCK.replace(": <account>", ": '111122223333'").replace("<account>", "111122223333")
    sides[1].write_text(text.replace("<region>", "eu-west-1"))
    code, output = run(*sides)
    assert (code, output.splitlines()) == (
        0,
        [
            "nobody may do more or less",
            f"  assumed: the stacks that name no environment before are in {places}",
        ],
    )


def test_markdown_cannot_be_left_by_a_name(tmp_path: Path) -> None:
    old = tmp_path / "old.lock"
    old.write_text(LOCK)
    new = tmp_path / "new.lock"
    evil = "Ec2Role/`` | <script>alert(1)</script> | x"
    text = LOCK.replace("  Ec2Role/Project/Role:", f"  '{evil}':").replace(
        "<Ec2Role.Shared>/*", "<Ec2Role.Shared>*"
    )
    new.write_text(text)
    code, output = run(old, new, "--format", "markdown")
    assert code == 1
    for line in output.splitlines():
        if line.startswith("| ``"):
            assert line.replace("\\|", "").count("|") == 4
    assert "``` Ec2Role/`` \\x7c <script>alert(1)</script> \\x7c x ```" in output
