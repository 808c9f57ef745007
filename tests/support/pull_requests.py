"""A repository with an app and its lock, and pull requests into it, as the workflows find them."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.assemblies import document, role, write_assembly
from support.checkout import ROOT
from support.workflow_runs import Run, git, workflow
from whomay.cli import lock_file
from whomay.engine import read

Template = Mapping[str, Any]
Files = Mapping[str, str]
_NONE: Files = {}
READ, WRITE = ("s3:GetObject",), ("s3:GetObject", "s3:PutObject")
LABELS = "github.event.pull_request.labels.*.name"

# The set-up of such a repository: the command of this checkout, and a `cdk` that runs the app at once.
MAKEFILE = f"""\
.venv/.ready:
	@mkdir -p .venv/bin
	@printf '#!/bin/sh\\nexec {ROOT}/.venv/bin/whomay "$$@"\\n' > .venv/bin/whomay
	@printf '#!/bin/sh\\n[ "$$1" = synth ] && exec {sys.executable} app.py\\n' > .venv/bin/cdk
	@chmod +x .venv/bin/whomay .venv/bin/cdk
	@touch .venv/.ready
check: .venv/.ready
	@.venv/bin/cdk synth --quiet
	@.venv/bin/whomay lock --check
"""
_WRITES = """\
import json, os, pathlib
template = json.loads(pathlib.Path("template.json").read_text())
out = pathlib.Path("cdk.out")
out.mkdir(exist_ok=True)
stack = {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
         "properties": {"templateFile": "S.template.json"}}
(out / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": {"S": stack}}))
(out / "S.template.json").write_text(json.dumps(template))
"""


def may(*actions: str) -> dict[str, Any]:
    """Return a template with one role, which may do that on everything."""
    inline = [{"PolicyName": "P", "PolicyDocument": document(*actions)}]
    return {"Resources": {"Role": role(Policies=inline)}}


@dataclass
class Repository:
    """A repository whose branch main is the base of a pull request from the branch change."""

    folder: Path
    runs: int = 0
    head: str = ""
    merge: str = ""

    def start(self, template: Template | None, files: Files = _NONE) -> None:
        """Commit the base: an app of this template with its lock; None is one without a lock."""
        self.folder.mkdir()
        git(self.folder, "init", "--quiet", "--initial-branch", "main")
        git(self.folder, "config", "uploadpack.allowAnySHA1InWant", "true")
        always = {"Makefile": MAKEFILE, "app.py": _WRITES, ".gitignore": ".venv\ncdk.out\n"}
        always["action.yml"] = (ROOT / "action.yml").read_text()
        self.commit(template or may(*READ), {**always, **files}, locked=template is not None)

    def propose(
        self, template: Template, files: Files = _NONE, *, before: str = "", locked: bool = True
    ) -> None:
        """Commit a change of the app in the branch; `before` is code that the app runs first."""
        git(self.folder, "switch", "--quiet", "--force-create", "change", "main")
        app = {"app.py": before + _WRITES} if before else {}
        self.commit(template, {**files, **app}, locked=locked)
        self.head = git(self.folder, "rev-parse", "HEAD")
        git(self.folder, "switch", "--quiet", "--detach", "main")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "Meanwhile")
        git(self.folder, "merge", "--quiet", "--no-ff", "--message", "Merge", "change")
        self.merge = git(self.folder, "rev-parse", "HEAD")
        git(self.folder, "switch", "--quiet", "main")

    def commit(self, template: Template, files: Files, *, locked: bool = True) -> None:
        """Commit a template, its lock and some files to the branch that is checked out."""
        (self.folder / "template.json").write_text(json.dumps(template))
        if locked:
            assembly = write_assembly(self.folder / "cdk.out", {"S": template})
            (self.folder / "access.lock").write_text(lock_file.text_of(read(assembly).snapshot))
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "Change")

    def new_run(self, *labels: str) -> Run:
        """Return a run of the pull request as it is, with these labels on it."""
        self.runs += 1
        values = {
            "github.sha": self.merge,
            "github.event.pull_request.head.sha": self.head,
            "github.event.pull_request.base.ref": "main",
            LABELS: labels,
        }
        return Run(self.folder.parent / f"{self.folder.name}-{self.runs}", self.folder, values)

    def reviewed(self, *labels: str) -> Run:
        """Run the workflow Access as it is in this repository, and return the run."""
        jobs = workflow("access.yml")["jobs"]
        run = self.new_run(*labels)
        ended = run.job("synthesize", jobs["synthesize"])
        run.values["needs.synthesize.result"] = "failure" if ended else "success"
        run.job("access", jobs["access"])
        return run

    def compared(self, template: Template, *labels: str) -> Run:
        """Run the second job alone, on an assembly that the first is said to have uploaded."""
        run = self.new_run(*labels)
        run.upload(template)
        run.values["needs.synthesize.result"] = "success"
        run.job("access", workflow("access.yml")["jobs"]["access"])
        return run
