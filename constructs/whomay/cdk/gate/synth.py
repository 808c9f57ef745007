"""The last step of an app: synthesize it, read the report, and say in one message what is wrong."""

import json
import os
import re
import sys
import sysconfig
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from aws_cdk import App, Validations

from whomay.cdk.gate.app_assembly import assembly_in, organization_file
from whomay.cdk.gate.aws_limits import AwsLimits
from whomay.cdk.gate.contract_checks import AccessContractChecks
from whomay.cdk.gate.imported_principals import ImportedPrincipals
from whomay.cdk.gate.lock_checks import AccessLockChecks, locked_acknowledgements
from whomay.cdk.gate.packs import chosen
from whomay.cdk.gate.rule_checks import AccessRuleChecks
from whomay.cdk.gate.source_places import lead_to_places
from whomay.cdk.gate.template_checks import WARNING, TemplateChecks
from whomay.engine.rules import (
    PACK,
    RULES,
    Acknowledgement,
    acknowledgements,
    as_locked,
    normal,
    not_locked,
)
from whomay.metadata.refusals import refuse_type

_SHOWN: Final = 12
_GRAVE: Final = frozenset(rule.id for rule in RULES if rule.grave)
_LIBRARY: Final = sysconfig.get_path("stdlib")
_OWN: Final[tuple[type[TemplateChecks], ...]] = (
    AwsLimits,
    AccessRuleChecks,
    AccessContractChecks,
    AccessLockChecks,
)
# Access that another layer still caps: CDK shows it, and it stops nobody.
_WARNINGS_PASS: Final = frozenset(each.NAMESPACE for each in _OWN if each.WARNINGS_PASS)
# How CDK tells what a construct's own validation says.
_COMPLAINT: Final = re.compile(r"^ *\[([^\]]*)\] (.+)$", re.MULTILINE)
_DEFAULT_RULES: Final = "@aws-cdk/core:validateAgainstDefaultRules"
_WARNINGS: Final = "@aws-cdk/core:annotationsInValidationReport"


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
        print(f"whomay: {_line_of(error)}: {_words(error)}", file=sys.stderr)  # noqa: T201 - the message of a command that ends here
        sys.exit(2)


def synth(app: App, *, today: date | None = None) -> None:
    """Synthesize the app with all checks; raise `GateError` unless every finding is acknowledged.

    The checks are AWS's limits, the access rules, the app's `AccessContract`, its `access.lock`,
    and the packs of cdk-nag: `AwsSolutionsChecks`, and those that the context names.

    Where the context names an organization file (`"organization": "organization.yaml"`), what it
    attaches above the app's accounts counts in all of them.

    A finding of any severity counts. An acknowledgement must name it exactly, and give a reason.
    Access beyond the contract or the lock that another layer still caps is shown, and does not count.
    An acknowledgement counts as a finding when it is expired, or when no finding matches it any
    more; `today` is the current day by default. A broken contract, an administrator, a trust in
    everyone and a secret that shows are grave: access.lock must have their acknowledgement too. So does a pack that has acknowledgements and did
    not run. CDK prints the findings; `validation-report.json` in the assembly holds them all.
    """
    if not isinstance(app, App):
        refuse_type("app", app, "the App", "stacks are synthesized by their app")
    if today is not None and type(today) is not date:
        refuse_type("today", today, "a date", "use datetime.date(2027, 3, 31)")
    if switched_off := list(_switches(app)):
        raise GateError(*switched_off)
    packs, organization = chosen(app), organization_file(app)
    Validations.of(app).add_plugins(*(each() for each in _OWN), *packs.values())
    app.node.add_validation(ImportedPrincipals(app))
    report = Path(app.outdir) / "validation-report.json"
    report.unlink(missing_ok=True)
    try:
        app.synth()
    except RuntimeError as error:
        if complaints := _COMPLAINT.findall(str(error)):
            raise GateError(*(f"{path or 'app'}: {text}" for path, text in complaints)) from None
        if not report.exists():
            raise
    if not report.exists():
        raise GateError(f"{report.name} was not written, so no check is known to have run")
    plugins = json.loads(report.read_text())["pluginReports"]
    lead_to_places(report)
    today = today or datetime.now(tz=UTC).date()
    given = acknowledgements(assembly_in(Path(app.outdir), organization))
    problems = [
        *_open(plugins),
        *_stale(plugins, given),
        *_not_locked(plugins, given),
        *(f"{one.path}: {why}" for one in given if (why := one.complaint(today))),
    ]
    if problems:
        raise GateError(*problems)


