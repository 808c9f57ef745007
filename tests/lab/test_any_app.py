"""Any app in the lab: a team's own project, its stacks by name, and what the lab says of them."""

from pathlib import Path

import pytest
from support.running_lab import Record

from whomay.lab import deployed
from whomay.lab.any_app import deploy_app
from whomay.lab.errors import LabError
from whomay.lab.session import LabSession

APP = """\
import json, os, pathlib
folder = pathlib.Path(os.environ["CDK_OUTDIR"])
topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}}}
stacks = {}
places = {"Rest": "aws://222222222222/eu-west-1"}
for name, needs in {"Orders": [], "Bills": ["Orders"], "Rest": []}.items():
    (folder / f"{name}.template.json").write_text(json.dumps(topic))
    stacks[name] = {
        "type": "aws:cloudformation:stack",
        "environment": places.get(name, "aws://ACCOUNT/unknown-region"),
        "dependencies": needs,
        "properties": {"templateFile": f"{name}.template.json"},
    }
(folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": stacks}))
"""


def team(folder: Path, account: str) -> Path:
    """Write the project of a team, which is not this repository's."""
    (folder / "app.py").write_text(APP.replace("ACCOUNT", account))
    (folder / "cdk.json").write_text('{"app": "python app.py"}')
    return folder


def test_a_teams_stack_comes_with_those_that_it_needs_and_the_lab_lists_them(
    beside: LabSession, tmp_path: Path
) -> None:
    made = deploy_app(beside, team(tmp_path, "unknown-account"), ["Bills"])

    found = {stack.name: stack for stack in deployed.stacks(beside.lab)}
    assert set(made) == {"Orders", "Bills"}
    assert (found["Bills"].status, found["Bills"].account) == ("CREATE_COMPLETE", "111111111111")
    assert "Rest" not in found
    assert len(found["Ec2Role"].instances) == 1
    assert isinstance(beside.journal, Record)
    bootstraps = [text for _, text in beside.journal.commands if text.startswith("cdk bootstrap")]
    assert bootstraps == ["cdk bootstrap aws://111111111111/us-east-1"]  # and not where Rest goes


def test_a_stack_for_an_account_of_elsewhere_is_not_deployed(
    beside: LabSession, tmp_path: Path
) -> None:
    with pytest.raises(LabError, match="for account 123456789012, which is not the lab's; allowed"):
        deploy_app(beside, team(tmp_path, "123456789012"), [])
