"""The action for other repositories: the workflow of the guide, and the hooks of pre-commit, as they are."""

import re
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.checkout import ROOT
from support.pull_requests import READ, WRITE, Repository, may
from support.workflow_runs import Run

GUIDE = (ROOT / "docs" / "guides" / "access-review.md").read_text()
[TEXT] = re.findall(r"```yaml\n(name: Access\n.*?)```", GUIDE, re.DOTALL)
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
SYNTHESIZE, ACCESS = WORKFLOW["jobs"].values()
INSTALLED = {"whomay": str(ROOT / ".venv" / "bin" / "whomay")}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def job(**inputs: str) -> dict[str, Any]:
    """Return the second job with the action of this checkout, and other inputs."""
    *steps, action = ACCESS["steps"]
    assert action["uses"] == "OWNER/whomay@COMMIT"
    return deepcopy({**ACCESS, "steps": [*steps, {"uses": "./", "with": inputs}]})


def run_of(repository: Repository, template: dict[str, Any], **inputs: str) -> Run:
    run = repository.new_run()
    run.upload(template)
    run.job("access", job(**INSTALLED, **inputs))
    return run


def test_the_workflow_of_the_guide_is_clean_and_in_two_jobs(tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "access.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(TEXT)
    lint = [str(ROOT / ".venv" / "bin" / "actionlint"), str(workflow)]
    assert subprocess.run(lint, check=False).returncode == 0
    assert WORKFLOW["permissions"] == {}
    assert ACCESS["if"] == "always()"
    assert "edited" in WORKFLOW[True]["pull_request"]["types"]
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert ACCESS["steps"][-1]["with"].keys() <= action["inputs"].keys()


def test_the_first_pull_request_is_approved_as_a_whole(repository: Repository) -> None:
    repository.start(None)
    repository.propose(may(*READ))
    run = run_of(repository, may(*READ))
    assert (run.code, "all of it is new" in run.summary) == (1, True)
    assert run.decided_again(run.values["steps.compare.outputs.approval"]) == 0


def test_without_the_base_it_stops_and_writes_nothing(repository: Repository) -> None:
    repository.start(may(*READ))
    repository.propose(may(*WRITE))
    run = repository.new_run()
    run.upload(may(*WRITE))
    ends = job(**INSTALLED)
    ends["steps"][0]["with"].pop("fetch-depth")
    assert run.job("access", ends) == 2
    assert re.fullmatch(r"::error::no merge of a pull request .*fetch-depth: 2\n", run.log)
    assert run.summary == ""


def test_findings_are_uploaded_where_that_is_asked(repository: Repository) -> None:
    repository.start(may(*READ))
    repository.propose(may(*READ))
    run = run_of(repository, may(*READ), sarif="true")
    assert (run.code, run.noted) == (0, ["github/codeql-action/upload-sarif"])
    sarif = run.folder / "access" / "temp" / "access" / "access.sarif"
    assert yaml.safe_load(sarif.read_text())["version"] == "2.1.0"


def test_whomay_comes_from_the_base_and_no_file_of_the_pull_request_is_run(
    repository: Repository,
) -> None:
    repository.start(may(*READ), {"whomay.txt": "# pinned in the base\n"})
    stops = "raise SystemExit('run')\n"
    repository.propose(
        may(*WRITE),
        {"whomay.txt": "evil==1\n", "venv.py": stops, "ensurepip.py": stops, "pip.py": stops},
    )
    run = repository.new_run()
    run.upload(may(*WRITE))
    run.job("access", job(requirements="whomay.txt"))
    assert "evil" not in run.log
    assert "run" not in run.log.split()
    assert (run.folder / "access" / "temp" / "whomay" / "bin" / "pip").exists()


def test_the_hooks_fail_for_a_stale_lock(repository: Repository) -> None:
    repository.start(may(*READ))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    entries = {hook["id"]: hook["entry"].split() for hook in hooks}
    assert {hook["language"] for hook in hooks} == {"system"}

    def code(name: str) -> int:
        command = [INSTALLED["whomay"], *entries[name][1:]]
        done = subprocess.run(command, cwd=repository.folder, capture_output=True, check=False)
        return done.returncode

    assert code("access-lock") == 0
    (repository.folder / "access.lock").write_text("version: 1\n")
    assert code("access-lock") == 1
    assert code("access-check") == 0
