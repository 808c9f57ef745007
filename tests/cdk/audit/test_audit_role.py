"""The role of an audit reads policies and keeps its own contract; a wider one breaks it."""

from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam

from whomay.cdk import AuditRole, GateError, Trust, synth

AUDITOR = "arn:aws:iam::111122223333:role/Auditor"


def audited(folder: Path, *more: str) -> None:
    app = App(outdir=str(folder / "cdk.out"))
    stack = Stack(app, "Audit")
    role = AuditRole(stack, "Role", trusted=[Trust.role(AUDITOR)])
    for action in more:
        role.add_to_policy(iam.PolicyStatement(actions=[action], resources=["*"]))
    synth(app)


def test_the_role_keeps_its_contract(tmp_path: Path) -> None:
    audited(tmp_path)


@pytest.mark.parametrize("action", ["s3:GetObject", "iam:CreateUser"])
def test_a_role_that_may_do_more_breaks_it(action: str, tmp_path: Path) -> None:
    with pytest.raises(GateError, match="Role"):
        audited(tmp_path, action)
