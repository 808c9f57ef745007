"""What the section of accounts makes of the app: its stacks, or one message."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.accounts_section import WHOLE, changed
from support.checkout import CONTEXT, ROOT


def run_app(folder: Path, accounts: Any) -> subprocess.CompletedProcess[str]:
    """Run app.py with a section `accounts` in its context, as the CDK CLI would."""
    context = CONTEXT | ({} if accounts is None else {"accounts": accounts})
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={
            **os.environ,
            "CDK_CONTEXT_JSON": json.dumps(context),
            "CDK_OUTDIR": str(folder / "out"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def stacks(folder: Path) -> list[str]:
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    return sorted(
        name
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    )


def test_a_mistake_in_the_context_ends_with_exit_code_two_and_synthesizes_nothing(
    tmp_path: Path,
) -> None:
    done = run_app(tmp_path, changed("spokes.development.id", 1.11e11))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "accounts.spokes.development.id: got int 111000000000; allowed is an" in done.stderr
    assert not [*(tmp_path / "out").iterdir()]


def test_nothing_configured_means_the_two_projects_alone(tmp_path: Path) -> None:
    done = run_app(tmp_path, None)
    assert (done.returncode, done.stderr) == (0, "")
    assert stacks(tmp_path) == ["Ec2Role", "UserAssumeRole"]


def test_accounts_add_a_hub_and_the_pipelines_roles_and_a_stack_for_each_spoke(
    tmp_path: Path,
) -> None:
    section = changed("organization.organizational_units", [])
    done = run_app(tmp_path, section)
    assert (done.returncode, done.stderr) == (0, "")
    assert stacks(tmp_path) == [
        "Delivery",
        "Ec2Role",
        "Hub",
        "Spoke-development",
        "Spoke-production",
        "UserAssumeRole",
    ]


def test_organizational_units_put_one_rollout_in_place_of_the_spokes(tmp_path: Path) -> None:
    done = run_app(tmp_path, WHOLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert stacks(tmp_path) == ["Delivery", "Ec2Role", "Hub", "Rollout", "UserAssumeRole"]


def test_the_pipeline_may_deploy_the_audit_and_leaves_a_provider_that_exists(
    tmp_path: Path,
) -> None:
    section = changed("organization.organizational_units", [])
    section["github"]["provider_exists"] = True
    section["hub"]["region"] = "eu-central-1"
    context = CONTEXT | {"accounts": section, "audit": {"regions": ["us-east-2"]}}
    environment = {"CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(tmp_path / "out")}
    run = [sys.executable, "app.py"]
    subprocess.run(run, cwd=ROOT, env={**os.environ, **environment}, check=True)

    text = (tmp_path / "out" / "Delivery.template.json").read_text()
    hub = section["hub"]["id"]
    for region in ("eu-central-1", "us-east-1", "us-east-2"):
        assert f"cdk-hnb659fds-deploy-role-{hub}-{region}" in text
    assert "AWS::IAM::OIDCProvider" not in text


def test_an_audit_in_another_partition_is_refused_at_synth(tmp_path: Path) -> None:
    section = changed("organization.organizational_units", [])
    for place in (section["hub"], *section["spokes"].values()):
        place["region"] = "cn-north-1"
    context = CONTEXT | {"accounts": section, "audit": {}}
    environment = {"CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(tmp_path / "out")}
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "audit: got 'an app in aws-cn'; allowed is an app in the partition aws" in done.stderr
