"""How changes reach an account: the workflow is linted, the pipeline stops on wider access alone."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.checkout import ROOT

from whomay.engine import Request, Verdict, decide, from_lock

PIPELINE = ROOT / "examples" / "pipeline"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), ROOT / "action.yml"]
LINTERS = (("actionlint",), ("zizmor", "--offline", "--quiet"))


def lint(linter: tuple[str, ...], workflow: Path) -> int:
    command = [str(Path(sys.executable).parent / linter[0]), *linter[1:], str(workflow)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


@pytest.mark.parametrize("linter", LINTERS, ids=lambda one: one[0])
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_clean(workflow: Path, linter: tuple[str, ...]) -> None:
    if (
        workflow.name != "action.yml" or linter[0] == "zizmor"
    ):  # actionlint reads it where it is used
        assert lint(linter, workflow) == 0


@pytest.mark.parametrize("linter", LINTERS, ids=lambda one: one[0])
def test_the_linters_see_a_script_made_of_what_a_stranger_wrote(
    tmp_path: Path, linter: tuple[str, ...]
) -> None:
    workflow = tmp_path / ".github" / "workflows" / "bad.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(
        "on: issues\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - run: echo ${{ github.event.issue.title }}\n"
    )
    assert lint(linter, workflow) != 0


def test_only_the_job_that_deploys_can_ask_for_a_token_and_it_waits_for_gate_and_approval() -> None:
    text = (ROOT / ".github" / "workflows" / "deploy.yml").read_text()
    gate, deploy = text.split("\n  deploy:\n")
    assert "id-token" not in gate
    assert "id-token: write" in deploy
    assert "needs: gate" in deploy
    assert "environment: production" in deploy
    # what the gate has made, checked again before there are credentials, deployed as it was made
    assert "cdk synth" not in deploy
    assert deploy.index("lock --check") < deploy.index("configure-aws-credentials")
    assert "--app cdk.out" in deploy


def test_the_source_of_the_pipeline_may_use_its_connection() -> None:
    """CDK allows the action's old prefix alone, which matches no ARN of the new one."""
    lock = yaml.safe_load((PIPELINE / "access.lock").read_text())
    [role] = [path for path in lock["principals"] if "/Source/acme_app/" in path]
    connection = re.search(r"arn:aws:codeconnections:[\w:/-]+", (PIPELINE / "app.py").read_text())
    assert connection
    asked = Request(role, "codeconnections:UseConnection", connection[0])
    assert decide(asked, from_lock(lock)).verdict is Verdict.ALLOWED


def test_every_action_is_pinned_to_a_commit() -> None:
    for workflow in WORKFLOWS:
        for used in re.findall(r"uses: (\S+)", workflow.read_text()):
            assert used == "./" or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", used), used


def synthesized(folder: Path, app: str) -> Path:
    """Synthesize the pipeline's app, or a changed text of it."""
    (folder / "app.py").write_text(app)
    (folder / "findings.json").write_text((PIPELINE / "findings.json").read_text())
    context = json.loads((PIPELINE / "cdk.json").read_text())["context"]
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=folder,
        env={
            **os.environ,
            "CDK_CONTEXT_JSON": json.dumps(context),
            "CDK_OUTDIR": str(folder / "cdk.out"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "cdk.out"


@pytest.mark.parametrize(
    ("access", "code", "said"),
    [
        ("BucketAccess.read_write(shared)", 0, "nobody may do more or less"),
        # The policy of the network's endpoint follows each access.
        ("BucketAccess.read(shared)", 0, "2 narrower"),
        ("BucketAccess.read_write(shared), BucketAccess.delete(shared)", 1, "2 wider"),
    ],
)
def test_the_pipeline_stops_on_wider_access_alone(
    tmp_path: Path, access: str, code: int, said: str
) -> None:
    app = (PIPELINE / "app.py").read_text().replace("BucketAccess.read_write(shared)", access)
    assembly = synthesized(tmp_path, app)
    whomay = str(Path(sys.executable).parent / "whomay")
    command = [whomay, "diff", str(PIPELINE / "access.lock"), str(assembly)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    summary = [line for line in done.stdout.splitlines() if not line.startswith("  not seen")][-1]
    assert (done.returncode, summary) == (code, said)


def test_the_comparison_runs_in_the_step_that_synthesizes(tmp_path: Path) -> None:
    assembly = synthesized(tmp_path, (PIPELINE / "app.py").read_text())
    template = json.loads((assembly / "Pipeline.template.json").read_text())
    [synth] = [
        json.loads(one["Properties"]["Source"]["BuildSpec"])
        for one in template["Resources"].values()
        if one["Type"] == "AWS::CodeBuild::Project" and "whomay diff" in json.dumps(one)
    ]
    assert synth["phases"]["build"]["commands"] == [
        "make .venv/.ready",
        "cd examples/pipeline",
        "../../.venv/bin/cdk synth --quiet",
        "../../.venv/bin/whomay diff access.lock cdk.out",
    ]


def test_the_findings_of_the_pipeline_are_those_that_the_guide_counts() -> None:
    findings = json.loads((PIPELINE / "findings.json").read_text())["findings"]
    count = sum(len(ids) for ids in findings.values())
    assert f"{count} findings" in (ROOT / "docs" / "guides" / "delivery.md").read_text()
