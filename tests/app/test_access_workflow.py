"""The gate of pull requests: its own steps, run on the pull requests of a small repository."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from support.assemblies import role
from support.checkout import ROOT
from support.pull_requests import MAKEFILE, READ, WRITE, Repository, may
from support.workflow_runs import workflow

WORKFLOW = workflow("access.yml")
SYNTHESIZE, ACCESS = WORKFLOW["jobs"].values()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
ELSEWHERE = {"Resources": {"Role": role(ManagedPolicyArns=["arn:aws:iam::111122223333:policy/x"])}}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def approval(summary: str) -> str:
    [label] = set(re.findall(r"`(access-approved-[0-9a-f]{32})`", summary))
    return str(label)


CASES = {
    "wider": (may(*READ), may(*WRITE), 1, "somebody may do more", ": 1 wider"),
    "Unknown": (may(*READ), ELSEWHERE, 3, "it cannot be told", "**Unknown**"),
    "narrower": (may(*WRITE), may(*READ), 0, "", ": 1 narrower"),
    "the same": (may(*READ), may(*READ), 0, "", ": nobody may do more or less"),
    "the first lock": (None, may(*READ), 1, "somebody may do more", "all of it is new"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_pull_request_passes_unless_somebody_may_do_more_or_has_approved_it(
    case: str, repository: Repository
) -> None:
    base, head, expected, printed, told = CASES[case]
    repository.start(base)
    repository.propose(head)
    first = repository.compared(head)
    assert (first.code, printed in first.log) == (expected, True), first.log
    assert told in first.summary
    assert "```mermaid" in first.summary
    assert f"### Access: `{repository.head[:12]}` into `main` at `" in first.summary
    if expected:
        assert first.decided_again("access-approved", "wontfix") == expected
        assert first.decided_again("wontfix", approval(first.summary)) == 0
        assert "::notice::approved" in first.log
    else:
        assert "access-approved" not in first.summary


def test_both_jobs_together_stop_what_is_wider(repository: Repository) -> None:
    repository.start(may(*READ))
    repository.propose(may(*WRITE))
    assert repository.reviewed().code == 1


def test_a_push_after_the_summary_asks_again_whatever_label_comes(repository: Repository) -> None:
    repository.start(may(*READ))
    repository.propose(may(*WRITE))
    looked_at = approval(repository.compared(may(*WRITE)).summary)
    repository.propose(may(*WRITE), {"README.md": "The same access, another commit."})
    assert repository.compared(may(*WRITE), looked_at, "access-approved").code == 1


def test_another_base_asks_again(repository: Repository) -> None:
    repository.start(may(*READ))
    repository.propose(may(*WRITE))
    looked_at = approval(repository.compared(may(*WRITE)).summary)
    narrow = Repository(repository.folder.parent / "narrow")
    narrow.start(may("s3:ListBucket"))
    narrow.propose(may(*WRITE))
    narrow.head = repository.head  # the same commit, retargeted
    assert narrow.compared(may(*WRITE), looked_at).code == 1
    assert WORKFLOW[True]["pull_request"]["branches"] == ["main"]
    assert {"edited", "synchronize"} <= {*WORKFLOW[True]["pull_request"]["types"]}


def test_a_base_that_became_narrower_meanwhile_is_what_counts(repository: Repository) -> None:
    repository.start(may(*WRITE))
    repository.commit(may(*READ), {})
    repository.propose(may(*WRITE))
    assert repository.compared(may(*WRITE)).code == 1


def test_a_lock_that_the_templates_do_not_say_does_not_pass(repository: Repository) -> None:
    repository.start(may(*READ))
    repository.propose(may(*WRITE))  # the lock of this, and the templates of that
    stale = repository.compared(may(*READ))
    assert (stale.code, "the lock is not what the templates say" in stale.log) == (1, True)
    assert "is not what its templates say" in stale.summary


@pytest.mark.parametrize("side", ["base", "head"])
def test_a_lock_that_cannot_be_read_or_is_a_link_does_not_pass_even_approved(
    side: str, repository: Repository
) -> None:
    repository.start(may(*READ), {"access.lock": "<<<<<<< HEAD\n"} if side == "base" else {})
    repository.propose(may(*READ))
    if side == "head":
        (repository.folder / "real.lock").write_text(
            (repository.folder / "access.lock").read_text()
        )
        (repository.folder / "access.lock").unlink()
        (repository.folder / "access.lock").symlink_to("real.lock")
        repository.propose(may(*READ), locked=False)
    run = repository.compared(may(*READ), "access-approved")
    assert run.code == 2


def test_code_of_the_pull_request_that_rewrites_the_command_decides_nothing(
    repository: Repository,
) -> None:
    """Twelve lines in stacks/ that replaced the installed whomay passed once."""
    hostile = (
        "import os, pathlib\n"
        "tool = pathlib.Path('.venv/bin/whomay')\n"
        "tool.write_text('#!/bin/sh\\nexit 0\\n')\n"
        "pathlib.Path('access.lock').write_text('version: 1\\n')\n"
    )
    repository.start(may(*READ))
    repository.propose(may(*WRITE), before=hostile)
    assert repository.reviewed().code == 1


def test_files_of_the_pull_request_are_not_what_the_second_job_runs(
    repository: Repository,
) -> None:
    fooled = MAKEFILE.replace(f"exec {ROOT}/.venv/bin/whomay", "exit 0 #")
    passing = "runs:\n  using: composite\n  steps: []\ninputs: {}\n"
    repository.start(may(*READ))
    repository.propose(
        may(*WRITE),
        {
            "Makefile": fooled,
            "action.yml": passing,
            "venv.py": "raise SystemExit",
            "access-contract.yaml": "no contract",
        },
    )
    assert repository.reviewed().code == 1


def test_a_synth_that_fails_is_no_skipped_check(repository: Repository) -> None:
    """A job that is skipped since the one before it failed counts as passed."""
    repository.start(may(*READ))
    repository.propose(may(*WRITE), before="raise SystemExit(1)\n")
    run = repository.reviewed()
    assert (run.code, "Synthesize has ended with failure" in run.log) == (2, True)
    assert ACCESS["if"] == "always()"
    assert not any("continue-on-error" in step for step in (*ACCESS["steps"], ACCESS))


def test_an_assembly_that_is_none_does_not_pass_even_approved(repository: Repository) -> None:
    repository.start(may(*READ))
    repository.propose(may(*READ), before="open('template.json', 'w').write('[1]')\n")
    run = repository.reviewed("access-approved")
    assert (run.code, "The assembly cannot be read" in run.summary) == (2, True)


def test_names_of_a_template_give_the_runner_no_commands(repository: Repository) -> None:
    name = "x\n::set-output name=code::0\n##[set-output name=code]0"
    hostile = {"Resources": {**may(*WRITE)["Resources"], "N": {"Type": f"AWS::Macro::{name}"}}}
    repository.start(may(*READ))
    repository.propose(hostile)
    run = repository.compared(hostile)
    assert run.code in (1, 3)
    assert "set-output" not in run.log
    assert not re.search(r"^(?:::|##\[)set-output", run.summary, re.MULTILINE)


def test_what_is_deployed_is_what_was_compared(repository: Repository) -> None:
    """An app that reads GITHUB_JOB shows one face to the pull request, another to the deployment."""
    two_faced = (
        "import json, os\n"
        f"wide = {json.dumps(may('*'))!r}\n"
        "if os.environ['GITHUB_JOB'] in ('gate', 'deploy'): open('template.json', 'w').write(wide)\n"
    )
    repository.start(may(*READ))
    repository.propose(may(*READ), before=two_faced)
    assert repository.reviewed().code == 0  # nothing of it shows
    jobs = workflow("deploy.yml")["jobs"]
    run = repository.new_run()
    assert run.job("gate", jobs["gate"]) != 0
    lying = repository.new_run()  # even where the app fools the command that runs beside it
    lying.artifacts["cdk.out"] = lying.folder / "cdk.out"
    wide = Repository(repository.folder.parent / "wide")
    wide.start(may("*"))
    lying.artifacts["cdk.out"] = wide.folder / "cdk.out"
    lying.values |= {
        "vars.DEPLOY_ROLE_ARN": "arn",
        "vars.AWS_REGION": "eu-west-1",
        "github.run_id": "1",
    }
    assert lying.job("deploy", jobs["deploy"]) == 1
    assert lying.noted == []  # it had no credentials yet


def test_neither_job_has_more_than_it_needs() -> None:
    assert WORKFLOW["permissions"] == {}
    assert SYNTHESIZE["permissions"] == {}
    assert ACCESS["permissions"] == {"contents": "read"}
    assert [*WORKFLOW[True]] == ["pull_request"]  # YAML 1.1 reads `on` as true
    for text in (
        (ROOT / ".github/workflows/access.yml").read_text(),
        (ROOT / "action.yml").read_text(),
    ):
        assert "secrets." not in text
    steps = [*SYNTHESIZE["steps"], *ACCESS["steps"], *ACTION["runs"]["steps"]]
    assert not any("${{" in step.get("run", "") for step in steps)
    assert not any("continue-on-error" in step for step in steps)


def test_each_path_of_the_repository_is_owned_or_decides_nothing() -> None:
    decides_nothing = {
        ".pre-commit-config.yaml",
        "benchmarks",
        "zensical.toml",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "docs",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "tests",
    }
    owned = {
        line.split()[0].strip("/")
        for line in (ROOT / ".github" / "CODEOWNERS").read_text().splitlines()
        if line.startswith("/")
    }
    there = {
        name.split("/")[0]
        for name in subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    }
    assert there - owned == decides_nothing & there
    guide = (ROOT / "docs" / "guides" / "access-review.md").read_text()
    assert [path for path in owned if f"`{path}" not in guide] == []
