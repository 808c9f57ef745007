"""What is found appears at its line in an editor and in a browser, through the CDK CLI's own servers."""

import runpy
from pathlib import Path

import pytest
from support.explorer import shown_in_the_explorer
from support.language_server import shown_in_the_editor

from whomay.cdk.gate.synth import GateError
from whomay.cli import lock_file
from whomay.engine import read

APP = """\
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from whomay.cdk import AccessContract, synth

from pathlib import Path

app = App(outdir=str(Path("cdk.out").absolute()))
stack = Stack(app, "S")
read = iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::data/*"])
cap = iam.ManagedPolicy(stack, "Cap", statements=[read])
role = iam.Role(stack, "R", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"), permissions_boundary=cap)
role.add_to_policy(iam.PolicyStatement(actions=["s3:{action}"], resources=["arn:aws:s3:::data/x"]))
AccessContract.of(stack).must_not_allow("S/R", "s3:Get*", "*")
synth(app)
"""


def test_the_contract_and_the_lock_are_shown_at_their_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cdk.json").write_text('{"app": "true"}')

    synthesize("GetObject")
    Path("access.lock").write_text(lock_file.text_of(read(Path("cdk.out")).snapshot))
    assert shown_in_the_editor(tmp_path) >= {
        ("app.py", 13, "AccessContract", "must_not_allow[s3:Get*]")
    }

    synthesize("*Object")
    locked = Path("access.lock").read_text().splitlines().index("  S/R:") + 1
    both = {
        ("access.lock", locked, "AccessLock", "capped[S/R]"),
        ("app.py", 13, "AccessContract", "must_not_allow[s3:Get*]"),
    }
    assert shown_in_the_editor(tmp_path) >= both
    assert shown_in_the_explorer(tmp_path) == both


def synthesize(action: str) -> None:
    Path("app.py").write_text(APP.replace("{action}", action))
    with pytest.raises(GateError):
        runpy.run_path("app.py")
