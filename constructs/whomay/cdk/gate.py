"""The end of every app: synthesize, read the report, and say in one message what is wrong."""

import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from whomay.cdk.acknowledge import ACKNOWLEDGED

_SHOWN: Final = 12


class GateError(Exception):
    """The app must not be deployed; each argument is one line that says why."""


@contextmanager
def one_message() -> Iterator[None]:
    """Show any error of the app as one message with its place in the app.

    Exit codes: 1 where a finding is open, 2 for a mistake in the app or its context. (The CDK CLI
    turns both into 1.)
    """
    try:
        yield
    except GateError as error:
        shown = [
            *error.args[:_SHOWN],
            *([f"… and {len(error.args) - _SHOWN} more"] if error.args[_SHOWN:] else []),
        ]
        sys.exit("\n".join(["whomay: synth stopped:", *(f"  {line}" for line in shown)]))
    except (RuntimeError, ValueError, TypeError) as error:
        text = str(error).split("\n\n")[0].splitlines() or [type(error).__name__]
        print(  # noqa: T201 - the message of a command that ends here
            f"whomay: {_place(error)}: {' '.join(line.strip() for line in text[:4])}",
            file=sys.stderr,
        )
        sys.exit(2)


def synth(app: App) -> None:
    """Synthesize the app with all checks; raise `GateError` unless every finding is settled.

    A finding of any severity counts, unless it is acknowledged exactly and with a reason. So do an
    acknowledgement that no finding matches any more, and a pack that has acknowledgements and did
    not run. CDK prints the findings; `validation-report.json` in the assembly holds them all.
    """
    if os.environ.get("CDK_VALIDATION", "").lower() == "false":
        raise GateError("CDK_VALIDATION=false switches checks off: unset it and synthesize again")
    Validations.of(app).add_plugins(AwsSolutionsChecks())
    report = Path(app.outdir) / "validation-report.json"
    report.unlink(missing_ok=True)
    try:
        app.synth()
    except RuntimeError:
        if not report.exists():
            raise
    problems = list(_problems(Path(app.outdir), json.loads(report.read_text())["pluginReports"]))
    if problems:
        raise GateError(*problems)


def _problems(assembly: Path, plugins: list[dict[str, Any]]) -> Iterator[str]:
    """Say what is open in the report, and which acknowledgements no longer match a finding."""
    for plugin in plugins:
        for finding in plugin["violations"]:
            rule = finding["ruleName"]
            named = rule if "::" in rule else f"{plugin['pluginName']}::{rule}"
            for construct in finding["violatingConstructs"]:
                yield f"{construct['constructPath']}: {named}: {finding['description']}"
    used = {
        (finding["acknowledgedAt"], finding["acknowledgedId"])
        for plugin in plugins
        for finding in plugin.get("suppressedViolations", [])
    }
    ran = {found.split("::")[0] for _, found in used} | {one["pluginName"] for one in plugins}
    for path, entry in _metadata(assembly, ACKNOWLEDGED):
        pack = entry["id"].split("::")[0]
        if pack == "Annotation":  # CDK takes an acknowledged annotation out without a trace
            continue
        if pack not in ran:
            yield f"{path}: {entry['id']} is acknowledged, but {pack} is not in the report: it did not run"
        elif (path, entry["id"]) not in used:
            yield f"{path}: no finding matches the acknowledgement {entry['id']} any more: remove it"


def _metadata(assembly: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield construct path and data of each metadata entry of a kind, stages included."""
    for manifest in sorted(assembly.rglob("manifest.json")):
        for artifact in json.loads(manifest.read_text()).get("artifacts", {}).values():
            found = artifact.get("metadata", {})
            if extra := artifact.get("additionalMetadataFile"):
                found = {**found, **json.loads((manifest.parent / extra).read_text())}
            for path, entries in found.items():
                yield from ((path.lstrip("/"), e["data"]) for e in entries if e["type"] == kind)


def _place(error: BaseException) -> str:
    """Return file and line of the app's own code nearest to the error, relative where possible."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_file()
        and "site-packages" not in frame.filename
        and "/whomay/" not in frame.filename
    ]
    if not frames:
        return "app"
    path = Path(frames[-1].filename)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{shown}:{frames[-1].lineno}"
