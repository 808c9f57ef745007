"""What the guides show of commands is what the commands say, on the app that the guides configure."""

import json
import os
import re
import runpy
import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from click.testing import CliRunner
from support.checkout import CONTEXT, ROOT

import whomay.cdk  # noqa: F401 - it takes CDK's own App, before a fixture puts another in its place
from whomay.cli import main

GUIDES = ROOT / "docs" / "guides"
UNITS = ["ou-ab12-11111111"]
GITHUB = {
    "owner": "acme",
    "repository": "app",
    "environment": "production",
    "owner_id": "123456",
    "repository_id": "456789",
}
PAGES = ("hub.md", "keys-and-mfa.md", "many-accounts.md", "profiles.md", "roll-out.md")
# What needs a deployment is captured from the lab, whose tests see to it.
DEPLOYED = re.compile(r"whomay (rotate-key|trail)|--outputs|whomay profiles$")


def captured(page: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a page, and what the page says that it prints."""
    for block in re.findall(r"```\n(\$ .*?)```", (GUIDES / page).read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


SHOWN = [
    pytest.param(page, command, printed, id=f"{page}: {command}")
    for page in PAGES
    for command, printed in captured(page)
    if command.startswith("whomay ") and not DEPLOYED.search(command)
]


def configured() -> dict[str, Any]:
    """Return the section that the guide on many accounts shows."""
    text = (GUIDES / "many-accounts.md").read_text()
    section = re.search(r'```json\n("accounts": .*?)```', text, re.DOTALL)
    assert section
    accounts: dict[str, Any] = json.loads(f"{{{section[1]}}}")["accounts"]
    return accounts


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The app of the guides, and the same with organizational units, each in its `cdk.out`."""
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("stacks", "units"):
            accounts = configured()
            if name == "units":
                accounts["organization"]["organizational_units"] = UNITS
                accounts["github"] = GITHUB
            made[name] = tmp_path_factory.mktemp(name)
            out = str(made[name] / "cdk.out")
            context = CONTEXT | {"accounts": accounts}
            patch.setattr(aws_cdk, "App", partial(aws_cdk.App, context=context, outdir=out))
            runpy.run_path(str(ROOT / "app.py"))
            patch.undo()
    return made


@pytest.mark.parametrize(("page", "command", "printed"), SHOWN)
def test_a_command_prints_what_its_page_shows(
    folders: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    command: str,
    printed: str,
) -> None:
    monkeypatch.chdir(folders["units" if page == "roll-out.md" else "stacks"])
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.output == printed


def test_the_guides_show_commands() -> None:
    assert len(SHOWN) >= 8
    assert {page for page in PAGES if not any(one.values[0] == page for one in SHOWN)} == set()


def test_the_stacks_are_those_that_the_guide_lists(folders: dict[str, Path]) -> None:
    [printed] = [text for command, text in captured("many-accounts.md") if command == "cdk ls"]
    names = {
        file.name.split(".")[0] for file in (folders["stacks"] / "cdk.out").glob("*.template*")
    }
    assert names == set(printed.split())


def test_the_template_is_as_long_as_the_guide_says(folders: dict[str, Path]) -> None:
    template = json.loads((folders["units"] / "cdk.out" / "Rollout.template.json").read_text())
    [length] = [
        len(one["Properties"]["TemplateBody"].encode())
        for one in template["Resources"].values()
        if one["Type"] == "AWS::CloudFormation::StackSet"
    ]
    assert f"{length:,}" in (GUIDES / "roll-out.md").read_text()


def test_what_is_found_in_the_pipelines_roles_is_what_the_guide_lists(
    folders: dict[str, Path],
) -> None:
    report = json.loads((folders["units"] / "cdk.out" / "validation-report.json").read_text())
    found = {
        one["ruleName"]
        for plugin in report["pluginReports"]
        for one in plugin["suppressedViolations"]
        for construct in one["violatingConstructs"]
        if construct["constructPath"].startswith("Delivery/")
    }
    listed = re.findall(
        r"^AwsSolutions-IAM5\[Resource.*\]$", (GUIDES / "delivery.md").read_text(), re.MULTILINE
    )
    assert found == set(listed)
    assert len(listed) == 3
