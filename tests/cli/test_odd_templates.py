"""No command ends in a traceback, whatever a template holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.assemblies import role, write_assembly

from whomay.cli import main

LOOP = ["N", ["a"], {"R${N}": role()}]
INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/x.json"}}
ODD: dict[str, dict[str, Any]] = {
    "a loop": {"Resources": {"Fn::ForEach::X": LOOP}},
    "a loop with its transform": {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {"Fn::ForEach::X": LOOP},
    },
    "a loop over nothing known": {
        "Transform": ["AWS::LanguageExtensions"],
        "Resources": {"Fn::ForEach::X": ["N", {"Ref": "P"}, {}]},
    },
    "a macro among the resources": {"Resources": {"Fn::Transform": INCLUDE}},
    "a macro among the outputs": {"Outputs": {"Fn::Transform": INCLUDE}},
    "a macro in a resource": {"Resources": {"R": {**role(), "Fn::Transform": INCLUDE}}},
    "a macro on top": {"Fn::Transform": INCLUDE, "Resources": {}},
    "loops in other sections": {
        "Transform": "AWS::LanguageExtensions",
        "Conditions": {"Fn::ForEach::C": ["N", ["a"], {"C${N}": {"Fn::Equals": ["a", "a"]}}]},
        "Outputs": {"Fn::ForEach::O": ["N", ["a"], {"O${N}": {"Value": {"Ref": "N"}}}]},
        "Resources": {"R": {**role(), "Condition": "Ca"}},
    },
    "a custom resource of nothing": {"Resources": {"C": {"Type": "Custom::X"}}},
    "a module": {"Resources": {"M": {"Type": "A::B::C::MODULE"}}},
}
ROLE = "arn:aws:iam::111122223333:role/R"
COMMANDS = [
    ["check", "."],
    ["who", "s3:GetObject", "arn:aws:s3:::b/k", "-a", "."],
    ["who", "*", "*", "-a", "."],
    ["lock", "-a", ".", "-f", "access.lock"],
    ["diff", ".", "."],
    ["report", "-a", ".", "-o", "report.html"],
]


@pytest.mark.parametrize("name", ODD)
def test_every_command_answers(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    template = {**ODD[name], "Resources": {"Role": role(), **ODD[name].get("Resources", {})}}
    monkeypatch.chdir(write_assembly(tmp_path, {"S": json.loads(json.dumps(template))}))
    for command in COMMANDS:
        result = CliRunner().invoke(main, command)
        assert result.exception is None or isinstance(result.exception, SystemExit), command