def _switches(app: App) -> Iterator[str]:
    """Say which setting keeps a check from running or from being seen."""
    if os.environ.get("CDK_VALIDATION", "").lower() == "false":
        yield "CDK_VALIDATION=false switches checks off: unset it and synthesize again"
    if app.node.try_get_context(_DEFAULT_RULES) in (False, "false"):
        yield f"{_DEFAULT_RULES} is false, so CDK's own rules only warn: set it to true in cdk.json"
    if app.node.try_get_context(_WARNINGS) in (False, "false"):
        yield f"{_WARNINGS} is false, so warnings are not seen: set it to true in cdk.json"


def _open(plugins: list[dict[str, Any]]) -> Iterator[str]:
    """Say which findings are not acknowledged, and which checks did not come to their end."""
    for plugin in plugins:
        pack = plugin["pluginName"]
        if error := (plugin.get("metadata") or {}).get("error"):
            yield f"app: {error}"
        for finding in plugin["violations"]:
            if pack in _WARNINGS_PASS and finding["severity"] == WARNING:
                continue
            rule = finding["ruleName"]
            # CDK's own findings have the pack in their name, and values may hold two colons too.
            named = rule if "::" in rule.partition("[")[0] else f"{pack}::{rule}"
            for construct in finding["violatingConstructs"]:
                yield f"{construct['constructPath']}: {named}: {finding['description']}"


def _stale(plugins: list[dict[str, Any]], given: Sequence[Acknowledgement]) -> Iterator[str]:
    """Say which acknowledgements no longer match a finding."""
    used = {
        (finding["acknowledgedAt"], finding["acknowledgedId"])
        for plugin in plugins
        for finding in plugin.get("suppressedViolations", [])
    }
    ran = {found.split("::")[0] for _, found in used} | {one["pluginName"] for one in plugins}
    for one in given:
        # CDK takes an acknowledged annotation out without a trace, and its library acknowledges
        # findings on its own constructs that another version of it would have.
        if one.pack == "Annotation" or one.by_cdk:
            continue
        if one.pack not in ran and one.pack != PACK:
            yield f"{one.path}: {one.id} is acknowledged, but {one.pack} is not in the report: it did not run"
        elif (one.path, normal(one.id)) not in used:
            yield f"{one.path}: no finding matches the acknowledgement {one.id} any more: remove it"


def _not_locked(plugins: list[dict[str, Any]], given: Sequence[Acknowledgement]) -> Iterator[str]:
    """Say which grave findings are acknowledged in the app alone: access.lock must have them too."""
    grave = {
        (finding["acknowledgedAt"], finding["acknowledgedId"])
        for plugin in plugins
        for finding in plugin.get("suppressedViolations", [])
        if _is_grave(plugin["pluginName"], finding)
    }
    found = [one for one in given if (one.path, normal(one.id)) in grave]
    locked = locked_acknowledgements() if found else frozenset()
    yield from (f"{one.path}: {not_locked(one)}" for one in found if as_locked(one) not in locked)


def _is_grave(pack: str, finding: dict[str, Any]) -> bool:
    if pack == AccessContractChecks.NAMESPACE:
        return bool(finding["severity"] != WARNING)
    return pack == PACK and finding["ruleName"].partition("[")[0] in _GRAVE


def _words(error: Exception) -> str:
    """Return what an error says as one line; CDK's own ones with what to do."""
    if isinstance(error, json.JSONDecodeError):  # jsii speaks JSON with CDK, and lost its voice
        return "a number that JSON cannot hold (NaN or infinity) was given to CDK"
    text = str(error).split("\n\n")[0].splitlines() or [type(error).__name__]
    words = " ".join(line.strip() for line in text[:4])
    if words.startswith("There is already a Construct with name"):
        return f"{words}; give it an id of its own"
    return words


def _line_of(error: BaseException) -> str:
    """Return file and line of the app's own code nearest to the error, relative where possible."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_file()
        and not frame.filename.startswith(_LIBRARY)
        and "site-packages" not in frame.filename
        and "/whomay/" not in frame.filename
    ]
    if not frames:
        return "app"
    path = Path(frames[-1].filename)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{shown}:{frames[-1].lineno}"
