"""A lock in place of an assembly: who could do what on that day, also by a commit of git."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly

from whomay.cli import main

OBJECTS = "arn:aws:s3:::reports/x"


def app(*actions: str, **others: Any) -> None:
    policy = {"PolicyName": "P", "PolicyDocument": document(*actions)}
    write_assembly(
        Path("cdk.out"), {"S": {"Resources": {"Role": role(Policies=[policy]), **others}}}
    )
    assert run("lock").exit_code == 0


def run(command: str) -> Result:
    return CliRunner().invoke(main, command.split())


def git(*arguments: str) -> None:
    settings = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=0")
    subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def _history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first commit in which the role may write, and templates of today in which it may only read."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    app("s3:GetObject", "s3:PutObject")
    git("add", "access.lock")
    git("commit", "--quiet", "--message", "First")
    git("tag", "first")
    app("s3:GetObject")


@pytest.mark.parametrize("at", ["first", "HEAD", "HEAD~0"])
def test_who_could_do_it_then_is_asked_of_git(at: str) -> None:
    assert run(f"can S/Role s3:PutObject {OBJECTS}").exit_code == 1

    then = run(f"can S/Role s3:PutObject {OBJECTS} --at {at}")
    assert then.exit_code == 0
    assert then.stdout.startswith("Allowed: arn:aws:iam::111122223333:role/<S.Role> s3:PutObject")
    assert then.stdout.endswith(
        f"  assumed: access.lock at {at} was current: it says what templates held, not these\n"
    )
    assert "Allowed S/Role" in run(f"who s3:PutObject {OBJECTS} --at {at}").stdout
    assert "nobody" in run(f"who s3:PutObject {OBJECTS} -a access.lock").stdout


def test_a_report_of_that_day_says_what_a_lock_lacks() -> None:
    result = run("report --at first --format markdown")

    assert result.exit_code == 0
    assert "s3:PutObject" in result.stdout
    assert "access.lock at first" in result.stdout
    assert "the contract and the findings, which no lock holds" in result.stdout


def test_what_is_not_seen_stays_unknown() -> None:
    app(
        "s3:GetObject", Macro={"Type": "AWS::CloudFormation::Macro"}, Other={"Type": "A::B::MODULE"}
    )
    elsewhere = role(ManagedPolicyArns=["arn:aws:iam::111122223333:policy/elsewhere"])
    app("s3:GetObject", Elsewhere=elsewhere)

    by_templates = run(f"can S/Elsewhere s3:PutObject {OBJECTS}")
    by_lock = run(f"can S/Elsewhere s3:PutObject {OBJECTS} -a access.lock")

    assert (by_templates.exit_code, by_lock.exit_code) == (3, 3)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("who s3:* * --at nowhere", "--at nowhere: git has no such commit, branch or tag here"),
        ("who s3:* * --at --all", "--at --all: git has no such commit, branch or tag here"),
        ("who s3:* * --at first -a mine.lock", "--at first: mine.lock is not in that commit"),
        ("who s3:* * --at first -a app.yaml", "--at reads a lock from git, and app.yaml is none: "),
        ("who s3:* * -a none.lock", "none.lock: there is no such file or folder"),
        ("who s3:* * --at first --account 111122223333", "a lock has the values that it was written "),
        ("report -a access.lock --contract c.yaml", "access.lock is a lock: a contract is checked on "),
        ("can S/Rol s3:GetObject * --at first", "no role or user is called 'S/Rol'; nearest: S/Role"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_line(command: str, said: str) -> None:
    result = run(command)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {said}"), result.stderr
    assert result.stderr.count("\n") == 1
    assert not Path("report.html").exists()


def test_outside_of_git_it_is_one_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plain")

    result = run(f"who s3:* * --at HEAD -a {folder}/access.lock")

    assert result.stderr == "Error: --at HEAD: git has no such commit, branch or tag here\n"
