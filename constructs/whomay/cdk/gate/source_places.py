"""Where editors show a finding: the line that it is about, in the report that CDK's tools read.

`cdk lsp` and `cdk explore` take the first frame of a stack trace, `name (file:line)`, for the place.
CDK writes JavaScript frames there, in which no line of a Python app is.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

PLACE: Final = "at"  # the key of a violation's metadata that holds it, as `stacks/shop.py:31`


def place(at: str) -> Mapping[str, str] | None:
    """Return the metadata of a violation that is about that file and line; None for no line."""
    file, colon, line = at.rpartition(":")
    return {PLACE: at} if file and colon and line.isdigit() else None


def lead_to_places(report: Path) -> None:
    """Write the place of each violation into CDK's report as its stack trace.

    Places are files and lines, relative to the working directory, which CDK's tools call the app's.
    """
    data = json.loads(report.read_text("utf-8"))
    found = [one for plugin in data["pluginReports"] for one in plugin["violations"]]
    located = [one for one in found if PLACE in (one.get("ruleMetadata") or {})]
    for each in located:
        for construct in each["violatingConstructs"]:
            construct["stackTraces"] = [_frame(each)]
    if located:
        report.write_text(json.dumps(data, indent=2), "utf-8")


def _frame(violation: dict[str, Any]) -> str:
    file, _, line = violation["ruleMetadata"][PLACE].rpartition(":")
    return f"{violation['ruleName'].partition('[')[0]} ({Path(file).absolute()}:{line}:1)"
