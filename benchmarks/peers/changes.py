"""What `cdk diff` and `whomay diff` say of changes whose effect is known."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.peers.assembly import write_assembly
from benchmarks.peers.mistakes import template

FILE: Final = Path(__file__).parent / "changes.yaml"


@dataclass(frozen=True)
class Change:
    """Two templates, and the one word for what the second does to the first: `same` among them."""

    name: str
    effect: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def should_fail(self) -> bool:
        """Tell whether a reviewer must be asked."""
        return self.effect in ("wider", "moved")


def changes() -> list[Change]:
    """Return all of them."""
    return [
        Change(name, each["effect"], template(each["before"]), template(each["after"]))
        for name, each in yaml.safe_load(FILE.read_text()).items()
    ]


def cdk_diff(change: Change, folder: Path, *options: str) -> int:
    """Return the exit code of `cdk diff` with these options, without credentials."""
    old = folder / "old.json"
    old.write_text(json.dumps(change.before))
    app = folder / "app"
    if not app.exists():
        write_assembly(app, change.after)
    command: list[str | Path] = ["cdk", "diff", "S", "--app", app, "--template", old, *options]
    return _code(command, folder)


def whomay_diff(change: Change, folder: Path) -> tuple[int, list[Mapping[str, Any]]]:
    """Return the exit code of `whomay diff`, and the changes that it finds."""
    sides = [folder / "before", folder / "after"]
    for side, content in zip(sides, (change.before, change.after), strict=True):
        write_assembly(side, content)
    command: list[str | Path] = [
        Path(sys.executable).with_name("whomay"),
        "diff",
        *sides,
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else []


def _code(command: list[str | Path], folder: Path) -> int:
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
