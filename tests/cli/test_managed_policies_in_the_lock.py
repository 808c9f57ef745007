"""AWS managed policies in `access.lock`: their text once, and what AWS changed told as such."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from support.small_templates import assembly, role

from whomay.cli import main
from whomay.engine import from_lock, read

ARN = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return done.exit_code, done.output


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Two roles with one of AWS's policies."""
    resources = {name: role(ManagedPolicyArns=[ARN]) for name in ("One", "Two")}
    return assembly(tmp_path / "cdk.out", resources)


@pytest.fixture
def lock(app: Path, tmp_path: Path) -> Path:
    """The lock of that app."""
    file = tmp_path / "access.lock"
    assert run("lock", "--assembly", app, "-f", file)[0] == 0
    return file


def older(lock: Path, action: str) -> None:
    """Let the lock be of a day on which AWS's policy allowed another action."""
    data = yaml.safe_load(lock.read_text())
    entry = data["managed"]["AmazonSQSReadOnlyAccess"]
    entry["as of"] = "2015-02-06"
    (statement,) = entry["may"]
    statement["Action"] = sorted([*statement["Action"][:-1], action])
    head = "".join(lock.read_text().splitlines(keepends=True)[:2])
    lock.write_text(head + yaml.safe_dump(data, sort_keys=False))


def test_the_lock_holds_the_text_of_each_policy_once_with_its_day(app: Path, lock: Path) -> None:
    data = yaml.safe_load(lock.read_text())
    assert [data["principals"][f"S/{name}"]["may"] for name in ("One", "Two")] == [
        [{"AWS managed policy": "AmazonSQSReadOnlyAccess"}]
    ] * 2
    (entry,) = data["managed"].values()
    assert entry["as of"] > "2015"
    assert entry["may"][0]["Action"][0] == "sqs:GetQueueAttributes"
    policies = [one.identity for one in from_lock(data).principals]
    assert [p.published for each in policies for p in each] == [
        p.published for one in read(app).snapshot.principals for p in one.identity
    ]


def test_a_check_says_that_aws_changed_a_policy_when_nothing_else_moved(
    app: Path, lock: Path
) -> None:
    older(lock, "sqs:DeleteQueue")
    code, output = run("lock", "--check", "--assembly", app, "-f", lock)
    assert code == 1
    assert "is stale: AWS changed AmazonSQSReadOnlyAccess: it is of 20" in output
    assert ", before of 2015-02-06: see `whomay diff" in output
    lock.write_text(lock.read_text().replace("session: 3600", "session: 7200", 1))
    code, output = run("lock", "--check", "--assembly", app, "-f", lock)
    assert (code, "AWS changed" in output) == (1, False)


def test_a_diff_says_whose_access_aws_changed(app: Path, lock: Path) -> None:
    older(lock, "sqs:DeleteQueue")
    code, output = run("diff", lock, app)
    assert code == 1  # the action that AWS added is one more that both may
    assert output.count("AWS changed AmazonSQSReadOnlyAccess: allowed now: ") == 2
    assert output.count("AWS changed AmazonSQSReadOnlyAccess: no longer allowed: ") == 2
    assert output.splitlines()[-1].startswith("  AWS changed AmazonSQSReadOnlyAccess: it is of 20")


def test_a_lock_without_the_text_of_a_policy_that_it_names_is_no_lock(lock: Path) -> None:
    data = yaml.safe_load(lock.read_text())
    del data["managed"]
    lock.write_text(json.dumps(data, indent=1))
    code, output = run("diff", lock, lock)
    assert code == 2
    assert "managed has no 'AmazonSQSReadOnlyAccess'" in output
