"""The gate of pull requests: its own shell steps, run in a repository like that of a checkout."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.assemblies import document, role, write_assembly
from support.checkout import ROOT

from whomay.cli import lock_file
from whomay.engine import read

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "access.yml").read_text())
[JOB] = WORKFLOW["jobs"].values()
STEPS = {step["name"]: step for step in JOB["steps"] if "name" in step}
READ, WRITE = ("s3:GetObject",), ("s3:GetObject", "s3:PutObject")
ELSEWHERE = ("arn:aws:iam::111122223333:policy/elsewhere",)  # a policy that no template shows


def git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=0")
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, actions: tuple[str, ...] | None) -> None:
    """Commit the lock of an app whose one role may do that; None commits no lock."""
    if actions is not None:
        inline = [{"PolicyName": "P", "PolicyDocument": document(*actions)}]
        managed = list(actions) if actions is ELSEWHERE else []
        one = role(ManagedPolicyArns=managed) if managed else role(Policies=inline)
        template = {"Resources": {"Role": one}}
        assembly = write_assembly(folder / "cdk.out", {"S": template})
        (folder / "access.lock").write_text(lock_file.text_of(read(assembly).snapshot))
    git(folder, "add", "--all", "--", ":!cdk.out")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Change")


def merged(folder: Path, base: tuple[str, ...] | None, head: tuple[str, ...]) -> Path:
    """Make what a pull request's checkout is: the merge of its head into its base."""
    git(folder, "init", "--quiet", "--initial-branch", "main")
    (folder / ".gitignore").write_text(".venv\n")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    commit(folder, base)
    git(folder, "switch", "--quiet", "--create", "change")
    commit(folder, head)
    git(folder, "switch", "--quiet", "main")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Meanwhile")
    git(folder, "merge", "--quiet", "--no-ff", "change")
    return folder


def run(folder: Path, step: dict[str, Any], *, approved: bool = False) -> tuple[int, str, str]:
    """Run a step as a runner does; return its exit code, what it prints, and the summary."""
    summary = folder / "summary.md"
    environment = os.environ | {
        "APPROVED": str(approved).lower(),
        "GITHUB_STEP_SUMMARY": str(summary),
        "RUNNER_TEMP": str(folder),
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-c", step["run"]]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, summary.read_text() if summary.exists() else ""


CURRENT, COMPARED = STEPS.values()
CASES = {
    "wider": (READ, WRITE, False, 1, "::error::somebody may do more", "### Access: 1 wider"),
    "wider, approved": (READ, WRITE, True, 0, "::notice::", "### Access: 1 wider"),
    "Unknown": (READ, ELSEWHERE, False, 3, "::error::it cannot be told", "**Unknown**"),
    "Unknown, approved": (READ, ELSEWHERE, True, 0, "::notice::", "**Unknown**"),
    "narrower": (WRITE, READ, False, 0, "", "### Access: 1 narrower"),
    "the same": (READ, READ, False, 0, "", "### Access: nobody may do more or less"),
    "the first lock": (None, READ, False, 1, "::error::", "the base has no access.lock"),
    "the first lock, approved": (None, READ, True, 0, "::notice::", "the base has no access.lock"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_pull_request_passes_unless_somebody_may_do_more(case: str, tmp_path: Path) -> None:
    base, head, approved, expected, printed, told = CASES[case]
    folder = merged(tmp_path, base, head)
    assert run(folder, CURRENT)[0] == 0
    code, output, summary = run(folder, COMPARED, approved=approved)
    assert code == expected, output
    assert output.startswith(printed)
    assert bool(output) == bool(printed)
    assert told in summary
    assert "```mermaid" in summary


def test_a_stale_lock_does_not_pass(tmp_path: Path) -> None:
    folder = merged(tmp_path, READ, READ)
    policy = {"PolicyName": "P", "PolicyDocument": document(*WRITE)}
    write_assembly(folder / "cdk.out", {"S": {"Resources": {"Role": role(Policies=[policy])}}})
    assert run(folder, CURRENT)[0] == 1


def test_a_spoiled_lock_of_the_base_does_not_pass_even_approved(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "access.lock").write_text("<<<<<<< HEAD\n")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    git(tmp_path, "add", "access.lock")
    git(tmp_path, "commit", "--quiet", "--message", "Spoil")
    commit(tmp_path, READ)
    code, output, _ = run(tmp_path, COMPARED, approved=True)
    assert (code, output) == (2, "::error::the locks cannot be compared\n")


def test_only_the_run_that_the_label_starts_is_approved() -> None:
    assert COMPARED["env"] == {
        "APPROVED": "${{ github.event.action == 'labeled' && "
        "github.event.label.name == 'access-approved' }}"
    }
    # a job that is skipped counts as passed, so no event may skip this one
    assert "if" not in JOB
    assert not any("if" in step for step in JOB["steps"])


def test_it_reads_the_repository_and_nothing_else() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOB["permissions"] == {"contents": "read"}
    assert list(WORKFLOW[True]) == ["pull_request"]  # YAML 1.1 reads `on` as true
    text = (ROOT / ".github" / "workflows" / "access.yml").read_text()
    assert "secrets." not in text
    assert not any("${{" in step.get("run", "") for step in JOB["steps"])
