"""Runs the jobs of a workflow as GitHub does: their own shell steps, in a checkout of a repository.

Actions that others wrote are done by hand here: a checkout is a clone, an artifact a folder. Any
other is only noted. Of expressions those are known that the workflows use; another is an error.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from support.assemblies import write_assembly
from support.checkout import ROOT

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")


def git(folder: Path, *arguments: str) -> str:
    """Run git as a person of the tests, and return what it prints."""
    settings = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=0")
    command = ["git", *settings, *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def workflow(name: str) -> dict[Any, Any]:
    """Return a workflow of this repository; YAML 1.1 reads its key `on` as true."""
    found = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())
    assert isinstance(found, dict)
    return found


@dataclass
class Run:
    """One run of a workflow: the event's values, the artifacts, and what came of its steps."""

    folder: Path
    origin: Path
    values: dict[str, Any]  # of expressions, such as github.event.pull_request.head.sha
    artifacts: dict[str, Path] = field(default_factory=dict)
    code: int = 0
    log: str = ""
    noted: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """Return the summary of the jobs that ran."""
        return "".join(one.read_text() for one in sorted(self.folder.glob("*/summary.md")))

    def upload(self, template: Mapping[str, Any]) -> None:
        """Hand over an assembly of this template, as if a first job had uploaded it."""
        self.artifacts["cdk.out"] = write_assembly(self.folder / "artifacts", {"S": template})

    def job(self, name: str, job: Mapping[str, Any], **environment: str) -> int:
        """Run a job on a machine of its own, and return the exit code of the step that stopped it."""
        machine = self.folder / name
        for part in ("work", "temp"):
            (machine / part).mkdir(parents=True)
        (machine / "output").touch()
        fixed = {
            "GITHUB_JOB": name,
            "GITHUB_SHA": self.values["github.sha"],
            "GITHUB_STEP_SUMMARY": str(machine / "summary.md"),
            "GITHUB_OUTPUT": str(machine / "output"),
            "RUNNER_TEMP": str(machine / "temp"),
        }
        self.values["runner.temp"] = str(machine / "temp")
        self.code = self._steps(job["steps"], machine, os.environ | fixed | environment)
        return self.code

    def decided_again(self, *labels: str) -> int:
        """Run the last step of the action once more, with other labels on the pull request."""
        [key] = [key for key in self.values if key.endswith("labels.*.name")]
        self.values[key] = labels
        step = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"][-1]
        return self._shell(step, self.folder / "access", os.environ)

    def _steps(
        self, steps: list[dict[str, Any]], machine: Path, environment: Mapping[str, str]
    ) -> int:
        for step in steps:
            if "if" in step and not self._value(step["if"]):
                continue
            code = self._step(step, machine, environment)
            if code:
                return code
        return 0

    def _step(self, step: dict[str, Any], machine: Path, environment: Mapping[str, str]) -> int:
        given = {key: self._filled(str(text)) for key, text in step.get("with", {}).items()}
        match step.get("uses", "").partition("@")[0]:
            case "":
                return self._shell(step, machine, environment)
            case "./":
                return self._action(machine, given, environment)
            case "actions/checkout":
                self._check_out(machine / "work", given.get("fetch-depth", "1"))
            case "actions/upload-artifact":
                kept = self.folder / "artifacts" / given["name"]
                shutil.copytree(machine / "work" / given["path"], kept)
                self.artifacts[given["name"]] = kept
            case "actions/download-artifact":
                if given["name"] not in self.artifacts:
                    return 1
                shutil.copytree(
                    self.artifacts[given["name"]],
                    machine / "work" / given["path"],
                    dirs_exist_ok=True,
                )
            case other:
                self.noted.append(other)
        return 0

    def _shell(self, step: dict[str, Any], machine: Path, environment: Mapping[str, str]) -> int:
        known = {key: self._filled(str(text)) for key, text in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=machine / "work",
            env={**environment, **known},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.log += done.stdout
        for line in (machine / "output").read_text().splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{step.get('id')}.outputs.{name}"] = value
        return done.returncode

    def _action(
        self, machine: Path, given: Mapping[str, str], environment: Mapping[str, str]
    ) -> int:
        action = yaml.safe_load((machine / "work" / "action.yml").read_text())
        for name, one in action["inputs"].items():
            self.values[f"inputs.{name}"] = given.get(name, one["default"])
        return self._steps(action["runs"]["steps"], machine, environment)

    def _check_out(self, folder: Path, depth: str) -> None:
        git(folder, "init", "--quiet")
        source = f"file://{self.origin}"
        git(folder, "fetch", "--quiet", f"--depth={depth}", source, self.values["github.sha"])
        git(folder, "checkout", "--quiet", "--detach", "FETCH_HEAD")

    def _filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self._text(found[1]), text)

    def _text(self, expression: str) -> str:
        value = self._value(expression)
        return json.dumps(value) if isinstance(value, bool) else str(value)

    def _value(self, expression: str) -> Any:
        expression = expression.strip()
        if expression == "always()":
            return True
        if found := re.fullmatch(r"contains\((\S+), (\S+)\)", expression):
            return self.values[found[2]] in self.values[found[1]]
        name, equal, literal = expression.partition(" == ")
        return self.values[name] == literal.strip("'") if equal else self.values[name]
