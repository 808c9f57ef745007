"""Synth and deploy by the real CDK CLI: what fails says so, and the rest stays as it was."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from support.checkout import CONTEXT

from stacks.spoke import SpokeStack
from whomay.cdk import Accounts
from whomay.lab import deploy
from whomay.lab.accounts import DEV_ADMIN, PROD_ADMIN, as_administrator
from whomay.lab.context import CONTEXT as LAB_CONTEXT
from whomay.lab.errors import CommandFailedError, LabError
from whomay.lab.session import LabSession


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "cdk.json").write_text('{"app": "python app.py", "notices": false}')
    return tmp_path / "app"


def test_an_app_that_fails_says_why(beside: LabSession, app: Path) -> None:
    (app / "app.py").write_text("raise SystemExit('the external id is lost')")

    with pytest.raises(CommandFailedError, match="the external id is lost") as error:
        deploy.synth(beside, app)
    assert len(str(error.value).splitlines()) < 20


def test_outputs_of_stacks_that_are_not_deployed_are_asked_for_in_vain(beside: LabSession) -> None:
    beside.workspace.write("outputs/Ec2Role.json", {"Ec2Role": {}})

    with pytest.raises(LabError) as error:
        deploy.outputs(beside)
    assert str(error.value) == (
        "not deployed in this lab: UserAssumeRole, UserAssumeRoleMfa, Hub, Delivery, Audit, "
        "Spoke-dev, Spoke-prod. Deploy first: whomay lab deploy"
    )


def test_the_app_is_found_from_a_folder_below_it(app: Path) -> None:
    (app / "deep" / "down").mkdir(parents=True)

    assert deploy.find_app(app / "deep" / "down") == app


def test_without_an_app_the_message_says_what_to_do() -> None:
    with pytest.raises(LabError, match=r"no cdk.json in / or above it: go to the app's folder"):
        deploy.find_app(Path("/"))


def test_the_assembly_of_the_lab_is_what_the_app_synthesizes_by_itself(
    deployed_lab: LabSession, checkout: Path, tmp_path: Path
) -> None:
    """The lab deploys the app's own templates, and adds stacks, one of which reads bucket names."""
    cdk = Path(sys.executable).with_name("cdk")
    argv = [str(cdk), "synth", "--quiet", "--output", str(tmp_path / "cdk.out")]
    subprocess.run(argv, cwd=checkout, check=True, capture_output=True)
    templates = sorted(path.name for path in (tmp_path / "cdk.out").glob("*.template.json"))

    assert templates
    for name in templates:
        own = json.loads((tmp_path / "cdk.out" / name).read_text())
        deployed = json.loads((deployed_lab.workspace.assembly / name).read_text())
        outputs, more = own.pop("Outputs"), deployed.pop("Outputs")
        assert deployed == own
        assert outputs.items() <= more.items()


def test_a_spoke_that_fails_is_named_and_leaves_the_others_as_they_were(
    beside: LabSession, tmp_path: Path
) -> None:
    """Its roles have names of their own, and the account has them already."""
    accounts = Accounts.read(json.loads(LAB_CONTEXT["accounts"]))
    app = App(context=CONTEXT, outdir=str(tmp_path / "spokes"))
    SpokeStack(app, "Spoke-prod", accounts=accounts, account=accounts.spokes["prod"])
    SpokeStack(app, "Spoke-again", accounts=accounts, account=accounts.spokes["dev"])
    app.synth()

    def stack(name: str, who: str) -> list[Any]:
        query = ("--query", "Stacks[0].[StackStatus, LastUpdatedTime, Outputs]")
        argv = ("aws", "cloudformation", "describe-stacks", "--stack-name", name, *query)
        found: list[Any] = json.loads(
            beside.must(who, (*argv, "--output", "json"), as_administrator(beside, who))
        )
        return found

    before = stack("Spoke-dev", DEV_ADMIN), stack("Spoke-prod", PROD_ADMIN)

    with pytest.raises(CommandFailedError) as error:
        deploy.deploy(beside, "Spoke-prod", "Spoke-again", assembly=tmp_path / "spokes")

    said = str(error.value)
    assert said.startswith("the stack Spoke-again could not be deployed; other stacks are as they")
    assert "already exists" in said
    assert said.splitlines()[-1] == "Fix the cause, and run the command again."
    assert len(said.splitlines()) < 20
    assert stack("Spoke-dev", DEV_ADMIN) == before[0]
    status, _, outputs = stack("Spoke-prod", PROD_ADMIN)  # deployed beside the one that fails
    assert (status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), outputs) == (True, before[1][2])
    delete = ("aws", "cloudformation", "delete-stack", "--stack-name", "Spoke-again")
    beside.must(DEV_ADMIN, delete, as_administrator(beside, DEV_ADMIN))
