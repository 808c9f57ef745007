"""The server is killed at five moments within a deploy: told at once, and nothing is left."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError
from support.aws import root
from support.commands import LEFT, deploys, is_open, processes_of, running

from whomay.lab import state
from whomay.lab.deploy import AUDIT, BY_ADMIN, STACKS, USER_ASSUME_ROLE
from whomay.lab.session import LabSession
from whomay.lab.state import Lab

HOLDS_UP = {
    "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
    "Wait": {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "300"},
    },
}
OTHERS = sorted({*BY_ADMIN} - {USER_ASSUME_ROLE, AUDIT})  # the trail waits for all buckets
Seen = Callable[[dict[str, str]], bool]
# From the first change set to the last stack that is waited for.
MOMENTS: dict[str, Seen] = {
    "the bootstrap begins": lambda stacks: "CDKToolkit" in stacks,
    "the change sets come": lambda stacks: not stacks.keys().isdisjoint(STACKS),
    "a stack is half made": lambda stacks: stacks.get(USER_ASSUME_ROLE) == "CREATE_IN_PROGRESS",
    "another is complete": lambda stacks: "CREATE_COMPLETE" in map(stacks.get, OTHERS),
    "the last is waited for": lambda stacks: all(
        stacks.get(other) == "CREATE_COMPLETE" for other in OTHERS
    ),
}


def app_of(folder: Path, assembly: Path) -> Path:
    """Make an app whose synth is this assembly."""
    folder.mkdir()
    command = f"cp -R '{assembly}/.' \"$CDK_OUTDIR\""
    (folder / "cdk.json").write_text(json.dumps({"app": command, "notices": False}))
    return folder


@pytest.fixture(scope="module")
def held_up(deployed_lab: LabSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both projects, the second one with a resource that holds its stack up half-way."""
    place = tmp_path_factory.mktemp("held-up")
    shutil.copytree(deployed_lab.workspace.assembly, place / "cdk.out")
    template = place / "cdk.out" / f"{USER_ASSUME_ROLE}.template.json"
    found = json.loads(template.read_text())
    found["Resources"] |= HOLDS_UP
    template.write_text(json.dumps(found))
    return app_of(place / "app", place / "cdk.out")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all of them: each run is also the one after a kill."""
    return tmp_path_factory.mktemp("killed") / "lab"


def wait_for(seen: Seen, lab: Lab) -> None:
    client = root(lab).client("cloudformation", plain=True)
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            listed = client.describe_stacks()["Stacks"]
        except BotoCoreError:
            continue
        stacks = {stack["StackName"]: stack["StackStatus"] for stack in listed}
        if seen(stacks):
            return
        time.sleep(0.01)
    raise AssertionError("the moment never came")


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_run_ends_and_names_signal_and_log(held_up: Path, folder: Path, moment: str) -> None:
    arguments = ("demo", "--app", str(held_up), "--state", str(folder))
    with running(*arguments, cwd=held_up, until="cdk bootstrap") as demo:
        lab = state.read(folder)
        assert lab is not None
        wait_for(MOMENTS[moment], lab)
        assert demo.poll() is None
        os.kill(lab.pid, signal.SIGKILL)
        _, said = demo.communicate(timeout=60)

    assert demo.returncode == 1
    assert said.startswith("whomay demo: the lab's server was ended by signal 9 (SIGKILL)")
    assert "log" in said.splitlines()[0]
    assert said.splitlines()[-1] == "Start it again: whomay lab start"
    assert len(said.splitlines()) < 20
    assert processes_of(folder) == []
    assert not [url for url in (lab.endpoint, lab.plain, lab.imds) if is_open(url)]
    assert sorted(file.name for file in folder.iterdir()) == LEFT


def test_the_run_after_them_all_deploys(
    deployed_lab: LabSession, folder: Path, tmp_path: Path
) -> None:
    app = app_of(tmp_path / "app", deployed_lab.workspace.assembly)
    deploys(folder, app)
