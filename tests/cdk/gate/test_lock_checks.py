"""Growth beyond access.lock that another layer still caps: a warning at synth, and no more."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Acknowledgment, App, Stack, Validations
from aws_cdk import aws_iam as iam
from support.checkout import CONTEXT

from whomay.cdk import synth
from whomay.cdk.gate.lock_checks import AccessLockChecks
from whomay.cli import lock_file
from whomay.engine import read

READ = ("s3:GetObject", "s3:ListBucket")
WIDE = (*READ, "dynamodb:GetItem")  # caps nothing of what the role may do
WIDER = (*WIDE, "dynamodb:PutItem")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def synthesized(folder: str, boundary: Sequence[str] | None) -> Path:
    """Synthesize a role that may read, with this boundary, through all that stops a synth."""
    app = App(context=CONTEXT, outdir=str(Path(folder).absolute()))
    stack = Stack(app, "Stack")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    iam.Policy(stack, "Reads", roles=[role], statements=[of(READ)])
    policy = iam.ManagedPolicy(stack, "Boundary", statements=[of(boundary or WIDE)])
    if boundary:
        iam.PermissionsBoundary.of(role).apply(policy)
    one = Acknowledgment(
        id="AwsSolutions::AwsSolutions-IAM5[Resource::*]",
        reason="this test looks at the lock alone and at nothing that nag finds",
    )
    Validations.of(stack).acknowledge(one)
    synth(app)
    return Path(app.outdir)


def of(actions: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=[*actions], resources=["*"])


def write_lock(assembly: Path) -> None:
    Path("access.lock").write_text(lock_file.text_of(read(assembly).snapshot))


def warnings(assembly: Path) -> list[dict[str, Any]]:
    report = json.loads((assembly / "validation-report.json").read_text())
    found = [
        each for each in report["pluginReports"] if each["pluginName"] == AccessLockChecks.NAMESPACE
    ]
    return [violation for each in found for violation in each["violations"]]


def test_a_boundary_taken_away_that_capped_nothing_is_a_warning() -> None:
    write_lock(synthesized("before", WIDE))

    (warning,) = warnings(synthesized("after", None))

    assert warning["severity"] == "warning"
    assert warning["ruleName"] == "capped[Stack/Role]"
    assert warning["description"].startswith(
        "Stack/Role has grown since access.lock was written: the permissions boundary "
        "would allow it now; another layer still does not (for example "
    )
    assert "whomay lock" in warning["suggestedFix"]
    (construct,) = warning["violatingConstructs"]
    assert construct["constructPath"] == "Stack/Role"


def test_a_boundary_that_grew_is_a_warning_until_the_lock_says_so() -> None:
    write_lock(synthesized("before", WIDE))
    after = synthesized("after", WIDER)

    assert "dynamodb:PutItem" in warnings(after)[0]["description"]

    write_lock(after)
    assert warnings(synthesized("again", WIDER)) == []


def test_nothing_is_said_of_the_same_a_narrower_boundary_or_without_a_lock() -> None:
    before = synthesized("before", WIDER)
    assert warnings(before) == []

    write_lock(before)
    assert warnings(synthesized("same", WIDER)) == []
    assert warnings(synthesized("narrower", WIDE)) == []


@pytest.mark.parametrize("text", ["version: 7", "a: [", "\x00", "- " * 3000])
def test_a_lock_that_cannot_be_read_is_a_warning(text: str) -> None:
    Path("access.lock").write_text(text)

    (warning,) = warnings(synthesized("any", WIDE))

    assert warning["ruleName"] == "unreadable"
    assert "access.lock cannot be read" in warning["description"]
