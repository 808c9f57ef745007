"""Synth and deploy by the real CDK CLI: what fails says so, and the rest stays as it was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from whomay.lab import deploy
from whomay.lab.errors import CommandFailedError, LabError
from whomay.lab.session import Session


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "cdk.json").write_text('{"app": "python app.py", "notices": false}')
    return tmp_path / "app"


def test_an_app_that_fails_says_why(beside: Session, app: Path) -> None:
    (app / "app.py").write_text("raise SystemExit('the external id is lost')")

    with pytest.raises(CommandFailedError, match="the external id is lost") as error:
        deploy.synth(beside, app)
    assert len(str(error.value).splitlines()) < 20


def test_outputs_of_stacks_that_are_not_deployed_are_asked_for_in_vain(beside: Session) -> None:
    beside.workspace.write("outputs/Ec2Role.json", {"Ec2Role": {}})

    with pytest.raises(LabError) as error:
        deploy.outputs(beside)
    assert str(error.value) == (
        "not deployed in this lab: UserAssumeRole, UserAssumeRoleMfa. Deploy first: whomay lab deploy"
    )


def test_the_app_is_found_from_a_folder_below_it(app: Path) -> None:
    (app / "deep" / "down").mkdir(parents=True)

    assert deploy.find_app(app / "deep" / "down") == app


def test_without_an_app_the_message_says_what_to_do() -> None:
    with pytest.raises(LabError, match=r"no cdk.json in / or above it: go to the checkout"):
        deploy.find_app(Path("/"))


def test_the_assembly_of_the_lab_is_what_the_app_synthesizes_by_itself(
    deployed_lab: Session, checkout: Path, tmp_path: Path
) -> None:
    """The lab deploys the app's own templates; its one addition is the stack with MFA."""
    cdk = Path(sys.executable).with_name("cdk")
    argv = [str(cdk), "synth", "--quiet", "--output", str(tmp_path / "cdk.out")]
    subprocess.run(argv, cwd=checkout, check=True, capture_output=True)
    templates = sorted(path.name for path in (tmp_path / "cdk.out").glob("*.template.json"))

    assert templates
    for name in templates:
        own = json.loads((tmp_path / "cdk.out" / name).read_text())
        assert json.loads((deployed_lab.workspace.assembly / name).read_text()) == own
