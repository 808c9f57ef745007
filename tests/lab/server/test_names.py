"""Names that CloudFormation makes up differ from lab to lab: the CLI keeps sessions by a role's ARN."""

import json
from pathlib import Path

from support.assemblies import role

from whomay.lab import lifecycle
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace
from whomay.testing import LabAccount

ROLE = {"Resources": {"Role": role()}, "Outputs": {"Name": {"Value": {"Ref": "Role"}}}}


def made_in(lab: Lab, folder: Path) -> str:
    (folder / "S.json").write_text(json.dumps(ROLE))
    return LabAccount.open(lab, Workspace(folder)).deploy(folder / "S.json")["S"]["Name"]


def test_a_role_has_another_name_in_each_account_and_in_each_lab(lab: Lab, tmp_path: Path) -> None:
    names = [made_in(lab, tmp_path), made_in(lab, tmp_path)]
    second = lifecycle.start(tmp_path / "second")
    names.append(made_in(second, tmp_path))
    lifecycle.stop(tmp_path / "second")

    assert len(set(names)) == 3
    assert {name[: -len("0123456789ABC")] for name in names} == {"S-Role-"}


def test_an_update_keeps_the_name(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "S.json").write_text(json.dumps(ROLE))
    account = LabAccount.open(lab, Workspace(tmp_path))
    before = account.deploy(tmp_path / "S.json")["S"]["Name"]

    formation = account.client("cloudformation")
    formation.update_stack(
        StackName="S",
        TemplateBody=json.dumps({**ROLE, "Description": "again"}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    formation.get_waiter("stack_update_complete").wait(StackName="S", WaiterConfig={"Delay": 1})

    [after] = formation.describe_stacks(StackName="S")["Stacks"][0]["Outputs"]
    assert after["OutputValue"] == before
