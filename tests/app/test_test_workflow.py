"""The tests on GitHub: the README's command, on every Python of the package, with the least rights."""

import re
import tomllib

import yaml
from support.checkout import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
[JOB] = WORKFLOW["jobs"].values()


def test_the_command_is_that_of_the_readme() -> None:
    [command] = [step["run"] for step in JOB["steps"] if "run" in step]
    assert re.search(
        rf"^{command} +# the checks, then all tests$",
        (ROOT / "README.md").read_text(),
        re.MULTILINE,
    )


def test_the_pythons_begin_with_the_oldest_that_is_supported() -> None:
    project = tomllib.loads((ROOT / "constructs" / "pyproject.toml").read_text())["project"]
    matrix = JOB["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert project["requires-python"] == f">={matrix['python'][0]}"
    assert {system.partition("-")[0] for system in matrix["system"]} == {"ubuntu", "macos"}


def test_the_job_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOB["permissions"] == {"contents": "read"}
