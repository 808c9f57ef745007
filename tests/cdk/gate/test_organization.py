"""The organization file of the context: what is above the accounts counts at synth."""

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, Validations
from aws_cdk import aws_iam as iam
from support.organization_file import FULL, denying, organization_file

from whomay.cdk.contract import AccessContract
from whomay.cdk.gate.contract_checks import AccessContractChecks


def synthesized(folder: Path, organization: object) -> str:
    """Return what is wrong with an app whose role must be allowed to list buckets."""
    app = App(outdir=str(folder / "cdk.out"), context={"organization": organization})
    Validations.of(app).add_plugins(AccessContractChecks())
    stack = Stack(app, "S", env=Environment(account="111122223333", region="eu-west-1"))
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["s3:ListAllMyBuckets"], resources=["*"]))
    AccessContract.of(stack).must_allow(role, "s3:ListAllMyBuckets", "*")
    try:
        app.synth()
    except RuntimeError:
        return (folder / "cdk.out" / "validation-report.json").read_text()
    return ""


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ({}, ""),
        ({"scps": [FULL, denying("s3:List*")]}, "denied by scp: statement 0 of organization.json"),
        (
            {"rcps": [denying("s3:*", Principal="*")]},
            "denied by rcp: statement 0 of organization.j",
        ),
        ({"scp": []}, "organization.json:10: 'scp' is not a key here; nearest is 'scps'"),
    ],
)
def test_a_synth_is_checked_under_it(tmp_path: Path, unit: dict[str, Any], said: str) -> None:
    found = synthesized(tmp_path, str(organization_file(tmp_path, **unit)))
    assert bool(found) is bool(said)
    assert said in found


def test_a_file_that_is_not_there_stops_the_synth(tmp_path: Path) -> None:
    found = synthesized(tmp_path, str(tmp_path / "nowhere.yaml"))
    assert "nowhere.yaml: there is no such file" in found
