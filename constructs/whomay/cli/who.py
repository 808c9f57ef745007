"""`whomay who`: everybody who may do one thing."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from whomay.cli.colour import show
from whomay.cli.completion import RESOURCE, ActionName
from whomay.cli.deployment import deployment_options
from whomay.cli.inputs import (
    BROKEN,
    HOLDS,
    UNKNOWN,
    Source,
    bad_input_in_one_line,
    question_options,
)
from whomay.cli.lock_input import at_option, known
from whomay.cli.scp import Levels, scp_option
from whomay.engine import Deployment, Verdict, who_may
from whomay.engine.contract import assumed_for, shown_keys
from whomay.engine.names import resource_named
from whomay.engine.proof import Holder
from whomay.iam.patterns.symbols import printable


@click.command()
@click.argument("action", type=ActionName())
@click.argument("resource", type=RESOURCE)
@question_options
@at_option
@scp_option
@deployment_options
def command(
    *,
    action: str,
    resource: str,
    given: Mapping[str, list[str]],
    at: str | None,
    scps: Levels,
    assembly: Source,
    deployment: Deployment,
    style: str,
) -> None:
    """List who may do ACTION on RESOURCE, under which condition keys, and by which statement.

    Both may be patterns: then it lists who may do any of it. RESOURCE is an ARN, or a construct
    path and what lies in it (MyStack/Bucket/report.csv). --given fixes condition keys; all others
    are free.

    Exit code 0 when somebody may, 1 when nobody may, 3 when that is not known of somebody.

    Example: whomay who 's3:Put*' Reports/Bucket/*
    """
    with bad_input_in_one_line():
        asked = known(assembly, deployment, at)
        snapshot = replace(asked.snapshot, scps=scps)
        found = who_may(action, resource, snapshot, given)
        what = resource_named(snapshot, resource)
    by = [each.request.principal for each in found if each.request]
    verdict = Verdict.ALLOWED if found else Verdict.IMPLICIT_DENY
    assumed = assumed_for(snapshot, what, verdict, by)
    notes = [printable(each) for each in (*assumed, *asked.assumed)]
    if style == "json":
        rows = [{**_as_json(each), "assumed": notes} for each in found]
        click.echo(json.dumps(rows, indent=1))
    else:
        show(_text(f"{action} on {what}", found))
    # in JSON each row says it, and who gets no row reads it beside the output
    if style == "text" or not found:
        for each in notes:
            click.echo(f"  assumed: {each}", err=style == "json")
    sys.exit(UNKNOWN if not all(each.sure for each in found) else HOLDS if found else BROKEN)


def _text(asked: str, found: Sequence[Holder]) -> str:
    lines = [printable(f"{asked}: {'nobody' if not found else ''}").rstrip()]
    for each in found:
        keys = ", ".join(f"{key}={value}" for key, value in _keys(each).items())
        verdict = "Allowed" if each.sure else "Unknown"
        lines.append(printable(f"  {verdict} {each.name}" + (f" with {keys}" if keys else "")))
        lines.append(printable(f"    {each.reason}"))
    return "\n".join(lines)


def _as_json(each: Holder) -> dict[str, Any]:
    return {
        "principal": printable(each.name),
        "verdict": "Allowed" if each.sure else "Unknown",
        "given": {key: printable(value) for key, value in _keys(each).items()},
        "reason": printable(each.reason),
    }


def _keys(each: Holder) -> Mapping[str, str]:
    return shown_keys(each.request) if each.request else {}
