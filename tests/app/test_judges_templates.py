"""Two outside judges of the templates: cfn-lint, and the rules that CDK brings along."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from support.checkout import CONTEXT, ROOT

from stacks.ec2_role import Ec2RoleStack
from stacks.user_assume_role import UserAssumeRoleStack
from whomay.cdk import GateError, synth

PAGE = ROOT / "docs" / "reference" / "outside-judges.md"
TEMPLATES = ("Ec2Role", "UserAssumeRole")


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both stacks, synthesized with all checks."""
    folder = tmp_path_factory.mktemp("assembly")
    app = App(context=CONTEXT, outdir=str(folder))
    Ec2RoleStack(app, "Ec2Role")
    UserAssumeRoleStack(app, "UserAssumeRole")
    synth(app)
    return folder


def lint(*templates: Path) -> list[dict[str, str]]:
    """What cfn-lint finds, errors and warnings."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("cfn-lint")),
            "--format",
            "json",
            "--",
            *map(str, templates),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return [
        {
            "template": Path(found["Filename"]).name.removesuffix(".template.json"),
            "rule": found["Rule"]["Id"],
            "message": found["Message"],
        }
        for found in json.loads(done.stdout)
    ]


def test_cfn_lint_finds_what_the_page_explains_and_nothing_else(assembly: Path) -> None:
    found = lint(*(assembly / f"{name}.template.json" for name in TEMPLATES))
    rows = {f"| cfn-lint | {one['rule']} | {one['template']} |" for one in found}
    page = PAGE.read_text().splitlines()
    assert rows == {line for line in page if line.startswith("| cfn-lint |")}


def test_cfn_lint_finds_a_planted_error(tmp_path: Path) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}}
    template = tmp_path / "Planted.template.json"
    template.write_text(json.dumps({"Resources": {"Role": role}}))
    assert [one["rule"] for one in lint(template)] == ["E3003"]


def test_cdks_own_validation_stops_the_synth_at_a_planted_error(app: App, stack: Stack) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Permit", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b"}],
    }
    iam.CfnManagedPolicy(stack, "Planted", policy_document=document)
    with pytest.raises(GateError, match=r"Stack/Planted: CloudFormation Validate::E3510: .*Permit"):
        synth(app)
